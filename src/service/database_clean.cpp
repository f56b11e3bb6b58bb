#include "service/database_clean.hpp"

#include <algorithm>

#include "service/detail/audit.hpp"

namespace gale {
namespace {

OldRows old_rows(const CleanRequest& request, const std::string& table) {
    return {table, request.before, request.dag_ids, request.excluded_dag_ids};
}

Result<void> clean_table(Store& store, const CleanRequest& request, const std::optional<std::string>& archived_at,
                         CleanedTable& cleaned, const std::function<void(const std::string&, std::int64_t)>& on_batch,
                         const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto removed =
            TRY(store.remove_old_rows(old_rows(request, cleaned.table), request.batch_size, archived_at));
        if (removed == 0) break;
        cleaned.rows += removed;
        on_batch(cleaned.table, removed);
    }
    return {};
}

void audit_clean(Store& store, const Clock& clock, const CleanRequest& request, const Actor& actor,
                 const std::string& event, const std::vector<CleanedTable>& cleaned) {
    json::object rows;
    for (const CleanedTable& table : cleaned) {
        if (table.rows > 0) rows[table.table] = table.rows;
    }
    if (rows.empty()) return;
    detail::audit(store, clock.now(), actor, event,
                  {{"before", to_iso8601(request.before)}, {"rows", std::move(rows)}});
}

}  // namespace

Result<std::vector<std::string>> tables_to_clean(Store& store, const CleanRequest& request) {
    const auto all = store.cleanable_tables();
    if (request.tables.empty()) return all;
    for (const auto& name : request.tables) {
        if (std::ranges::find(all, name) == all.end()) TRY(store.count_old_rows(old_rows(request, name)));
    }
    std::vector<std::string> tables;
    std::ranges::copy_if(all, std::back_inserter(tables), [&](const std::string& name) {
        return std::ranges::find(request.tables, name) != request.tables.end();
    });
    return tables;
}

Result<std::int64_t> count_old_rows(Store& store, const CleanRequest& request, const std::string& table) {
    return store.count_old_rows(old_rows(request, table));
}

std::string archive_time(TimePoint time) {
    std::string digits;
    for (const char c : to_iso8601(time)) {
        if (c >= '0' && c <= '9' && digits.size() < 14) digits += c;
    }
    return digits;
}

Result<std::vector<CleanedTable>> clean_database(
    Store& store, const Clock& clock, const CleanRequest& request, const Actor& actor, const std::string& event,
    const std::function<void(const std::string& table, std::int64_t)>& on_batch, std::stop_token stop) {
    const auto archived_at = request.archives ? std::optional(archive_time(clock.now())) : std::nullopt;
    std::vector<CleanedTable> cleaned;
    Result<void> result;
    for (const auto& table : TRY(tables_to_clean(store, request))) {
        cleaned.push_back({table, 0});
        result = clean_table(store, request, archived_at, cleaned.back(), on_batch, stop);
        if (!result) break;
    }
    audit_clean(store, clock, request, actor, event, cleaned);
    if (!result) return std::unexpected(result.error());
    return cleaned;
}

}  // namespace gale
