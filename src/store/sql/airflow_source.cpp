#include "store/airflow_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "store/sql/airflow_connect.hpp"
#include "store/sql/airflow_row.hpp"

namespace gale {
namespace {

using sql::AirflowRow;

// Columns that a version may lack, and what stands for them.
struct Column {
    std::string_view name, fallback;
};

class Source final : public AirflowSource {
public:
    explicit Source(sql::AirflowConnection source) : source_(std::move(source)) {}

    Result<void> look() {
        return in_snapshot([&]() -> Result<void> {
            for (const auto* table : {"dag", "dag_run", "task_instance", "task_instance_history", "xcom", "slot_pool",
                                      "variable", "connection", "dag_run_note", "alembic_version"}) {
                if (auto found = columns_of(table)) columns_[table] = std::move(*found);
            }
            if (!columns_.contains("alembic_version") || !columns_.contains("dag_run") || !columns_.contains("dag"))
                return fail(ErrorCode::conflict, fmt::format("database {} is not Airflow's: it has no tables "
                                                             "alembic_version, dag and dag_run",
                                                             connection().name()));
            if (!has("task_instance", "run_id"))
                return fail(ErrorCode::unsupported,
                            fmt::format("database {} is of an Airflow before 2.2: upgrade it first, with a newer "
                                        "Airflow's `airflow db migrate`",
                                        connection().name()));
            auto cursor = TRY(connection().query("SELECT version_num FROM alembic_version"));
            if (TRY(cursor.next())) TRY(cursor.read("alembic_version", revision_));
            return {};
        });
    }

    std::string description() const override {
        return fmt::format("Airflow {} database {} (revision {})", is_3() ? 3 : 2, source_.connection->name(),
                           revision_);
    }

    Result<std::vector<Variable>> variables() override {
        return all<Variable>(
            "variable", {{"key", ""}, {"val", ""}, {"description", "NULL"}, {"is_encrypted", "0"}}, "ORDER BY base.id",
            [](AirflowRow& row) { return Variable{row.text(), row.text(), row.optional_text(), row.truth()}; });
    }

    Result<std::vector<gale::Connection>> connections() override {
        return all<gale::Connection>("connection",
                                     {{"conn_id", ""},
                                      {"conn_type", ""},
                                      {"description", "NULL"},
                                      {"host", ""},
                                      {"schema", ""},
                                      {"login", ""},
                                      {"password", ""},
                                      {"extra", ""},
                                      {"port", ""},
                                      {"is_encrypted", "0"},
                                      {"is_extra_encrypted", "0"}},
                                     "ORDER BY base.id", [](AirflowRow& row) {
                                         gale::Connection made;
                                         made.conn_id = row.text();
                                         made.conn_type = row.text();
                                         made.description = row.optional_text();
                                         made.host = row.optional_text();
                                         made.schema = row.optional_text();
                                         made.login = row.optional_text();
                                         made.password = row.optional_text();
                                         made.extra = row.optional_text();
                                         made.port = row.optional_integer();
                                         made.is_encrypted = row.truth();
                                         made.is_extra_encrypted = row.truth();
                                         return made;
                                     });
    }

    Result<std::vector<Pool>> pools() override {
        return all<Pool>("slot_pool", {{"pool", ""}, {"slots", ""}, {"description", "NULL"}, {"include_deferred", "0"}},
                         "ORDER BY base.id", [](AirflowRow& row) {
                             Pool pool;
                             pool.name = PoolName(row.text());
                             pool.slots = row.integer();
                             pool.description = row.text();
                             pool.include_deferred = row.truth();
                             return pool;
                         });
    }

    Result<std::vector<DagRow>> dags() override {
        return all<DagRow>("dag",
                           {{"dag_id", ""},
                            {"is_paused", ""},
                            {has("dag", "is_stale") ? "is_stale" : "is_active", "0"},
                            {"dag_display_name", "NULL"},
                            {"description", "NULL"},
                            {"fileloc", "NULL"},
                            {"relative_fileloc", "NULL"},
                            {"owners", "NULL"},
                            {has("dag", "timetable_summary") ? "timetable_summary" : "schedule_interval", "NULL"},
                            {"timetable_description", "NULL"},
                            {"max_active_tasks", "16"},
                            {"max_active_runs", "16"},
                            {has("dag", "last_parsed_time") ? "last_parsed_time" : "last_parsed", "NULL"}},
                           "ORDER BY base.dag_id", [this](AirflowRow& row) {
                               DagRow dag;
                               dag.dag_id = DagId(row.text());
                               dag.is_paused = row.truth();
                               dag.is_stale = row.truth() == has("dag", "is_stale");
                               dag.display_name = row.optional_text();
                               dag.description = row.optional_text();
                               dag.fileloc = row.text();
                               dag.relative_fileloc = row.text();
                               dag.owners = split_list(row.text());
                               dag.timetable_summary = row.text();
                               dag.timetable_description = row.text();
                               dag.max_active_tasks = row.integer();
                               dag.max_active_runs = row.optional_integer().value_or(16);
                               dag.last_parsed_time = row.time();
                               return dag;
                           });
    }

