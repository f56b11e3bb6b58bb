// The store on an SQL database. Each part of the port has its source file beside this one; what differs between
// databases is behind Database.
#pragma once

#include "base/fault.hpp"
#include "base/log.hpp"
#include "store/sql/database.hpp"
#include "store/sql/group_commit.hpp"

namespace gale::sql {

class SqlStore final : public Store {
public:
    explicit SqlStore(std::unique_ptr<Database> database);
    ~SqlStore() override;
    // Reaches the database, so that a wrong place shows now and not at the first use.
    Result<void> open();

    std::unique_ptr<Subscription> subscribe(Channel channel, std::function<void()> wake) override;
    Result<SchemaStatus> schema_status() override;
    Result<void> migrate() override;
    Result<void> check() override;

    // catalog.cpp, catalog_read.cpp
    Result<void> record_parsed_file(const ParsedFile& file) override;
    Result<void> forget_files(const std::vector<std::string>& filelocs) override;
    Result<std::vector<std::string>> known_files() override;
    Result<PageOf<DagRow>> list_dags(const DagFilter& filter, const Page& page) override;
    Result<DagRow> get_dag(const DagId& dag_id) override;
    Result<void> set_dag_paused(const DagId& dag_id, bool paused) override;
    Result<void> delete_dag(const DagId& dag_id) override;
    Result<DagVersion> get_dag_version(DagVersionKey key) override;
    Result<DagVersion> latest_dag_version(const DagId& dag_id) override;
    Result<DagVersion> get_dag_version(const DagId& dag_id, int version_number) override;
    Result<PageOf<DagVersion>> list_dag_versions(const DagId& dag_id, const Page& page) override;
    Result<PageOf<ImportError>> list_import_errors(const TextMatch& filename, const Page& page) override;
    Result<ImportError> get_import_error(std::int64_t id) override;
    Result<bool> set_dag_favorite(const std::string& username, const DagId& dag_id, bool is_favorite) override;
    Result<std::set<DagId>> favorites_among(const std::string& username, const std::vector<DagId>& dag_ids) override;
    Result<PageOf<std::string>> list_dag_tags(const TextMatch& name, const Page& page) override;
    Result<std::vector<DagRunCount>> count_dag_runs(const std::vector<DagId>& dag_ids) override;

    // run.cpp, run_read.cpp
    Result<DagRun> create_dag_run(const NewDagRun& run) override;
    Result<DagRun> get_dag_run(const DagId& dag_id, const RunId& run_id) override;
    Result<PageOf<DagRun>> list_dag_runs(const DagRunFilter& filter, const Page& page) override;
    Result<void> delete_dag_run(const DagId& dag_id, const RunId& run_id) override;
    Result<void> edit_run(const RunEdit& edit) override;
    Result<void> set_dag_run_note(const DagId& dag_id, const RunId& run_id, std::optional<std::string> note) override;
    Result<void> set_rendered_map_index(const TaskInstanceId& id, const std::string& text) override;
    Result<void> set_task_instance_note(const TaskInstanceKey& key, std::optional<std::string> note) override;
    Result<TaskInstance> get_task_instance(const TaskInstanceKey& key) override;
    Result<TaskInstance> get_task_instance(const TaskInstanceId& id) override;
    Result<PageOf<TaskInstance>> list_task_instances(const TaskInstanceFilter& filter, const Page& page) override;
    Result<std::vector<TaskInstance>> list_tries(const TaskInstanceKey& key) override;
    Result<std::vector<std::pair<Pool, PoolUse>>> pools_in_use() override;

    // scheduler.cpp, apply.cpp
    Result<std::vector<ActiveRun>> load_active_runs(const std::optional<DagId>& dag_id) override;
    Result<ActiveRun> load_run(DagRunKey run) override;
    Result<std::vector<DagRow>> load_dags() override;
    Result<std::optional<ActiveRun>> previous_run(const DagRun& run, bool skip_manual) override;
    Result<std::vector<DagRunState>> recent_outcomes(const DagId& dag_id, int count) override;
    Result<std::map<MapSource, int>> map_lengths(DagRunKey run, const std::vector<MapSource>& sources) override;
    Result<std::vector<InboxItem>> read_inbox(const std::string& node_id) override;
    Result<ApplyOutcome> apply(const Plan& plan) override;
    Result<std::int64_t> save_job(const Job& job) override;
    Result<std::vector<Job>> latest_jobs() override;
    Result<PageOf<Job>> list_jobs(const JobFilter& filter, const Page& page) override;

