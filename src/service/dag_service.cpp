#include "service/dag_service.hpp"

#include <fmt/format.h>

#include "service/detail/audit.hpp"

namespace gale {

Result<DagRow> DagService::set_paused(const DagId& dag_id, bool paused, const Actor& actor) {
    auto row = TRY(store_.get_dag(dag_id));
    if (row.is_paused == paused) return row;
    TRY(store_.set_dag_paused(dag_id, paused));
    row.is_paused = paused;
    detail::audit(store_, clock_.now(), actor,
                  {.event = "patch_dag",
                   .dag_id = dag_id,
                   .run_id = {},
                   .task_id = {},
                   .map_index = {},
                   .extra = {{"is_paused", paused}}});
    return row;
}

Result<void> DagService::set_favorite(const DagId& dag_id, bool is_favorite, const Actor& actor) {
    if (!TRY(store_.set_dag_favorite(actor.name, dag_id, is_favorite))) {
        if (is_favorite) return {};
        return fail(ErrorCode::conflict,
                    fmt::format("DAG '{}' is not marked as favorite by '{}'", dag_id.str(), actor.name));
    }
    detail::audit(store_, clock_.now(), actor,
                  {.event = is_favorite ? "favorite_dag" : "unfavorite_dag",
                   .dag_id = dag_id,
                   .run_id = {},
                   .task_id = {},
                   .map_index = {},
                   .extra = {}});
    return {};
}

Result<void> DagService::remove(const DagId& dag_id, const Actor& actor) {
    TRY(store_.delete_dag(dag_id));
    detail::audit(store_, clock_.now(), actor,
                  {.event = "delete_dag", .dag_id = dag_id, .run_id = {}, .task_id = {}, .map_index = {}, .extra = {}});
    return {};
}

}  // namespace gale
