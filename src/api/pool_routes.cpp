// /api/v2/pools.
#include <fmt/format.h>

#include <algorithm>

#include "api/body_member.hpp"
#include "api/render.hpp"

namespace gale {
namespace {

json::object render_pool(const Pool& pool, const PoolUse& use) {
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

Result<HttpResponse> list_pools(Api& api, Call& call) {
    const auto page = TRY(call.page());
    const auto pools = TRY(api.store().pools_in_use());
    json::array rendered;
    const size_t first = std::min(static_cast<size_t>(page.offset), pools.size());
    const size_t last = std::min(first + static_cast<size_t>(page.limit), pools.size());
    for (size_t i = first; i < last; ++i) rendered.push_back(render_pool(pools[i].first, pools[i].second));
    return json_response(json::object{{"pools", std::move(rendered)}, {"total_entries", pools.size()}});
}

Result<HttpResponse> show_pool(Api& api, const std::string& name, int status) {
    for (const auto& [pool, use] : TRY(api.store().pools_in_use())) {
        if (pool.name.str() == name) return json_response(render_pool(pool, use), status);
    }
    return fail(ErrorCode::not_found, fmt::format("The Pool with name: `{}` was not found", name));
}

Result<HttpResponse> get_pool(Api& api, Call& call) {
    return show_pool(api, call.path("pool_name"), 200);
}

Result<HttpResponse> post_pool(Api& api, Call& call) {
    const auto body = TRY(call.body());
    Pool pool;
    pool.name = PoolName(TRY(required_text(body, "name")));
    pool.slots = static_cast<int>(body.at("slots").as_int64());
    pool.description = TRY(optional_text(body, "description")).value_or("");
    pool.include_deferred = TRY(of_body(json::get_bool_or(body, "include_deferred", false), "include_deferred"));
    TRY(api.services().admin.write_pool(pool, WriteMode::create, call.actor()));
    return show_pool(api, pool.name.str(), 201);
}

Result<HttpResponse> delete_pool(Api& api, Call& call) {
    TRY(api.services().admin.delete_pool(PoolName(call.path("pool_name")), call.actor()));
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
                 .query = paging(),
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
