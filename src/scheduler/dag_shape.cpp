#include "scheduler/dag_shape.hpp"

#include <algorithm>

namespace gale {
namespace {

using Members = std::vector<bool>;

Members reach(const Dag& dag, size_t from, const std::vector<size_t> Task::* direction) {
    Members reached(dag.tasks.size());
    std::vector<size_t> open = dag.tasks[from].*direction;
    while (!open.empty()) {
        const size_t task = open.back();
        open.pop_back();
        if (reached[task]) continue;
        reached[task] = true;
        const auto& next = dag.tasks[task].*direction;
        open.insert(open.end(), next.begin(), next.end());
    }
    return reached;
}

bool is_ignored_teardown(const Task& task) {
    return task.is_teardown && !task.on_failure_fail_dagrun;
}

std::vector<std::uint32_t> find_leaves(const Dag& dag) {
    std::vector<std::uint32_t> leaves, ends;
    for (std::uint32_t i = 0; i < dag.tasks.size(); ++i) {
        const Task& task = dag.tasks[i];
        if (task.downstream.empty()) ends.push_back(i);
        const bool last =
            std::ranges::all_of(task.downstream, [&](size_t d) { return is_ignored_teardown(dag.tasks[d]); });
        if (last && !is_ignored_teardown(task)) leaves.push_back(i);
    }
    return leaves.empty() ? ends : leaves;
}

// A setup covers a task when it has no teardown, or one of its teardowns comes after the task.
bool covers(const Dag& dag, size_t setup, const Members& after_task) {
    bool has_teardown = false;
    for (const size_t next : dag.tasks[setup].downstream) {
        if (!dag.tasks[next].is_teardown) continue;
        has_teardown = true;
        if (after_task[next]) return true;
    }
    return !has_teardown;
}

void add_setup_constraints(DagShape& shape, std::uint32_t i) {
    const Dag& dag = *shape.dag;
    const Task& task = dag.tasks[i];
    const Members before = reach(dag, i, &Task::upstream);
    if (task.is_teardown) {
        for (const size_t setup : task.upstream) {
            if (!dag.tasks[setup].is_setup) continue;
            const Members after_setup = reach(dag, setup, &Task::downstream);
            for (std::uint32_t t = 0; t < dag.tasks.size(); ++t)
                if (before[t] && after_setup[t]) shape.covered[i].push_back(t);
        }
        return;
    }
    const Members after = reach(dag, i, &Task::downstream);
    for (std::uint32_t t = 0; t < dag.tasks.size(); ++t)
        if (before[t] && dag.tasks[t].is_setup && !std::ranges::binary_search(task.upstream, size_t{t}) &&
            covers(dag, t, after))
            shape.indirect_setups[i].push_back(t);
}

}  // namespace

bool goes_straight_to_success(const Task& task) {
    return task.native.kind == NativeKind::empty && !task.native.needs_render;
}

std::shared_ptr<const DagShape> make_dag_shape(std::shared_ptr<const Dag> dag, DagVersionKey version) {
    auto shape = std::make_shared<DagShape>();
    shape->dag = std::move(dag);
    shape->version = version;
    for (const size_t task : shape->dag->topological_order()) shape->order.push_back(static_cast<std::uint32_t>(task));
    shape->leaves = find_leaves(*shape->dag);
    const auto& tasks = shape->dag->tasks;
    shape->depends_on_past =
        std::ranges::any_of(tasks, [](const Task& t) { return t.depends_on_past || t.wait_for_downstream; });
    shape->is_map_source.resize(tasks.size());
    for (std::uint32_t i = 0; i < tasks.size(); ++i) {
        if (!tasks[i].mapped || tasks[i].mapped->sources.empty()) continue;
        shape->mapped_by_xcom.push_back(i);
        for (const MapSource& source : tasks[i].mapped->sources)
            shape->is_map_source[shape->dag->index_of(source.task_id).value()] = true;
    }
    if (std::ranges::any_of(tasks, &Task::is_setup)) {
        shape->indirect_setups.resize(tasks.size());
        shape->covered.resize(tasks.size());
        for (std::uint32_t i = 0; i < tasks.size(); ++i) add_setup_constraints(*shape, i);
    }
    return shape;
}

}  // namespace gale
