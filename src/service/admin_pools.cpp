// AdminService: pools.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "service/admin_service.hpp"
#include "service/detail/admin_checks.hpp"
#include "service/detail/bulk_run.hpp"

namespace gale {
namespace {

constexpr std::string_view kDefaultPool = "default_pool";

std::unexpected<Error> no_pool(const std::string& name) {
    return fail(ErrorCode::not_found, fmt::format("The Pool with name: `{}` was not found", name));
}

Result<void> finish(Pool& pool, const Pool* kept) {
    TRY(detail::check_name("name", pool.name.str()));
    if (pool.slots < kUnlimitedSlots) {
        return detail::wrong_member("slots", fmt::format("pool '{}': {} slots; use 0 or more, or -1 for no limit",
                                                         pool.name.str(), pool.slots));
    }
    if (kept != nullptr && pool.name.str() == kDefaultPool && pool.description != kept->description)
        return fail(ErrorCode::invalid_argument, "Only slots and included_deferred can be modified on Default Pool");
    return {};
}

Result<void> check_deletable(const std::string& name) {
    if (name != kDefaultPool) return {};
    return fail(ErrorCode::invalid_argument, "Default Pool can't be deleted");
}

bool fits(const std::string& name, const NameFilter& filter) {
    const auto holds = [&](const std::string& part) {
        return lower_case(name).find(lower_case(part)) != std::string::npos;
    };
    const auto begins = [&](const std::string& part) { return name.starts_with(part); };
    return (filter.parts.empty() || std::ranges::any_of(filter.parts, holds)) &&
           (filter.prefixes.empty() || std::ranges::any_of(filter.prefixes, begins));
}

Result<bool> descending_order(const Page& page) {
    if (page.order_by.empty()) return false;
    const std::string& order = page.order_by.front();
    for (const std::string_view known : {"id", "pool", "name"}) {
        if (order == known) return false;
        if (order.starts_with('-') && order.substr(1) == known) return true;
    }
    return fail(ErrorCode::invalid_argument,
                fmt::format("cannot order by '{}'; this list can be ordered by id, pool, name", order));
}

}  // namespace

Result<std::optional<Pool>> AdminService::find_pool(const std::string& name) {
    for (Pool& pool : TRY(store_.list_pools())) {
        if (pool.name.str() == name) return std::optional(std::move(pool));
    }
    return std::nullopt;
}

Result<PoolInUse> AdminService::get_pool(const std::string& name) {
    for (auto& [pool, use] : TRY(store_.pools_in_use())) {
        if (pool.name.str() == name) return PoolInUse{std::move(pool), use};
    }
    return no_pool(name);
}

Result<PageOf<PoolInUse>> AdminService::list_pools(const NameFilter& filter, const Page& page) {
    const bool descending = TRY(descending_order(page));
    std::vector<PoolInUse> all;
    for (auto& [pool, use] : TRY(store_.pools_in_use())) {
        if (fits(pool.name.str(), filter)) all.push_back({std::move(pool), use});
    }
    if (descending) std::ranges::reverse(all);
    PageOf<PoolInUse> found;
    found.total = static_cast<std::int64_t>(all.size());
    const size_t first = std::min(static_cast<size_t>(page.offset), all.size());
    const size_t count =
        page.limit < 0 ? all.size() - first : std::min(static_cast<size_t>(page.limit), all.size() - first);
    for (size_t i = first; i < first + count; ++i) found.items.push_back(std::move(all[i]));
    return found;
}

Result<PoolInUse> AdminService::create_pool(Pool pool, const Actor& actor) {
    TRY(finish(pool, nullptr));
    {
        std::scoped_lock lock(writing_);
        if (TRY(find_pool(pool.name.str()))) {
            return fail(ErrorCode::already_exists,
                        fmt::format("The Pool with name: `{}` already exists", pool.name.str()));
        }
        TRY(store_.set_pools({pool}));
    }
    audit("post_pool", {{"name", pool.name.str()}, {"slots", pool.slots}}, actor);
    return get_pool(pool.name.str());
}

Result<PoolInUse> AdminService::edit_pool(const std::string& name, const Edit<Pool>& edit, const Actor& actor) {
    int slots = 0;
    {
        std::scoped_lock lock(writing_);
        const auto kept = TRY(find_pool(name));
        if (!kept) return no_pool(name);
        Pool pool = *kept;
        edit(pool);
        pool.name = kept->name;
        TRY(finish(pool, &*kept));
        TRY(store_.set_pools({pool}));
        slots = pool.slots;
    }
    audit("patch_pool", {{"name", name}, {"slots", slots}}, actor);
    return get_pool(name);
}

Result<void> AdminService::delete_pool(const std::string& name, const Actor& actor) {
    TRY(check_deletable(name));
    std::scoped_lock lock(writing_);
    auto deleted = store_.delete_pool(PoolName(name));
    if (!deleted && deleted.error().code() == ErrorCode::not_found) return no_pool(name);
    TRY(deleted);
    audit("delete_pool", {{"name", name}}, actor);
    return {};
}

Result<BulkOutcome> AdminService::bulk_pools(const BulkAction<Pool>& action, const Actor& actor) {
    const detail::BulkNoun<Pool> noun{
        .plural = "pools with these pool names",
        .find = [this](const std::string& name) { return find_pool(name); },
        .finish = finish,
        .write = [this](const std::vector<Pool>& pools) { return store_.set_pools(pools); },
        .remove = [this](const std::vector<std::string>& names) -> Result<void> {
            for (const std::string& name : names) TRY(store_.delete_pool(PoolName(name)));
            return {};
        }};
    if (action.kind == BulkAction<Pool>::Kind::remove) {
        for (const auto& item : action.items) TRY(check_deletable(item.id));
    }
    std::scoped_lock lock(writing_);
    auto outcome = TRY(detail::run_bulk(action, noun));
    audit_bulk("bulk_pools", detail::word_of(action), outcome, actor);
    return outcome;
}

}  // namespace gale
