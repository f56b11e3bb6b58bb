#include "model/new_run.hpp"

#include "base/hash.hpp"

namespace gale {
namespace {

bool runs_on(const Task& task, const DagRun& run) {
    if (!run.logical_date || run.run_type == RunType::backfill) return true;
    if (task.start_date && *run.logical_date < *task.start_date) return false;
    return !task.end_date || *run.logical_date <= *task.end_date;
}

// 0: not mapped, over nothing, or not known before the run.
int known_length(const Task& task) {
    if (!task.mapped || !task.mapped->sources.empty()) return 0;
    return task.mapped->length.value([](const MapSource&) { return std::nullopt; }).value_or(0);
}

}  // namespace

TaskInstance make_task_instance(const Task& task, const DagRun& run, int map_index) {
    TaskInstance instance;
    instance.id = TaskInstanceId(uuid7());
    instance.run = run.key;
    instance.dag_id = run.dag_id;
    instance.run_id = run.run_id;
    instance.task_id = task.task_id;
    instance.map_index = map_index;
    instance.max_tries = task.retry.retries;
    instance.pool = task.pool;
    instance.pool_slots = task.pool_slots;
    instance.queue = task.queue;
    instance.priority_weight = task.effective_priority;
    instance.operator_name = task.operator_name.value_or(task.task_type);
    return instance;
}

std::vector<TaskInstance> make_task_instances(const Dag& dag, const DagRun& run) {
    std::vector<TaskInstance> instances;
    instances.reserve(dag.tasks.size());
    for (const Task& task : dag.tasks) {
        if (!runs_on(task, run)) continue;
        const int count = known_length(task);
        if (count == 0) instances.push_back(make_task_instance(task, run, kNotMapped));
        for (int i = 0; i < count; ++i) instances.push_back(make_task_instance(task, run, i));
    }
    return instances;
}

}  // namespace gale
