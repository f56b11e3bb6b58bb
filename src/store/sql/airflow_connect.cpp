#include "store/sql/airflow_connect.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "store/postgres/connection.hpp"
#include "store/sqlite/connection.hpp"

namespace gale::sql {
namespace {

Result<AirflowConnection> connect_postgres(const std::string& url) {
    auto connector = std::make_shared<postgres::Connector>(TRY(postgres::parse_url(url)), PostgresOptions{});
    auto connection = std::make_unique<postgres::Connection>(*connector, TRY(connector->connect()));
    TRY(connection->script("SET TIME ZONE 'UTC'"));  // in which its times are told as text
    return AirflowConnection{std::move(connector), std::move(connection),
                             "SELECT column_name FROM information_schema.columns WHERE table_schema = "
                             "current_schema() AND table_name = ? ORDER BY ordinal_position",
                             "encode({}, 'hex')"};
}

}  // namespace

Result<AirflowConnection> connect_airflow(const std::string& url) {
    std::string path = url;
    for (const std::string_view prefix : {"sqlite:///", "sqlite+pysqlite:///", "sqlite+aiosqlite:///"}) {
        if (url.starts_with(prefix)) path = url.substr(prefix.size());
    }
    if (is_postgres_url(path)) return connect_postgres(path);
    if (path.find("://") != std::string::npos) {
        return fail(
            ErrorCode::unsupported,
            fmt::format("cannot read an Airflow database at {}://…: give postgresql://…, sqlite:////absolute/path "
                        "or the path of an SQLite file",
                        path.substr(0, path.find("://"))));
    }
    if (!std::filesystem::exists(path)) return fail(ErrorCode::not_found, fmt::format("there is no file {}", path));
    sqlite::ConnectionOptions options;
    options.path = path;
    options.read_only = true;
    return AirflowConnection{nullptr, TRY(sqlite::Connection::open(options)), "SELECT name FROM pragma_table_info(?)",
                             "hex({})"};
}

}  // namespace gale::sql