    // lease.cpp
    Result<TimePoint> now() override;
    Result<LeaseRound> renew_leases(const LeaseRequest& request) override;
    Result<void> release_leases(const std::string& node_id, std::int64_t job_id) override;
    Result<bool> has_unleased_dags() override;
    Result<std::vector<TaskInstance>> tries_of_node(const std::string& node_id) override;
    Result<std::map<PoolName, PoolUse>> pools_used_elsewhere(const std::string& node_id) override;

    // task_data.cpp, secrets.cpp
    Result<void> set_xcom(const XCom& xcom) override;
    Result<XCom> get_xcom(const TaskInstanceKey& task_instance, const std::string& key,
                          bool include_prior_dates) override;
    Result<std::vector<XCom>> list_xcoms(const TaskInstanceKey& task_instance) override;
    Result<std::vector<XCom>> list_run_xcoms(const DagId& dag_id, const RunId& run_id, int limit, int offset) override;
    Result<std::int64_t> count_xcom_sequence(const TaskInstanceKey& task, const std::string& key) override;
    Result<std::vector<json::value>> xcom_sequence(const TaskInstanceKey& task, const std::string& key,
                                                   std::int64_t limit, std::int64_t offset) override;
    Result<void> delete_xcom(const TaskInstanceKey& task_instance, const std::string& key) override;
    Result<void> clear_xcoms(const TaskInstanceKey& task_instance) override;
    Result<void> set_rendered_fields(const TaskInstanceKey& task_instance, const json::object& fields) override;
    Result<json::object> get_rendered_fields(const TaskInstanceKey& task_instance) override;
    Result<Variable> get_variable(const std::string& key) override;
    Result<void> set_variable(const Variable& variable) override;
    Result<bool> delete_variable(const std::string& key) override;
    Result<void> set_variables(const std::vector<Variable>& variables) override;
    Result<void> delete_variables(const std::vector<std::string>& keys) override;
    Result<PageOf<Variable>> list_variables(const NameFilter& filter, const Page& page) override;
    Result<gale::Connection> get_connection(const std::string& conn_id) override;
    Result<void> set_connection(const gale::Connection& connection) override;
    Result<bool> delete_connection(const std::string& conn_id) override;
    Result<void> set_connections(const std::vector<gale::Connection>& connections) override;
    Result<void> delete_connections(const std::vector<std::string>& conn_ids) override;
    Result<PageOf<gale::Connection>> list_connections(const NameFilter& filter, const Page& page) override;

    // admin.cpp
    Result<std::vector<Pool>> list_pools() override;
    Result<void> set_pool(const Pool& pool) override;
    Result<void> set_pools(const std::vector<Pool>& pools) override;
    Result<void> delete_pool(const PoolName& name) override;
    Result<std::optional<User>> find_user(const std::string& username) override;
    Result<void> set_user(const User& user) override;
    Result<std::int64_t> count_users() override;
    // users.cpp
    Result<void> add_user(const User& user) override;
    Result<User> change_user(const std::string& username, const std::function<void(User&)>& change,
                             const std::optional<std::string>& kept_role) override;
    Result<void> delete_user(const std::string& username, const std::optional<std::string>& kept_role) override;
    Result<PageOf<User>> list_users(const NameFilter& filter, const Page& page) override;
    Result<std::int64_t> add_api_token(const ApiToken& token) override;
    Result<std::optional<ApiToken>> find_api_token(const std::string& token_hash) override;
    Result<std::vector<ApiToken>> list_api_tokens(const std::string& username) override;
    Result<void> set_api_token_used(std::int64_t id, TimePoint at) override;
    Result<void> delete_api_token(std::int64_t id) override;
    Result<std::string> get_or_create_secret(const std::string& name, const std::string& fresh) override;
    Result<void> revoke_token(const std::string& id, TimePoint expires_at, TimePoint now) override;
    Result<bool> is_token_revoked(const std::string& id) override;
    Result<void> add_audit_entry(const AuditEntry& entry) override;
    Result<PageOf<AuditEntry>> list_audit_entries(const AuditFilter& filter, const Page& page) override;
    Result<AuditEntry> get_audit_entry(std::int64_t id) override;

