#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <stdexcept>

#include "base/hash.hpp"
#include "fake_executor.hpp"
#include "scheduler/core.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace gale::simulation {
namespace {

template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().to_string());
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

void require(bool holds, const std::string& what) {
    if (!holds) throw std::runtime_error(what);
}

class World {
public:
    explicit World(std::uint64_t seed)
        : random_(seed), executor_(random_), store_(must(open_sqlite_store({.path = ":memory:"}))) {
        must(store_->migrate());
        must(store_->set_pool({PoolName("small"), 2, "", false}));
        const int dags = pick(random_, 1, 3);
        for (int i = 0; i < dags; ++i) add_dag("dag" + std::to_string(i));
        executor_.on_start = [this](const TryRequest& request) { check_start(request); };
        executor_.is_current = [this](const TaskInstanceId& id) { return store_->get_task_instance(id).has_value(); };
        restart();
    }

    void run() {
        for (int i = 0; i < 150; ++i) {
            act();
            step();
        }
        for (int i = 0; i < 3000 && !done(); ++i) {
            executor_.something_happens(now_, true);
            now_ += std::chrono::seconds(pick(random_, 1, 40));
            step();
        }
        check_end();
    }

private:
    void add_dag(const std::string& id) {
        ParsedDag dag;
        dag.dag_id = DagId(id);
        dag.canonical_definition = random_dag(random_, id);
        dag.dag_hash = sha256_hex(dag.canonical_definition);
        const auto definition = must(json::parse_object(dag.canonical_definition));
        dag.row.max_active_runs = static_cast<int>(definition.at("max_active_runs").as_int64());
        dag.row.max_active_tasks = static_cast<int>(definition.at("max_active_tasks").as_int64());
        dag.is_paused_upon_creation = false;
        must(store_->record_parsed_file(
            {.fileloc = "/dags/" + id + ".py", .relative_fileloc = id + ".py", .parsed_at = now_, .dags = {dag}}));
        dags_.push_back(id);
    }

    void restart() {
        SchedulerSettings settings;
        settings.limits.parallelism = kParallelism;
        settings.base_log_folder = "/logs";
        core_ = std::make_unique<SchedulerCore>(*store_, executor_, settings);
        executor_.connect();
    }

    void act() {
        now_ += std::chrono::seconds(pick(random_, 0, 400));
        for (int i = pick(random_, 0, 5); i > 0; --i) executor_.something_happens(now_, false);
        if (chance(random_, 4)) restart();
        if (chance(random_, 3)) executor_.worker_dies();
        if (chance(random_, 5)) clear_something();
        if (chance(random_, 2)) must(store_->set_dag_paused(DagId(dags_.front()), chance(random_, 30)));
        core_->inbox_changed();
    }

    // A task instance and all that comes after it, as a person's clear does.
    void clear_something() {
        const auto runs = must(store_->list_dag_runs({}, Page{-1, 0, {}})).items;
        if (runs.empty()) return;
        const DagRun run = runs[static_cast<size_t>(pick(random_, 0, static_cast<int>(runs.size()) - 1))];
        const auto active = must(store_->load_run(run.key));
        const auto from = active.task_instances[static_cast<size_t>(
            pick(random_, 0, static_cast<int>(active.task_instances.size()) - 1))];
        RunEdit edit{run.key, is_finished(run.state) ? std::optional(DagRunState::queued) : std::nullopt, {}, now_};
        for (const TaskInstance& instance : active.task_instances) {
            if (instance.task_id < from.task_id || instance.state == TaskState::none) continue;
            const TaskState to = instance.state == TaskState::running ? TaskState::restarting : TaskState::none;
            edit.task_instances.push_back(
                {instance.id, to, TaskInstanceId(uuid7()), instance.try_number + 1, "cleared"});
            executor_.succeeded.erase(run.dag_id.str() + "/" + run.run_id.str() + "/" + instance.task_id.str());
        }
        cleared_.insert(run.dag_id.str() + "/" + run.run_id.str());
        must(store_->edit_run(edit));
    }

    void step() {
        for (ExecutorEvent& event : executor_.take_events(chance(random_, 80))) core_->add(std::move(event));
        must(core_->step(now_));
        check_limits();
    }

    std::string tries_of(const TryRequest& request) {
        std::string text;
        for (const TaskInstance& t :
             must(store_->list_tries({request.dag_id, request.run_id, request.task_id, request.map_index})))
            text += "; " + t.id.str().substr(20) + " try " + std::to_string(t.try_number) + " " +
                    std::string(to_string(t.state)) + " " + t.reason.value_or("");
        return text;
    }

