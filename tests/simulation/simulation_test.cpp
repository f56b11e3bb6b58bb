#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
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
    World(std::uint64_t seed, int nodes)
        : random_(seed), store_(must(open_sqlite_store({.path = ":memory:", .now = [this] { return now_; }}))) {
        must(store_->migrate());
        must(store_->set_pool({PoolName("small"), 2, "", false}));
        const int dags = pick(random_, 1, 3);
        for (int i = 0; i < dags; ++i) add_dag("dag" + std::to_string(i));
        for (int i = 0; i < nodes; ++i) {
            Node& node = nodes_.emplace_back();
            node.id = "node" + std::to_string(i);
            node.executor = std::make_unique<FakeExecutor>(random_, succeeded_);
            node.executor->on_start = [this, &node](const TryRequest& request) { check_start(node, request); };
            node.executor->on_renewal = [this, &node] { node.renewed_at = now_; };
            node.executor->is_current = [this](const TaskInstanceId& id) {
                return store_->get_task_instance(id).has_value();
            };
            restart(node);
        }
    }

    void run() {
        for (int i = 0; i < 150; ++i) {
            act();
            step();
        }
        for (Node& node : nodes_) node.away_until = {};
        for (int i = 0; i < 3000 && !done(); ++i) {
            for (Node& node : nodes_)
                if (is_here(node)) node.executor->something_happens(now_, true);
            pass(pick(random_, 1, 40));
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

    // A machine with a scheduler and its worker.
    struct Node {
        std::string id;
        std::unique_ptr<FakeExecutor> executor;
        std::unique_ptr<SchedulerCore> core;
        std::int64_t job_id = 0;
        TimePoint away_until;  // stopped (SIGSTOP), or cut off
        TimePoint renewed_at;
        bool gone = false;  // for good
    };
    bool is_here(const Node& node) const { return !node.gone && node.away_until <= now_; }

    void restart(Node& node) {
        SchedulerSettings settings;
        settings.limits.parallelism = kParallelism;
        settings.base_log_folder = "/logs";
        settings.node_id = node.id;
        settings.leases.dead_after = std::chrono::seconds{300};
        settings.leases.worker_lease = kWorkerLease;
        node.core = std::make_unique<SchedulerCore>(*store_, *node.executor, settings);
        node.job_id = ++jobs_;
        node.core->renew_leases(node.job_id);
        node.executor->connect();
    }

    // Time passes; a worker whose server is away for too long gives up.
    void pass(int seconds) {
        now_ += std::chrono::seconds(seconds);
        for (Node& node : nodes_)
            if (now_ - node.renewed_at >= kWorkerLease - std::chrono::seconds{1}) node.executor->lease_ends(now_);
    }

    Node& any_node() { return nodes_[static_cast<size_t>(pick(random_, 0, static_cast<int>(nodes_.size()) - 1))]; }

    void act() {
        pass(pick(random_, 0, 400));
        for (Node& node : nodes_)
            if (!node.gone)
                for (int i = pick(random_, 0, 5); i > 0; --i) node.executor->something_happens(now_, false);
        if (chance(random_, 4)) trouble(any_node());
        if (chance(random_, 5)) clear_something();
        if (chance(random_, 2)) must(store_->set_dag_paused(DagId(dags_.front()), chance(random_, 30)));
        for (Node& node : nodes_) node.core->inbox_changed();
    }

    void trouble(Node& node) {
        if (node.gone) return;
        const int kind = pick(random_, 1, 100);
        if (kind <= 40) {
            if (chance(random_, 30) && is_here(node)) must(node.core->release_leases());
            restart(node);
        } else if (kind <= 70) {
            node.executor->worker_dies();
        } else if (nodes_.size() > 1 && kind <= 95) {
            node.away_until = now_ + std::chrono::seconds(pick(random_, 100, 4000));
        } else if (nodes_.size() > 1 && std::ranges::count(nodes_, false, &Node::gone) > 1) {
            node.gone = true;
        }
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
            succeeded_.erase(run.dag_id.str() + "/" + run.run_id.str() + "/" + instance.task_id.str());
        }
        cleared_.insert(run.dag_id.str() + "/" + run.run_id.str());
        must(store_->edit_run(edit));
    }

    void step() {
        for (Node& node : nodes_) {
            if (!is_here(node)) continue;
            for (ExecutorEvent& event : node.executor->take_events(chance(random_, 80)))
                node.core->add(std::move(event));
            if (chance(random_, 70)) node.core->renew_leases(node.job_id);
            must(node.core->step(now_));
            check_limits();
        }
    }

    std::string tries_of(const TryRequest& request) {
        std::string text;
        for (const TaskInstance& t :
             must(store_->list_tries({request.dag_id, request.run_id, request.task_id, request.map_index})))
            text += "; " + t.id.str().substr(20) + " try " + std::to_string(t.try_number) + " " +
                    std::string(to_string(t.state)) + " " + t.reason.value_or("");
        return text;
    }

    void check_start(const Node& here, const TryRequest& request) {
        const std::string name = FakeExecutor::name_of(request);
        const bool was_cleared = cleared_.contains(request.dag_id.str() + "/" + request.run_id.str());
        for (const Node& node : nodes_) {
            // What a person clears on a node that is away, or while its DAG has moved, ends there a little later.
            if (&node != &here && was_cleared) continue;
            require(!node.executor || !node.executor->has_live(name), name + " starts while an earlier try lives");
        }
        require(!succeeded_.contains(name), name + " starts again after its success" + tries_of(request));
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
        require(rule.kind == RuleOutcome::Kind::pass || was_cleared, name + " starts before its trigger rule holds");
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
        require(all <= kParallelism * static_cast<int>(nodes_.size()), "parallelism is exceeded");
        require(in_pool["small"] <= 2, "pool 'small' is exceeded");
        for (const auto& [run, count] : in_run) {
            const Dag dag =
                must(dag_from_json(must(store_->latest_dag_version(DagId(run.substr(0, run.find(' '))))).definition));
            require(count <= *dag.max_active_tasks, "max_active_tasks is exceeded in " + run);
        }
    }

    bool done() {
        for (const std::string& dag : dags_) must(store_->set_dag_paused(DagId(dag), false));
        for (Node& node : nodes_) node.core->inbox_changed();
        const auto runs = must(store_->list_dag_runs({}, Page{-1, 0, {}})).items;
        return runs.size() == dags_.size() * kDueRuns &&
               std::ranges::all_of(nodes_, [](const Node& node) { return node.gone || node.executor->idle(); }) &&
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
    static constexpr Duration kWorkerLease = std::chrono::seconds{1000};
    Random random_;
    TimePoint now_ = must(parse_iso8601("2026-01-01T00:10:00Z"));
    std::set<std::string> succeeded_;  // as FakeExecutor says
    std::unique_ptr<Store> store_;
    std::deque<Node> nodes_;
    std::int64_t jobs_ = 0;
    std::vector<std::string> dags_;
    std::set<std::string> cleared_;  // dag/run
};

std::uint64_t number(const char* name, std::uint64_t fallback) {
    const char* text = std::getenv(name);
    return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

void run_worlds(int nodes) {
    const std::uint64_t only = number("SIMULATION_SEED", 0);
    const std::uint64_t seeds = number("SIMULATION_SEEDS", 20);
    for (std::uint64_t seed = only ? only : 1; seed <= (only ? only : seeds); ++seed) {
        try {
            World(seed, nodes).run();
        } catch (const std::exception& problem) {
            ADD_FAILURE() << "SIMULATION_SEED=" << seed << ": " << problem.what();
        }
    }
}

TEST(Simulation, KeepsItsInvariantsInARandomWorld) {
    run_worlds(1);
}

TEST(Simulation, KeepsItsInvariantsWithSeveralSchedulers) {
    run_worlds(2);
    run_worlds(3);
}

}  // namespace
}  // namespace gale::simulation
