#include "store/sql/list_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace gale::sql {

std::int64_t sql_limit(int limit) {
    return limit < 0 ? std::numeric_limits<std::int64_t>::max() : limit;
}

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

ListQuery& ListQuery::where_in(std::string_view expression, const std::vector<int>& numbers) {
    if (numbers.empty()) return *this;
    std::string condition;
    for (const int number : numbers) condition += fmt::format("{}{}", condition.empty() ? "" : ", ", number);
    return where(fmt::format("{} IN ({})", expression, condition));
}

ListQuery& ListQuery::where_in(std::string_view expression, std::string_view columns, const ListQuery& rows) {
    where(fmt::format("{} IN (SELECT {} FROM {}{})", expression, columns, rows.from_, rows.where_));
    values_.insert(values_.end(), rows.values_.begin(), rows.values_.end());
    return *this;
}

ListQuery& ListQuery::where_within(std::string_view expression, const TimeRange& range) {
    if (range.from) where(fmt::format("{} >= ?", expression), std::int64_t{range.from->time_since_epoch().count()});
    if (range.to) where(fmt::format("{} <= ?", expression), std::int64_t{range.to->time_since_epoch().count()});
    return *this;
}

ListQuery& ListQuery::where_within(std::string_view expression, const DurationRange& range) {
    if (range.from) where(fmt::format("{} >= ?", expression), std::int64_t{range.from->count()});
    if (range.to) where(fmt::format("{} <= ?", expression), std::int64_t{range.to->count()});
    return *this;
}

// One condition: `one` for any of the alternatives. None: no condition.
void ListQuery::where_any(std::string_view one, const std::vector<std::vector<Value>>& alternatives) {
    if (alternatives.empty()) return;
    std::string condition;
    for (size_t i = 0; i < alternatives.size(); ++i) condition += fmt::format("{}({})", i == 0 ? "" : " OR ", one);
    where(condition);
    for (const auto& values : alternatives) values_.insert(values_.end(), values.begin(), values.end());
}

ListQuery& ListQuery::where_like(std::string_view expression, const TextMatch& match) {
    const auto terms = [](const std::optional<std::string>& text) {
        std::vector<std::string> found;
        for (size_t from = 0; text && from <= text->size();) {
            const size_t end = std::min(text->find('|', from), text->size());
            std::string_view term = std::string_view(*text).substr(from, end - from);
            while (term.starts_with(' ')) term.remove_prefix(1);
            while (term.ends_with(' ')) term.remove_suffix(1);
            if (!term.empty()) found.emplace_back(term);
            from = end + 1;
        }
        return found;
    };
    std::vector<std::vector<Value>> parts, beginnings;
    for (const std::string& term : terms(match.pattern)) parts.push_back({fmt::format("%{}%", term)});
    // The last code point there is ends the range of texts that begin so.
    for (const std::string& term : terms(match.prefix)) beginnings.push_back({term, term + "\xf4\x8f\xbf\xbf"});
    where_any(fmt::format("{} LIKE ?", expression), parts);
    where_any(fmt::format("{0} >= ? AND {0} < ?", expression), beginnings);
    return *this;
}

ListQuery& ListQuery::where_name(std::string_view expression, const NameFilter& filter) {
    const auto any_of = [&](const std::vector<std::string>& texts, const std::string& condition, const auto& bind) {
        if (texts.empty()) return;
        std::string all;
        for (size_t i = 0; i < texts.size(); ++i) all += (i == 0 ? "" : " OR ") + condition;
        where(all);
        for (const std::string& text : texts) bind(text);
    };
    any_of(filter.parts, fmt::format("{} LIKE ?", expression),
           [&](const std::string& text) { values_.emplace_back(fmt::format("%{}%", text)); });
    // Not LIKE: names are case-sensitive and '_' is common in them.
    any_of(filter.prefixes, fmt::format("({0} >= ? AND substr({0}, 1, length(?)) = ?)", expression),
           [&](const std::string& text) { values_.insert(values_.end(), 3, Value(text)); });
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
        const auto found = std::ranges::find(columns, asked, &OrderColumn::name);
        if (found == columns.end()) {
            std::string names;
            for (const auto& column : columns) names += (names.empty() ? "" : ", ") + std::string(column.name);
            return fail(ErrorCode::invalid_argument,
                        fmt::format("cannot order by '{}'; this list can be ordered by {}", asked, names));
        }
        const std::string_view nulls = !found->is_nullable ? "" : descending ? " NULLS LAST" : " NULLS FIRST";
        order_ +=
            fmt::format("{}{}{}{}, ", order_.empty() ? " ORDER BY " : "", found->sql, descending ? " DESC" : "", nulls);
    }
    order_ += (order_.empty() ? " ORDER BY " : "") + std::string(ties);
    return {};
}

std::string ListQuery::select(std::string_view columns) const {
    return fmt::format("SELECT {} FROM {}{}{} LIMIT {} OFFSET {}", columns, from_, where_, order_, sql_limit(limit_),
                       offset_);
}

std::string ListQuery::counts(std::string_view columns, std::string_view group_by) const {
    return fmt::format("SELECT {}, count(*) FROM {}{} GROUP BY {} ORDER BY {}", columns, from_, where_, group_by,
                       group_by);
}

}  // namespace gale::sql
