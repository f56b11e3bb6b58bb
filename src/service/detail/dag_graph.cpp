#include "service/detail/dag_graph.hpp"

#include <fmt/format.h>

namespace gale::detail {

std::set<size_t> with_relatives(const Dag& dag, std::set<size_t> from, Direction direction) {
    std::vector<size_t> open(from.begin(), from.end());
    while (!open.empty()) {
        const Task& task = dag.tasks[open.back()];
        open.pop_back();
        for (const size_t next : direction == Direction::upstream ? task.upstream : task.downstream) {
            if (from.insert(next).second) open.push_back(next);
        }
    }
    return from;
}

Result<Dag> dag_of_run(CatalogStore& store, const DagRun& run) {
    const auto version = TRY(store.get_dag_version(run.dag_version));
    auto dag = dag_from_json(version.definition);
    if (!dag) {
        return std::unexpected(
            Error(ErrorCode::data_corrupt, fmt::format("version {} of DAG '{}', kept in the database, cannot be read",
                                                       version.version_number, run.dag_id.str()))
                .caused_by(std::move(dag).error()));
    }
    return dag;
}

Result<std::vector<TaskInstance>> task_instances_of(RunStore& store, const DagRun& run) {
    TaskInstanceFilter filter;
    filter.dag_id = run.dag_id;
    filter.run_id = run.run_id;
    auto page = TRY(store.list_task_instances(filter, Page{.limit = -1, .offset = 0, .order_by = {}}));
    return std::move(page.items);
}

}  // namespace gale::detail
