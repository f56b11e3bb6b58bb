// For tests: a run of a tiny DAG in words. `dag("a >> b >> c; a >> d")`, then the states it stands at.
#pragma once

#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

#include "model/new_run.hpp"
#include "scheduler/decide.hpp"

namespace gale::dsl {

inline TimePoint at(std::int64_t seconds) {
    return TimePoint(std::chrono::seconds(1'767'225'600 + seconds));
}  // 2026-01-01

// Edges as text; every task is Python unless `change` says otherwise.
inline std::shared_ptr<Dag> dag(const std::string& text,
                                std::function<void(std::map<std::string, json::object>&, json::object&)> change = {}) {
    std::map<std::string, json::object> tasks;
    std::map<std::string, std::set<std::string>> downstream;
    std::istringstream chains(text);
    for (std::string chain; std::getline(chains, chain, ';');) {
        std::istringstream words(chain);
        std::string before;
        for (std::string word; words >> word;) {
            if (word == ">>") continue;
            tasks[word]["task_id"] = word;
            if (!before.empty()) downstream[before].insert(word);
            before = word;
        }
    }
    json::object definition{{"dag_id", "d"}};
    for (auto& [id, task] : tasks) {
        task["task_type"] = "PythonOperator";
        task["module"] = "airflow.operators.python";
        json::array next;
        for (const std::string& name : downstream[id]) next.emplace_back(name);
        task["downstream_task_ids"] = next;
    }
    if (change) change(tasks, definition);
    json::array list;
    for (auto& [id, task] : tasks) list.push_back(task);
    definition["tasks"] = list;
    auto made = dag_from_json(definition);
    if (!made) throw std::runtime_error(made.error().to_string());
    return std::make_shared<Dag>(std::move(*made));
}

struct Scene {
    SchedulerState state;
    explicit Scene(std::shared_ptr<const Dag> the_dag) : shape(make_dag_shape(std::move(the_dag), DagVersionKey(1))) {
        DagEntry entry;
        entry.row.dag_id = DagId("d");
        entry.row.is_paused = false;
        entry.shape = shape;
        state.dags[entry.row.dag_id] = entry;
        state.pools[PoolName("default_pool")] = {PoolName("default_pool"), 128, "", false};
    }
    RunIndex& add_run(std::int64_t key = 1, DagRunState run_state = DagRunState::running) {
        DagRun run;
        run.key = DagRunKey(key);
        run.dag_id = DagId("d");
        run.run_id = RunId("r" + std::to_string(key));
        run.state = run_state;
        run.logical_date = run.run_after = run.queued_at = at(key);
        if (run_state == DagRunState::running) run.start_date = at(key);
        return state.runs.emplace(run.key, RunIndex(run, shape, make_task_instances(*shape->dag, run))).first->second;
    }
    void set(const std::string& task, TaskState to, std::int64_t run = 1) {
        RunIndex& index = state.runs.at(DagRunKey(run));
        TaskTransition change;
        change.to = to;
        if (to != TaskState::none) change.try_number = 1;
        index.apply(index.of_task(*shape->dag->index_of(TaskId(task))).first, change);
    }
    // "a=queued b=skipped": what the decision makes of the tasks it moves, in the plan's order, then the run's end.
    std::string decided(TimePoint now = at(100)) const {
        const Decision decision = decide(state, now);
        std::string text;
        for (const TaskTransition& change : decision.plan.tasks)
            for (const auto& [key, run] : state.runs)
                if (const auto i = run.find(change.id))
                    text += (text.empty() ? "" : " ") + run.instance(*i).task_id.str() +
                            (key == DagRunKey(1) ? "" : std::to_string(key.value())) + "=" +
                            std::string(to_string(change.to));
        for (const DagRunTransition& change : decision.plan.runs)
            text += (text.empty() ? "" : " ") + ("run" + std::to_string(change.run.value())) + "=" +
                    std::string(to_string(change.to));
        return text;
    }
    std::shared_ptr<const DagShape> shape;
};

}  // namespace gale::dsl
