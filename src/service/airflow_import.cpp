#include "service/airflow_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/hash.hpp"
#include "service/detail/audit.hpp"
#include "service/detail/plain_pickle.hpp"
#include "service/detail/sealed_rows.hpp"

namespace gale {
namespace {

constexpr int kFirstDefaultSlots = 128;

Result<json::value> read_value(const std::string& bytes) {
    if (bytes.starts_with('\x80')) return detail::read_plain_pickle(bytes);
    return json::parse(bytes);
}

std::string_view why_left(const Error& error) {
    return error.code() == ErrorCode::unsupported ? "pickled objects, which cannot be read without running their code"
                                                  : "values that are neither JSON nor a pickle";
}

// What a run of a DAG that no file defines here points to: the tasks it had, and nothing more.
std::string placeholder_definition(const DagRow& dag, const std::map<TaskId, std::string>& tasks) {
    json::array list, children;
    for (const auto& [task_id, operator_name] : tasks) {
        list.push_back(json::object{{"task_id", task_id.str()},
                                    {"task_type", operator_name.empty() ? "Operator" : operator_name},
                                    {"module", "airflow"}});
        children.push_back(json::object{{"task", task_id.str()}});
    }
    return json::serialize(json::object{
        {"dag_id", dag.dag_id.str()},
        {"description", dag.description ? json::value(*dag.description) : json::value(nullptr)},
        {"task_group", json::object{{"children", std::move(children)}, {"group_id", nullptr}, {"tooltip", ""}}},
        {"tasks", std::move(list)}});
}

class Import {
public:
    Import(Store& store, AirflowSource& source, const Secrets& source_secrets, const Secrets& secrets,
           const ImportOptions& options)
        : store_(store), source_(source), source_secrets_(source_secrets), secrets_(secrets), options_(options) {}

    Result<ImportReport> run() {
        TRY(take_variables());
        TRY(take_connections());
        TRY(take_pools());
        TRY(take_dags());
        TRY(take_runs());
        return std::move(report_);
    }

private:
    template <class T>
    bool open(T& row, const std::string& name) {
        auto opened = detail::opened(row, source_secrets_);
        if (!opened) {
            report_.unreadable.push_back(name);
            return false;
        }
        row = detail::sealed(std::move(*opened), secrets_);
        return true;
    }

    // Counts what `find` says of it; true: it is new.
    template <class T>
    Result<bool> is_new(const Result<T>& found, ImportCount& count) {
        if (found) {
            ++count.known;
            return false;
        }
        if (found.error().code() != ErrorCode::not_found) return std::unexpected(found.error());
        return true;
    }

    Result<void> take_variables() {
        for (Variable& variable : TRY(source_.variables())) {
            if (!TRY(is_new(store_.get_variable(variable.key), report_.variables))) continue;
            if (!open(variable, "variable " + variable.key)) {
                ++report_.variables.left["encrypted with another key: give --fernet-key"];
                continue;
            }
            if (!options_.dry_run) TRY(store_.set_variable(variable));
            ++report_.variables.taken;
        }
        return {};
    }

    Result<void> take_connections() {
        for (Connection& connection : TRY(source_.connections())) {
            if (!TRY(is_new(store_.get_connection(connection.conn_id), report_.connections))) continue;
            if (!open(connection, "connection " + connection.conn_id)) {
                ++report_.connections.left["encrypted with another key: give --fernet-key"];
                continue;
            }
            if (!options_.dry_run) TRY(store_.set_connection(connection));
            ++report_.connections.taken;
        }
        return {};
    }

    Result<void> take_pools() {
        const auto ours = TRY(store_.list_pools());
        for (const Pool& pool : TRY(source_.pools())) {
            const auto same = std::ranges::find(ours, pool.name, &Pool::name);
            // Every installation has a default_pool; one that nobody changed yields.
            const bool yields = same != ours.end() && pool.name.str() == "default_pool" &&
                                same->slots == kFirstDefaultSlots && pool.slots != kFirstDefaultSlots;
            if (same != ours.end() && !yields) {
                ++report_.pools.known;
                continue;
            }
            if (!options_.dry_run) TRY(store_.set_pool(pool));
            ++report_.pools.taken;
        }
        return {};
    }

    // A DAG that is not here waits, stale and with its pause state, for the file that defines it.
    Result<void> take_dags() {
        tasks_ = TRY(source_.tasks());
        for (DagRow& dag : TRY(source_.dags())) {
            const auto ours = store_.get_dag(dag.dag_id);
            if (!ours && ours.error().code() != ErrorCode::not_found) return std::unexpected(ours.error());
            if (ours && ours->is_paused == dag.is_paused)
                ++report_.dags.known;
            else if (!dag.is_stale)
                TRY(take_pause_state(dag, ours.has_value()));
            if (ours) versions_[dag.dag_id] = ours->latest_version;
            dags_.emplace(dag.dag_id, std::move(dag));
        }
        return {};
    }

    Result<void> take_pause_state(const DagRow& dag, bool is_here) {
        ++report_.dags.taken;
        if (options_.dry_run) return {};
        if (is_here) return store_.set_dag_paused(dag.dag_id, dag.is_paused);
        versions_[dag.dag_id] = TRY(store_.find_or_add_stale_dag(dag, placeholder_definition(dag, tasks_[dag.dag_id])));
        return {};
    }