    // view.cpp, view_dashboard.cpp
    Result<GridRows> grid_rows(const DagRunFilter& filter, int limit) override;
    Result<std::vector<RecentRuns>> recent_runs(const std::vector<DagId>& dags, int count) override;
    Result<DurationRows> duration_rows(const DagId& dag_id, int limit) override;
    Result<std::vector<Duration>> recent_durations(const DagId& dag_id, int count) override;
    Result<std::vector<RunDate>> run_dates(const DagId& dag_id, const TimeRange& run_after) override;
    Result<std::vector<TryTimes>> tries_of_run(const DagId& dag_id, const RunId& run_id) override;
    Result<std::vector<RunCount>> count_runs_started(TimePoint from, TimePoint to, Duration step,
                                                     TimePoint first_bucket) override;
    Result<std::map<TaskState, std::int64_t>> count_task_instances(TimePoint from, TimePoint to) override;
    Result<std::int64_t> count_queued_runs() override;
    Result<std::vector<RunProgress>> running_runs(int limit) override;
    Result<std::vector<RunProgress>> failed_runs(TimePoint from, TimePoint to, int limit, int tasks) override;
    Result<DagCounts> count_dags() override;
    Result<std::vector<TaskInstance>> occupying_task_instances() override;

    // change.cpp
    Result<ChangeSeq> last_change() override;
    Result<ChangeSet> changes_since(ChangeSeq after, int limit) override;

    // maintenance.cpp, archive.cpp, import.cpp
    std::vector<std::string> cleanable_tables() override;
    Result<std::int64_t> count_old_rows(const OldRows& rows) override;
    Result<std::int64_t> remove_old_rows(const OldRows& rows, int limit,
                                         const std::optional<std::string>& archived_at) override;
    Result<std::vector<std::string>> list_archives() override;
    Result<void> read_archive(const std::string& name, const ReadRow& read) override;
    Result<void> drop_archive(const std::string& name) override;
    Result<bool> take_turn(const std::string& work, const std::string& holder, Duration length) override;
    Result<DagVersionKey> find_or_add_stale_dag(const DagRow& dag, const std::string& definition) override;
    Result<std::vector<ImportOutcome>> import_runs(const std::vector<ImportedRun>& runs) override;
    Result<std::vector<std::string>> find_damage() override;

private:
    // `body(Connection&) -> Result<T>`, on one snapshot. Called again when the connection was lost: it must not use up
    // what it captured.
    template <class F>
    auto read(F&& body) -> std::invoke_result_t<F, Connection&> {
        TRY(fault::point("store.read"));
        for (bool again = true;; again = false) {
            auto connection = TRY(database_->readers().acquire());
            if (auto begun = connection->begin(Connection::Access::read); !begun) {
                if (again && connection->may_run_again()) continue;
                return std::unexpected(begun.error());
            }
            auto result = body(*connection);
            if (again && !result && connection->may_run_again()) continue;
            auto ended = connection->commit(Told{});
            if (result && !ended) return std::unexpected(ended.error());
            return result;
        }
    }
    // `body(Transaction&) -> Result<T>`; see Transaction. Its error leaves nothing written.
    template <class F>
    auto write(F&& body) -> std::invoke_result_t<F, Transaction&> {
        std::optional<std::invoke_result_t<F, Transaction&>> result;
        auto done = group_commit_.run([&](Transaction& transaction) -> Result<void> {
            result.emplace(body(transaction));
            if (!*result) return std::unexpected(result->error());
            return {};
        });
        if (!done) return std::unexpected(done.error());
        return std::move(*result);
    }

    const std::unique_ptr<Database> database_;
    GroupCommit group_commit_;  // last: stops before what it uses
};

}  // namespace gale::sql
