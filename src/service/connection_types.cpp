#include "service/connection_types.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace gale {
namespace {

struct Type {
    std::string_view type, name, default_id;
    int port = 0;                        // the usual one; 0: none
    std::string_view hidden = "";        // standard fields that it does not use
    std::string_view titles = "";        // "field=title|…"
    std::string_view placeholders = "";  // likewise
    // "name:kind:title|…"; kinds: text, password, multiline, integer, boolean
    std::string_view extra = "";
};

constexpr std::string_view kOnlyExtra = "url_schema host port login password";

// clang-format off
constexpr auto kTypes = std::to_array<Type>({
    {"aws", "Amazon Web Services", "aws_default", 0, "url_schema host port", "login=AWS access key id|password=AWS secret access key", "login=AKIA…",
     "region_name:text:Region name|role_arn:text:Role ARN to assume|endpoint_url:text:Endpoint URL|profile_name:text:Profile name"},
    {"azure", "Azure", "azure_default", 0, "url_schema host port", "login=Client id|password=Secret", "",
     "tenantId:text:Tenant id|subscriptionId:text:Subscription id|managed_identity_client_id:text:Managed identity client id"},
    {"azure_data_lake", "Azure Data Lake", "azure_data_lake_default", 0, "url_schema host port", "login=Client id|password=Client secret", "",
     "tenant:text:Tenant|account_name:text:Account name"},
    {"cassandra", "Cassandra", "cassandra_default", 9042, "", "url_schema=Keyspace", "host=node1,node2", ""},
    {"databricks", "Databricks", "databricks_default", 443, "url_schema port", "host=Workspace URL|login=Client id or user|password=Token or secret", "host=https://….cloud.databricks.com",
     "http_path:text:HTTP path of the SQL warehouse|service_principal_oauth:boolean:OAuth of a service principal"},
    {"dbt_cloud", "dbt Cloud", "dbt_cloud_default", 443, "url_schema port", "login=Account id|password=API token|host=Tenant", "host=cloud.getdbt.com", ""},
    {"docker", "Docker", "docker_default", 0, "url_schema", "host=Registry URL|login=User", "host=https://index.docker.io/v1/",
     "email:text:E-mail|reauth:boolean:Log in again each time"},
    {"elasticsearch", "Elasticsearch", "elasticsearch_default", 9200, "", "", "host=localhost", "http_compress:boolean:Compress|timeout:integer:Timeout in seconds"},
    {"email", "E-mail", "email_default", 587, "url_schema", "", "", "from_email:text:From"},
    {"emr", "Amazon Elastic MapReduce", "emr_default", 0, kOnlyExtra, "", "", ""},
    {"exasol", "Exasol", "exasol_default", 8563, "", "", "", "encryption:boolean:Encrypt"},
    {"fs", "File (path)", "fs_default", 0, kOnlyExtra, "", "", "path:text:Path"},
    {"ftp", "FTP", "ftp_default", 21, "url_schema", "", "", "passive:boolean:Passive mode"},
    {"gcpssh", "Google Cloud SSH", "google_cloud_ssh_default", 22, "url_schema", "", "", "instance_name:text:Instance name|zone:text:Zone|use_oslogin:boolean:OS login"},
    {"generic", "Generic", "generic_default", 0, "", "", "", ""},
    {"github", "GitHub", "github_default", 443, "url_schema port login", "host=API address (Enterprise)|password=Access token", "host=https://…/api/v3", ""},
    {"google_cloud_platform", "Google Cloud", "google_cloud_default", 0, kOnlyExtra, "", "",
     "project:text:Project id|key_path:text:Keyfile path|keyfile_dict:multiline:Keyfile JSON|scope:text:Scopes, comma-separated|num_retries:integer:Retries"},
    {"grpc", "gRPC", "grpc_default", 0, "url_schema", "", "", "auth_type:text:Kind of authentication|credential_pem_file:text:Credential file (PEM)|scopes:text:Scopes, comma-separated"},
    {"hdfs", "HDFS", "hdfs_default", 8020, "url_schema password", "", "", ""},
    {"hive_cli", "Hive client", "hive_cli_default", 10000, "", "url_schema=Database", "", "use_beeline:boolean:Use beeline|principal:text:Kerberos principal"},
    {"hiveserver2", "HiveServer2", "hiveserver2_default", 10000, "", "url_schema=Database", "", "auth_mechanism:text:Authentication|kerberos_service_name:text:Kerberos service"},
    {"http", "HTTP", "http_default", 80, "", "url_schema=Scheme (http, https)", "host=example.org|url_schema=https", ""},
    {"imap", "IMAP", "imap_default", 993, "url_schema", "", "", "use_ssl:boolean:Encrypt"},
    {"influxdb", "InfluxDB", "influxdb_default", 8086, "login password", "", "", "token:password:Token|org:text:Organisation"},
    {"jdbc", "JDBC", "jdbc_default", 0, "port url_schema", "host=Connection URL", "host=jdbc:postgresql://…", "driver_path:text:Path of the driver|driver_class:text:Class of the driver"},
    {"jira", "Jira", "jira_default", 443, "url_schema", "", "host=https://….atlassian.net", "verify:boolean:Check the certificate"},
    {"kafka", "Apache Kafka", "kafka_default", 9092, kOnlyExtra, "", "", "bootstrap.servers:text:Bootstrap servers|group.id:text:Group id|security.protocol:text:Security protocol"},
    {"kubernetes", "Kubernetes cluster", "kubernetes_default", 0, kOnlyExtra, "", "",
     "in_cluster:boolean:From within the cluster|kube_config_path:text:Path of kube config|kube_config:multiline:Kube config (JSON)|namespace:text:Namespace|cluster_context:text:Context|disable_verify_ssl:boolean:Do not check certificates"},
    {"ldap", "LDAP", "ldap_default", 389, "url_schema", "", "", ""},
    {"livy", "Apache Livy", "livy_default", 8998, "", "url_schema=Scheme (http, https)", "", ""},
    {"mongo", "MongoDB", "mongo_default", 27017, "", "url_schema=Database", "", "srv:boolean:Seed list (SRV)|ssl:boolean:Encrypt"},
    {"mssql", "Microsoft SQL Server", "mssql_default", 1433, "", "url_schema=Database", "", ""},
    {"mysql", "MySQL", "mysql_default", 3306, "", "url_schema=Database", "", "charset:text:Character set|unix_socket:text:Socket"},
    {"neo4j", "Neo4j", "neo4j_default", 7687, "", "url_schema=Database", "", "encrypted:boolean:Encrypt|bolt_scheme:boolean:Bolt scheme"},
    {"odbc", "ODBC", "odbc_default", 0, "", "url_schema=Database", "", "driver:text:Driver|dsn:text:DSN"},
    {"openai", "OpenAI", "openai_default", 443, "url_schema port login", "password=API key|host=Address", "host=https://api.openai.com", ""},
    {"opsgenie", "Opsgenie", "opsgenie_default", 443, "url_schema port login", "password=API key", "", ""},
    {"oracle", "Oracle", "oracle_default", 1521, "", "url_schema=Schema", "", "service_name:text:Service name|sid:text:SID|dsn:text:DSN"},
    {"pagerduty", "PagerDuty", "pagerduty_default", 443, "url_schema port login host", "password=API token", "", "routing_key:password:Routing key"},
    {"postgres", "PostgreSQL", "postgres_default", 5432, "", "url_schema=Database", "host=localhost", "sslmode:text:SSL mode|cursor:text:Cursor"},
    {"presto", "Presto", "presto_default", 8080, "", "url_schema=Schema", "", "catalog:text:Catalog|protocol:text:Protocol"},
    {"redis", "Redis", "redis_default", 6379, "url_schema", "", "", "db:integer:Database|ssl:boolean:Encrypt"},
    {"redshift", "Amazon Redshift", "redshift_default", 5439, "", "url_schema=Database", "", "iam:boolean:Credentials by IAM|cluster_identifier:text:Cluster|region:text:Region"},
    {"salesforce", "Salesforce", "salesforce_default", 443, "url_schema host port", "login=User name", "", "security_token:password:Security token|domain:text:Domain|consumer_key:password:Consumer key"},
    {"sftp", "SFTP", "sftp_default", 22, "url_schema", "", "", "key_file:text:Path of the key|private_key:multiline:Private key|no_host_key_check:boolean:Do not check the host's key"},
    {"slack", "Slack API", "slack_api_default", 443, "url_schema host port login", "password=API token", "password=xoxb-…", "timeout:integer:Timeout in seconds|base_url:text:Address|proxy:text:Proxy"},
    {"slackwebhook", "Slack incoming webhook", "slack_default", 443, "port login", "password=Webhook token|host=Webhook address", "", "timeout:integer:Timeout in seconds|proxy:text:Proxy"},
    {"smtp", "SMTP", "smtp_default", 587, "url_schema", "", "", "from_email:text:From|disable_ssl:boolean:Without SSL|disable_tls:boolean:Without STARTTLS|timeout:integer:Timeout in seconds"},
    {"snowflake", "Snowflake", "snowflake_default", 443, "port", "url_schema=Schema", "", "account:text:Account|warehouse:text:Warehouse|database:text:Database|region:text:Region|role:text:Role|private_key_file:text:Path of the private key|insecure_mode:boolean:Do not check certificates"},
    {"spark", "Apache Spark", "spark_default", 7077, "url_schema login password", "host=Master", "host=spark://…, yarn or local[*]", "queue:text:YARN queue|deploy-mode:text:Deploy mode|spark-binary:text:Program"},
    {"sqlite", "SQLite", "sqlite_default", 0, "url_schema port login password", "host=Path of the file", "host=/data/file.db", ""},
    {"ssh", "SSH", "ssh_default", 22, "url_schema", "login=User", "", "key_file:text:Path of the key|private_key:multiline:Private key|private_key_passphrase:password:Its passphrase|conn_timeout:integer:Timeout in seconds|no_host_key_check:boolean:Do not check the host's key"},
    {"tableau", "Tableau", "tableau_default", 443, "url_schema port", "", "", "site_id:text:Site|token_name:text:Token name|personal_access_token:password:Personal access token"},
    {"telegram", "Telegram", "telegram_default", 443, "url_schema port login", "password=Bot token|host=Chat id", "", ""},
    {"trino", "Trino", "trino_default", 8080, "", "url_schema=Schema", "", "catalog:text:Catalog|auth:text:Authentication|protocol:text:Protocol"},
    {"vault", "HashiCorp Vault", "vault_default", 8200, "url_schema", "login=Role id or user|password=Secret id or password", "", "auth_type:text:Authentication|auth_mount_point:text:Mount point|kv_engine_version:integer:Version of the KV engine|use_tls:boolean:Encrypt"},
    {"vertica", "Vertica", "vertica_default", 5433, "", "url_schema=Database", "", ""},
    {"wasb", "Azure Blob Storage", "wasb_default", 0, "port", "login=Account name or client id|password=Account key or secret|host=Account URL", "host=https://….blob.core.windows.net", "connection_string:password:Connection string|sas_token:password:SAS token|tenant_id:text:Tenant id"},
    {"winrm", "WinRM", "winrm_default", 5986, "url_schema", "", "", "transport:text:Transport|endpoint:text:Endpoint"},
    {"yandexcloud", "Yandex Cloud", "yandexcloud_default", 0, kOnlyExtra, "", "", "service_account_json:multiline:Service account key (JSON)|oauth:password:OAuth token|folder_id:text:Folder id"},
});
// clang-format on

constexpr std::array<std::string_view, 6> kStandard = {"description", "url_schema", "host",
                                                       "port",        "login",      "password"};

std::vector<std::string_view> split(std::string_view text, char by) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const size_t end = std::min(text.find(by), text.size());
        parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

// Of "field=text|…".
json::value named(std::string_view list, std::string_view field) {
    for (const std::string_view one : split(list, '|')) {
        const size_t equals = one.find('=');
        if (one.substr(0, equals) == field) return json::value(one.substr(equals + 1));
    }
    return nullptr;
}

json::object standard_fields(const Type& type) {
    const auto hidden = split(type.hidden, ' ');
    json::object fields;
    for (const std::string_view field : kStandard) {
        json::value placeholder = named(type.placeholders, field);
        if (field == "port" && type.port != 0) placeholder = json::value(std::to_string(type.port));
        fields[field] = json::object{{"hidden", std::ranges::find(hidden, field) != hidden.end()},
                                     {"title", named(type.titles, field)},
                                     {"placeholder", std::move(placeholder)}};
    }
    return fields;
}

json::object extra_field(std::string_view kind, std::string_view title) {
    const bool is_text = kind == "text" || kind == "password" || kind == "multiline";
    json::object schema{{"type", json::array{is_text ? "string" : kind, "null"}}, {"title", title}};
    if (is_text && kind != "text") schema["format"] = kind;
    return {{"value", nullptr}, {"schema", std::move(schema)}, {"description", nullptr}};
}

json::object described(const Type& type) {
    json::object extra;
    for (const std::string_view one : split(type.extra, '|')) {
        const auto parts = split(one, ':');
        extra[parts.at(0)] = extra_field(parts.at(1), parts.at(2));
    }
    return {{"connection_type", type.type},
            {"hook_name", type.name},
            {"default_conn_name", type.default_id},
            {"standard_fields", standard_fields(type)},
            {"extra_fields", std::move(extra)}};
}

}  // namespace

json::array connection_types() {
    std::vector<Type> types(kTypes.begin(), kTypes.end());
    std::ranges::sort(types, {}, &Type::name);
    json::array all;
    for (const Type& type : types) all.push_back(described(type));
    return all;
}

std::optional<int> usual_port(std::string_view conn_type) {
    const auto found = std::ranges::find(kTypes, conn_type, &Type::type);
    if (found == kTypes.end() || found->port == 0) return std::nullopt;
    return found->port;
}

}  // namespace gale