    Result<DagVersionKey> version_of(const SourceRun& run) {
        const auto known = versions_.find(run.run.dag_id);
        if (known != versions_.end()) return known->second;
        DagRow dag;
        if (const auto found = dags_.find(run.run.dag_id); found != dags_.end()) dag = found->second;
        dag.dag_id = run.run.dag_id;
        const auto key = TRY(store_.find_or_add_stale_dag(dag, placeholder_definition(dag, tasks_[dag.dag_id])));
        versions_[run.run.dag_id] = key;
        return key;
    }

    Result<ImportedRun> made_of(SourceRun& source) {
        ImportedRun made;
        made.run.run = source.run;
        made.run.run.dag_version = TRY(version_of(source));
        if (!source.conf.empty()) {
            auto conf = read_value(source.conf);
            if (conf && conf->is_object())
                made.run.run.conf = std::move(conf->get_object());
            else if (!conf)
                ++report_.runs.left[fmt::format("came without their conf: {}", why_left(conf.error()))];
        }
        std::set<std::pair<std::string, int>> there;
        for (const auto& ti : source.task_instances) there.emplace(ti.task_id.str(), ti.map_index);
        for (const SourceXCom& xcom : source.xcoms) {
            if (!there.contains({xcom.task_id.str(), xcom.map_index})) continue;
            auto value = read_value(xcom.value);
            if (!value) {
                ++report_.xcoms.left[std::string(why_left(value.error()))];
                continue;
            }
            made.xcoms.push_back({{source.run.dag_id, source.run.run_id, xcom.task_id, xcom.map_index},
                                  xcom.key,
                                  std::move(*value),
                                  xcom.timestamp});
        }
        made.run.task_instances = std::move(source.task_instances);
        made.history = std::move(source.history);
        return made;
    }

    void count(const ImportedRun& run, ImportOutcome outcome) {
        switch (outcome) {
            case ImportOutcome::taken:
                ++report_.runs.taken;
                report_.task_instances.taken += static_cast<std::int64_t>(run.run.task_instances.size());
                report_.xcoms.taken += static_cast<std::int64_t>(run.xcoms.size());
                return;
            case ImportOutcome::known: ++report_.runs.known; return;
            case ImportOutcome::date_is_taken:
                ++report_.runs.left["there is another run of their logical date here"];
                return;
        }
    }

    // All at once; where one cannot be kept, each alone, so that only that one stays out.
    Result<void> keep(const std::vector<ImportedRun>& runs) {
        if (runs.empty()) return {};
        const auto outcomes = store_.import_runs(runs);
        if (outcomes) {
            for (size_t i = 0; i < runs.size(); ++i) count(runs[i], (*outcomes)[i]);
            return {};
        }
        const auto code = outcomes.error().code();
        const bool is_ours_to_leave = code == ErrorCode::invalid_argument || code == ErrorCode::already_exists ||
                                      code == ErrorCode::conflict || code == ErrorCode::not_found;
        if (!is_ours_to_leave) return std::unexpected(outcomes.error());
        if (runs.size() == 1) {
            ++report_.runs.left[outcomes.error().to_string()];
            return {};
        }
        for (const ImportedRun& run : runs) TRY(keep({run}));
        return {};
    }

    Result<bool> is_here(const DagRun& run) {
        const auto found = store_.get_dag_run(run.dag_id, run.run_id);
        if (found) return true;
        if (found.error().code() == ErrorCode::not_found) return false;
        return std::unexpected(found.error());
    }

    Result<void> take_runs() {
        std::int64_t after = 0;
        for (;;) {
            auto runs = TRY(source_.runs(after, options_.batch_size));
            if (runs.empty()) return {};
            after = runs.back().id;
            std::vector<ImportedRun> made;
            for (SourceRun& run : runs) {
                if (!run.has_ended) {
                    ++report_.runs
                          .left[fmt::format("have not ended (they are {}): Airflow has to end them", run.state)];
                } else if (TRY(is_here(run.run))) {
                    ++report_.runs.known;
                } else if (options_.dry_run) {
                    ++report_.runs.taken;
                    report_.task_instances.taken += static_cast<std::int64_t>(run.task_instances.size());
                    report_.xcoms.taken += static_cast<std::int64_t>(run.xcoms.size());
                } else {
                    made.push_back(TRY(made_of(run)));
                }
            }
            TRY(keep(made));
            options_.on_batch(report_.runs);
        }
    }

    Store& store_;
    AirflowSource& source_;
    const Secrets& source_secrets_;
    const Secrets& secrets_;
    const ImportOptions& options_;
    std::map<DagId, DagRow> dags_;
    std::map<DagId, std::map<TaskId, std::string>> tasks_;
    std::map<DagId, DagVersionKey> versions_;
    ImportReport report_;
};

}  // namespace

Result<ImportReport> import_airflow(Store& store, AirflowSource& source, const Secrets& source_secrets,
                                    const Secrets& secrets, const Clock& clock, const Actor& actor,
                                    const ImportOptions& options) {
    auto report = TRY(Import(store, source, source_secrets, secrets, options).run());
    if (!options.dry_run) {
        detail::audit(store, clock.now(), actor, "cli_db_import_airflow",
                      {{"source", source.description()},
                       {"variables", report.variables.taken},
                       {"connections", report.connections.taken},
                       {"pools", report.pools.taken},
                       {"runs", report.runs.taken}});
    }
    return report;
}

}  // namespace gale
