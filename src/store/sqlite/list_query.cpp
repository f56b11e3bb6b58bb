#include "store/sqlite/list_query.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gale::sqlite {

ListQuery& ListQuery::where_in(std::string_view expression, const std::vector<std::string>& texts,
                               std::string_view end) {
    if (texts.empty()) return *this;
    std::string condition = fmt::format("{} IN (", expression);
    for (size_t i = 0; i < texts.size(); ++i) condition += i == 0 ? "?" : ", ?";
    condition += ')';
    condition += end;
    where(condition);
    values_.insert(values_.end(), texts.begin(), texts.end());
    return *this;
}

ListQuery& ListQuery::where_within(std::string_view expression, const TimeRange& range) {
    if (range.from) where(fmt::format("{} >= ?", expression), std::int64_t{range.from->time_since_epoch().count()});
    if (range.to) where(fmt::format("{} <= ?", expression), std::int64_t{range.to->time_since_epoch().count()});
    return *this;
}

ListQuery& ListQuery::where_like(std::string_view expression, const std::string& pattern) {
    std::string condition;
    std::vector<Value> terms;
    for (size_t from = 0; from <= pattern.size();) {
        const size_t end = std::min(pattern.find('|', from), pattern.size());
        std::string_view term = std::string_view(pattern).substr(from, end - from);
        while (term.starts_with(' ')) term.remove_prefix(1);
        while (term.ends_with(' ')) term.remove_suffix(1);
        if (!term.empty()) {
            condition += fmt::format("{}{} LIKE ?", condition.empty() ? "" : " OR ", expression);
            terms.emplace_back(fmt::format("%{}%", term));
        }
        from = end + 1;
    }
    if (terms.empty()) return *this;
    where(condition);
    values_.insert(values_.end(), terms.begin(), terms.end());
    return *this;
}

Result<void> ListQuery::page(const Page& page, OrderColumns columns, std::string_view ties) {
    if (page.limit < -1 || page.offset < 0) {
        return fail(
            ErrorCode::invalid_argument,
            fmt::format("limit {} and offset {} must not be negative (limit -1: all)", page.limit, page.offset));
    }
    limit_ = page.limit;
    offset_ = page.offset;
    for (std::string_view asked : page.order_by) {
        const bool descending = asked.starts_with('-');
        if (descending) asked.remove_prefix(1);
        const auto found = std::ranges::find(columns, asked, [](const auto& column) { return column.first; });
        if (found == columns.end()) {
            std::string names;
            for (const auto& column : columns) names += (names.empty() ? "" : ", ") + std::string(column.first);
            return fail(ErrorCode::invalid_argument,
                        fmt::format("cannot order by '{}'; this list can be ordered by {}", asked, names));
        }
        order_ += fmt::format("{}{}{}, ", order_.empty() ? " ORDER BY " : "", found->second, descending ? " DESC" : "");
    }
    order_ += (order_.empty() ? " ORDER BY " : "") + std::string(ties);
    return {};
}

std::string ListQuery::select(std::string_view columns) const {
    return fmt::format("SELECT {} FROM {}{}{} LIMIT {} OFFSET {}", columns, from_, where_, order_, limit_, offset_);
}

}  // namespace gale::sqlite