    Result<std::map<DagId, std::map<TaskId, std::string>>> tasks() override {
        return in_snapshot([&]() -> Result<std::map<DagId, std::map<TaskId, std::string>>> {
            std::map<DagId, std::map<TaskId, std::string>> tasks;
            auto cursor = TRY(connection().query(
                "SELECT dag_id, task_id, coalesce(max(\"operator\"), '') FROM task_instance GROUP BY dag_id, task_id"));
            while (TRY(cursor.next())) {
                DagId dag_id;
                TaskId task_id;
                std::string operator_name;
                TRY(cursor.read("task_instance", dag_id, task_id, operator_name));
                tasks[dag_id][task_id] = operator_name;
            }
            return tasks;
        });
    }

    Result<std::vector<SourceRun>> runs(std::int64_t after, int limit) override {
        return in_snapshot([&]() -> Result<std::vector<SourceRun>> {
            auto runs = TRY(rows_of<SourceRun>(
                "dag_run",
                {{"id", ""},
                 {"dag_id", ""},
                 {"run_id", ""},
                 {"run_type", ""},
                 {"state", ""},
                 {logical_date(), ""},
                 {"data_interval_start", "NULL"},
                 {"data_interval_end", "NULL"},
                 {"run_after", "NULL"},
                 {"queued_at", "NULL"},
                 {"start_date", ""},
                 {"end_date", ""},
                 {"triggered_by", "NULL"},
                 {"triggering_user_name", "NULL"},
                 {"clear_number", "0"},
                 {"conf", ""}},
                "WHERE base.id > ? ORDER BY base.id LIMIT ?", [this](AirflowRow& row) { return run_of(row); }, after,
                limit));
            for (SourceRun& run : runs) {
                if (run.has_ended) TRY(fill(run));
            }
            return runs;
        });
    }

private:
    sql::Connection& connection() { return *source_.connection; }
    bool has(const std::string& table, const std::string& column) const {
        const auto found = columns_.find(table);
        return found != columns_.end() && found->second.contains(column);
    }
    bool is_3() const { return has("dag_run", "logical_date"); }
    std::string_view logical_date() const { return is_3() ? "logical_date" : "execution_date"; }

    template <class F>
    auto in_snapshot(F&& body) -> std::invoke_result_t<F> {
        TRY(connection().begin(sql::Connection::Access::read));
        auto result = body();
        auto ended = connection().commit(sql::Told{});
        if (result && !ended) return std::unexpected(ended.error());
        return result;
    }

    Result<std::set<std::string>> columns_of(const std::string& table) {
        std::set<std::string> names;
        auto found = TRY(connection().query(source_.list_columns, table));
        while (TRY(found.next())) names.insert(std::string(found.row().text(0)));
        if (names.empty()) return fail(ErrorCode::not_found, "no table " + table);
        return names;
    }

    // A column as text that both databases give alike; bytes as hexadecimal digits.
    std::string selected(const std::string& table, const Column& column) const {
        const std::string name(column.name);
        if (!has(table, name)) return column.fallback.empty() ? "NULL" : std::string(column.fallback);
        const bool is_bytes = (name == "value" && !is_3()) || (name == "conf" && !is_3());
        if (is_bytes) return fmt::format(fmt::runtime(source_.bytes_as_hex), "base.\"" + name + "\"");
        return fmt::format("CAST(base.\"{}\" AS TEXT)", name);
    }

    template <class T, class F, class... Args>
    Result<std::vector<T>> rows_of(const std::string& table, const std::vector<Column>& columns,
                                   const std::string& rest, F&& read, const Args&... args) {
        std::vector<T> rows;
        if (!columns_.contains(table)) return rows;
        std::string list;
        for (const Column& column : columns) list += (list.empty() ? "" : ", ") + selected(table, column);
        auto cursor = TRY(connection().query(fmt::format("SELECT {} FROM {} base {}", list, table, rest), args...));
        while (TRY(cursor.next())) {
            AirflowRow row(cursor.row(), table);
            rows.push_back(read(row));
            TRY(row.finish());
        }
        return rows;
    }
    template <class T, class F>
    Result<std::vector<T>> all(const std::string& table, const std::vector<Column>& columns, const std::string& rest,
                               F&& read) {
        return in_snapshot([&] { return rows_of<T>(table, columns, rest, read); });
    }

