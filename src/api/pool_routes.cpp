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
    const auto body = TRY(call.body({"name", "slots", "description", "include_deferred", "team_name"}));
    Pool pool;
    pool.name = PoolName(TRY(required_text(body, "name")));
    const auto slots = TRY(of_body(json::get_optional_int(body, "slots"), "slots"));
    if (!slots) return invalid_input("body", "slots", "missing", "Field required", body);
    if (*slots < kUnlimitedSlots || *slots > INT32_MAX)
        return invalid_input("body", "slots", "value_error", "Input should be 0 or more, or -1 for no limit",
                             json::value(*slots));
    pool.slots = static_cast<int>(*slots);
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
    router.add({"GET", "/api/v2/pools", Role::viewer, list_pools});
    router.add({"POST", "/api/v2/pools", Role::op, post_pool});
    router.add({"GET", "/api/v2/pools/{pool_name:path}", Role::viewer, get_pool});
    router.add({"DELETE", "/api/v2/pools/{pool_name:path}", Role::op, delete_pool});
}

}  // namespace gale