    void check_start(const TryRequest& request) {
        const std::string name = FakeExecutor::name_of(request);
        require(!executor_.has_live(name), name + " starts while an earlier try lives");
        require(!executor_.succeeded.contains(name), name + " starts again after its success" + tries_of(request));
        const auto run = must(store_->load_run(request.run.key));
        const Dag dag = must(dag_from_json(must(store_->get_dag_version(request.dag_version)).definition));
        const Task& task = *dag.find_task(request.task_id);
        UpstreamCounts counts;
        for (const TaskInstance& instance : run.task_instances) {
            if (instance.task_id == request.task_id)
                require(instance.id == request.id && instance.state == TaskState::queued,
                        name + " starts, but is not queued in the store");
            for (const size_t up : task.upstream)
                if (dag.tasks[up].task_id == instance.task_id) counts.add(instance.state, false);
        }
        const auto rule = evaluate_trigger_rule(task.trigger_rule, counts, request.map_index);
        // A clear of an upstream task leaves what is queued already in the queue, as in Airflow.
        require(rule.kind == RuleOutcome::Kind::pass ||
                    cleared_.contains(request.dag_id.str() + "/" + request.run_id.str()),
                name + " starts before its trigger rule holds");
        require(run.run.state == DagRunState::running, name + " starts in a run that is not running");
    }

    void check_limits() {
        std::map<std::string, int> in_pool, in_run;
        int all = 0;
        TaskInstanceFilter filter;
        filter.states = {TaskState::queued, TaskState::running};
        for (const TaskInstance& instance : must(store_->list_task_instances(filter, Page{-1, 0, {}})).items) {
            in_pool[instance.pool.str()] += instance.pool_slots;
            ++in_run[instance.dag_id.str() + " " + instance.run_id.str()];
            ++all;
        }
        require(all <= kParallelism, "parallelism is exceeded");
        require(in_pool["small"] <= 2, "pool 'small' is exceeded");
        for (const auto& [run, count] : in_run) {
            const Dag dag =
                must(dag_from_json(must(store_->latest_dag_version(DagId(run.substr(0, run.find(' '))))).definition));
            require(count <= *dag.max_active_tasks, "max_active_tasks is exceeded in " + run);
        }
    }

    bool done() {
        for (const std::string& dag : dags_) must(store_->set_dag_paused(DagId(dag), false));
        core_->inbox_changed();
        const auto runs = must(store_->list_dag_runs({}, Page{-1, 0, {}})).items;
        return runs.size() == dags_.size() * kDueRuns && executor_.idle() &&
               std::ranges::all_of(runs, [](const DagRun& run) { return is_finished(run.state); });
    }

    void check_end() {
        std::map<std::pair<DagId, TimePoint>, int> by_date;
        for (const DagRun& run : must(store_->list_dag_runs({}, Page{-1, 0, {}})).items) {
            ++by_date[{run.dag_id, *run.logical_date}];
            if (!is_finished(run.state) && !waits_for_past(run))
                throw std::runtime_error(run.dag_id.str() + "/" + run.run_id.str() + " never ends");
        }
        for (const auto& [key, count] : by_date) require(count == 1, "a due date has two runs");
    }

    // depends_on_past: a failed task holds back its successors until somebody clears or marks it, as in Airflow.
    bool waits_for_past(const DagRun& run) {
        const Dag dag = must(dag_from_json(must(store_->get_dag_version(run.dag_version)).definition));
        return std::ranges::any_of(dag.tasks, &Task::depends_on_past);
    }

    static constexpr int kParallelism = 6;
    Random random_;
    FakeExecutor executor_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<SchedulerCore> core_;
    TimePoint now_ = must(parse_iso8601("2026-01-01T00:10:00Z"));
    std::vector<std::string> dags_;
    std::set<std::string> cleared_;  // dag/run
};

std::uint64_t number(const char* name, std::uint64_t fallback) {
    const char* text = std::getenv(name);
    return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

TEST(Simulation, KeepsItsInvariantsInARandomWorld) {
    const std::uint64_t only = number("SIMULATION_SEED", 0);
    const std::uint64_t seeds = number("SIMULATION_SEEDS", 20);
    for (std::uint64_t seed = only ? only : 1; seed <= (only ? only : seeds); ++seed) {
        try {
            World(seed).run();
        } catch (const std::exception& problem) {
            ADD_FAILURE() << "SIMULATION_SEED=" << seed << ": " << problem.what();
        }
    }
}

}  // namespace
}  // namespace gale::simulation