    SourceRun run_of(AirflowRow& row) const {
        SourceRun source;
        DagRun& run = source.run;
        source.id = row.integer64();
        run.dag_id = DagId(row.text());
        run.run_id = RunId(row.text());
        run.run_type = sql::airflow_run_type(row.text());
        source.state = row.text();
        run.logical_date = row.time();
        const auto start = row.time(), end = row.time();
        if (start && end) run.data_interval = DataInterval{*start, *end};
        const auto run_after = row.time(), queued_at = row.time();
        run.start_date = row.time();
        run.end_date = row.time();
        // Airflow 2 started a run when its interval was over.
        run.run_after =
            run_after.value_or(end.value_or(run.logical_date.value_or(run.start_date.value_or(TimePoint{}))));
        run.queued_at = queued_at.value_or(run.start_date.value_or(run.run_after));
        run.triggered_by = sql::airflow_triggered_by(row.text(), run.run_type);
        run.triggering_user_name = row.optional_text();
        run.clear_number = row.integer();
        source.conf = is_3() ? row.text() : row.bytes();
        if (const auto state = parse_dag_run_state(source.state); state && is_finished(*state)) {
            run.state = *state;
            source.has_ended = true;
        }
        return source;
    }

    TaskInstance task_instance_of(AirflowRow& row) const {
        TaskInstance ti;
        const auto id = row.text();
        ti.id = TaskInstanceId(sql::dashed_uuid(id).value_or(uuid7()));
        ti.task_id = TaskId(row.text());
        ti.map_index = row.integer();
        // What was under way when its run ended never came to an end.
        const auto state = parse_task_state(row.text());
        ti.state = state && is_finished(*state) ? *state : TaskState::none;
        ti.try_number = row.integer();
        ti.max_tries = std::max(0, row.integer());
        ti.scheduled_at = row.time();
        ti.queued_at = row.time();
        ti.start_date = row.time();
        ti.end_date = row.time();
        ti.hostname = row.text();
        ti.pid = row.optional_integer();
        ti.pool = PoolName(row.text());
        ti.pool_slots = row.integer();
        ti.queue = row.text();
        ti.priority_weight = row.integer();
        const auto operator_name = row.text();
        const auto custom = row.text();
        ti.operator_name = custom.empty() ? operator_name : custom;
        return ti;
    }

    std::vector<Column> task_instance_columns(std::string_view id) const {
        return {{id, "''"},
                {"task_id", ""},
                {"map_index", "-1"},
                {"state", ""},
                {"try_number", "0"},
                {"max_tries", "0"},
                {"scheduled_dttm", "NULL"},
                {"queued_dttm", "NULL"},
                {"start_date", ""},
                {"end_date", ""},
                {"hostname", "''"},
                {"pid", "NULL"},
                {"pool", "'default_pool'"},
                {"pool_slots", "1"},
                {"queue", "''"},
                {"priority_weight", "1"},
                {"operator", "''"},
                {"custom_operator_name", "''"}};
    }

    Result<void> fill(SourceRun& run) {
        const auto read = [this](AirflowRow& row) { return task_instance_of(row); };
        const std::string of_run = "WHERE base.dag_id = ? AND base.run_id = ? ORDER BY base.task_id, base.map_index";
        run.task_instances = TRY(rows_of<TaskInstance>("task_instance", task_instance_columns("id"), of_run, read,
                                                       run.run.dag_id, run.run.run_id));
        run.history = TRY(rows_of<TaskInstance>("task_instance_history", task_instance_columns("task_instance_id"),
                                                of_run + ", base.try_number", read, run.run.dag_id, run.run.run_id));
        run.xcoms = TRY(rows_of<SourceXCom>(
            "xcom", {{"task_id", ""}, {"map_index", "-1"}, {"key", ""}, {"value", ""}, {"timestamp", ""}},
            "WHERE base.dag_id = ? AND base.run_id = ? ORDER BY base.task_id, base.map_index, base.\"key\"",
            [this](AirflowRow& row) {
                SourceXCom xcom;
                xcom.task_id = TaskId(row.text());
                xcom.map_index = row.integer();
                xcom.key = row.text();
                xcom.value = is_3() ? row.text() : row.bytes();
                xcom.timestamp = row.time().value_or(TimePoint{});
                return xcom;
            },
            run.run.dag_id, run.run.run_id));
        if (!columns_.contains("dag_run_note")) return {};
        const auto notes = TRY(rows_of<std::string>(
            "dag_run_note", {{"content", "''"}}, "WHERE base.dag_run_id = ?",
            [](AirflowRow& row) { return row.text(); }, run.id));
        if (!notes.empty() && !notes.front().empty()) run.run.note = notes.front();
        return {};
    }

    sql::AirflowConnection source_;
    std::map<std::string, std::set<std::string>> columns_;
    std::string revision_;
};

}  // namespace

Result<std::unique_ptr<AirflowSource>> AirflowSource::open(const std::string& url) {
    auto source = std::make_unique<Source>(TRY(sql::connect_airflow(url)));
    TRY(source->look());
    return source;
}

}  // namespace gale
