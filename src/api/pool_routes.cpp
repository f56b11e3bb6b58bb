// /api/v2/pools.
#include "api/bulk_body.hpp"
#include "api/render.hpp"

namespace gale {
namespace {

json::object render_pool(const PoolInUse& in_use) {
    const auto& [pool, use] = in_use;
    const int occupied = use.running + use.queued + (pool.include_deferred ? use.deferred : 0);
    return {{"name", pool.name.str()},
            {"slots", pool.slots},
            {"description", pool.description},
            {"include_deferred", pool.include_deferred},
            {"occupied_slots", occupied},
            {"running_slots", use.running},
            {"queued_slots", use.queued},
            {"scheduled_slots", use.scheduled},
            {"open_slots", pool.slots == kUnlimitedSlots ? -1 : open_slots(pool, use)},
            {"deferred_slots", use.deferred},
            {"team_name", nullptr}};
}

// The members that a body has, written into a pool.
std::function<void(Pool&)> edit_of(json::object members) {
    return [members = std::move(members)](Pool& pool) {
        if (const auto name = text_of(members, "name")) pool.name = PoolName(*name);
        if (const auto* slots = members.if_contains("slots"); slots != nullptr && slots->is_int64())
            pool.slots = static_cast<int>(slots->get_int64());
        if (members.contains("description")) pool.description = text_of(members, "description").value_or("");
        if (const auto* deferred = members.if_contains("include_deferred"); deferred != nullptr && deferred->is_bool())
            pool.include_deferred = deferred->get_bool();
    };
}

Result<HttpResponse> list_pools(Api& api, Call& call) {
    const auto filter = name_filter(call, "pool_name_pattern", "pool_name_prefix_pattern");
    const auto found = TRY(api.services().admin.list_pools(filter, TRY(call.page())));
    json::array pools;
    for (const PoolInUse& one : found.items) pools.push_back(render_pool(one));
    return json_response(json::object{{"pools", std::move(pools)}, {"total_entries", found.total}});
}

Result<HttpResponse> get_pool(Api& api, Call& call) {
    return json_response(render_pool(TRY(api.services().admin.get_pool(call.path("pool_name")))));
}

Result<HttpResponse> post_pool(Api& api, Call& call) {
    Pool pool;
    edit_of(TRY(call.body()))(pool);
    return json_response(render_pool(TRY(of_checked(api.services().admin.create_pool(pool, call.actor())))), 201);
}

Result<HttpResponse> patch_pool(Api& api, Call& call) {
    auto body = TRY(call.body());
    const auto& name = call.path("pool_name");
    if (text_of(body, "pool").value_or(name) != name) {
        return fail(ErrorCode::invalid_argument,
                    "Invalid body, pool name from request body doesn't match uri parameter");
    }
    const auto edit = edit_of(TRY(masked_body(std::move(body), call.query_all("update_mask"), "")));
    return json_response(render_pool(TRY(of_checked(api.services().admin.edit_pool(name, edit, call.actor())))));
}

Result<HttpResponse> bulk_pools(Api& api, Call& call) {
    const BulkReading<Pool> reading{"name", edit_of};
    return serve_bulk(call, reading, [&](const BulkAction<Pool>& action) {
        return api.services().admin.bulk_pools(action, call.actor());
    });
}

Result<HttpResponse> delete_pool(Api& api, Call& call) {
    TRY(api.services().admin.delete_pool(call.path("pool_name"), call.actor()));
    return HttpResponse{204, "", "", {}};
}

}  // namespace

void add_pool_routes(Router& router) {
    using namespace schema;
    router.define("PoolResponse", object({{"name", text()},
                                          {"slots", at_least(-1, integer())},
                                          {"description", nullable(text())},
                                          {"include_deferred", boolean()},
                                          {"occupied_slots", integer()},
                                          {"running_slots", integer()},
                                          {"queued_slots", integer()},
                                          {"scheduled_slots", integer()},
                                          {"open_slots", integer()},
                                          {"deferred_slots", integer()},
                                          {"team_name", nullable(text())}}));
    router.define("PoolCollectionResponse", collection("pools", "PoolResponse"));
    auto slots = at_least(-1, integer());
    slots["maximum"] = INT32_MAX;
    router.define("PoolBody", object({{"name", at_most_long(256, text())},
                                      {"slots", slots},
                                      optional("description", nullable(text())),
                                      optional("include_deferred", boolean()),
                                      optional("team_name", nullable(at_most_long(50, text())))}));
    router.add({"GET",
                "/api/v2/pools",
                Role::viewer,
                list_pools,
                {.id = "get_pools",
                 .tag = "Pool",
                 .summary = "Get Pools",
                 .query = paging(name_filter_parameters("pool_name_pattern", "pool_name_prefix_pattern")),
                 .answer = "PoolCollectionResponse"}});
    router.add({"POST",
                "/api/v2/pools",
                Role::op,
                post_pool,
                {.id = "post_pool",
                 .tag = "Pool",
                 .summary = "Post Pool",
                 .body = "PoolBody",
                 .answer = "PoolResponse",
                 .status = 201}});
    router.define("PoolPatchBody",
                  object({optional("pool", nullable(text())), optional("slots", nullable(slots)),
                          optional("description", nullable(text())), optional("include_deferred", nullable(boolean())),
                          optional("team_name", nullable(at_most_long(50, text())))}));
    define_bulk_body(router, "PoolBody");
    router.add({"PATCH",
                "/api/v2/pools",
                Role::op,
                bulk_pools,
                {.id = "bulk_pools",
                 .tag = "Pool",
                 .summary = "Bulk Pools",
                 .body = "BulkBody_PoolBody_",
                 .answer = "BulkResponse"}});
    router.add({"PATCH",
                "/api/v2/pools/{pool_name:path}",
                Role::op,
                patch_pool,
                {.id = "patch_pool",
                 .tag = "Pool",
                 .summary = "Patch Pool",
                 .query = {many("update_mask")},
                 .body = "PoolPatchBody",
                 .answer = "PoolResponse"}});
    router.add({"GET",
                "/api/v2/pools/{pool_name:path}",
                Role::viewer,
                get_pool,
                {.id = "get_pool", .tag = "Pool", .summary = "Get Pool", .answer = "PoolResponse"}});
    router.add({"DELETE",
                "/api/v2/pools/{pool_name:path}",
                Role::op,
                delete_pool,
                {.id = "delete_pool", .tag = "Pool", .summary = "Delete Pool", .status = 204}});
}

}  // namespace gale
