// A list query: conditions, order and page, put together from what the caller filters by.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "store/page.hpp"
#include "store/run_store.hpp"
#include "store/sql/connection.hpp"

namespace gale::sql {

// What a list may be ordered by: the API's name and the SQL for it. Where there is no value it counts as the least,
// whatever the database thinks.
struct OrderColumn {
    std::string_view name, sql;
    bool is_nullable = false;
};
inline constexpr bool kNullable = true;
using OrderColumns = std::initializer_list<OrderColumn>;

// As LIMIT takes it: a number even for "all" (-1).
std::int64_t sql_limit(int limit);

class ListQuery {
public:
    // `from`: "dag_run dr JOIN …".
    explicit ListQuery(std::string_view from) : from_(from) {}

    // A condition with a '?' for each value.
    template <class... Args>
    ListQuery& where(std::string_view condition, Args&&... args) {
        where_ += where_.empty() ? " WHERE (" : " AND (";
        where_ += condition;
        where_ += ')';
        (values_.emplace_back(std::forward<Args>(args)), ...);
        return *this;
    }
    // "<expression> IN (texts)<end>". An empty list is no condition.
    ListQuery& where_in(std::string_view expression, const std::vector<std::string>& texts, std::string_view end = "");
    ListQuery& where_in(std::string_view expression, const std::vector<int>& numbers);
    // "<expression> IN (SELECT <columns> of those rows)".
    ListQuery& where_in(std::string_view expression, std::string_view columns, const ListQuery& rows);
    ListQuery& where_within(std::string_view expression, const TimeRange& range);
    ListQuery& where_within(std::string_view expression, const DurationRange& range);
    // Prefixes are compared as ranges, which an index of the column answers.
    ListQuery& where_like(std::string_view expression, const TextMatch& match);

    ListQuery& where_name(std::string_view expression, const NameFilter& filter);

    // Errors: invalid_argument for an unknown column, which lists the known ones, or a negative limit or offset.
    // `ties`: appended to any order, and the order when none is asked for.
    Result<void> page(const Page& page, OrderColumns columns, std::string_view ties);

    std::string select(std::string_view columns) const;
    std::string count() const { return "SELECT count(*) FROM " + from_ + where_; }
    // Groups with their number of rows, in order of the groups.
    std::string counts(std::string_view columns, std::string_view group_by) const;
    const std::vector<Value>& values() const { return values_; }

private:
    void where_any(std::string_view one, const std::vector<std::vector<Value>>& alternatives);
    std::string from_, where_, order_;
    std::vector<Value> values_;
    int limit_ = -1, offset_ = 0;
};

// All rows of the cursor by `read(Cursor&) -> Result<T>`. Rows that cannot be read are left out and logged.
template <class F>
auto read_rows(Cursor& cursor, F&& read) -> Result<std::vector<typename std::invoke_result_t<F, Cursor&>::value_type>> {
    std::vector<typename std::invoke_result_t<F, Cursor&>::value_type> rows;
    while (TRY(cursor.next())) {
        auto row = read(cursor);
        if (row) {
            rows.push_back(std::move(*row));
        } else if (row.error().code() == ErrorCode::data_corrupt) {
            log::error("store", "left out: {}", row.error().to_string());
        } else {
            return std::unexpected(row.error());
        }
    }
    return rows;
}

// A page of rows and the count of all.
template <class F>
auto read_page(Connection& connection, const ListQuery& list, std::string_view columns, F&& read)
    -> Result<PageOf<typename std::invoke_result_t<F, Cursor&>::value_type>> {
    PageOf<typename std::invoke_result_t<F, Cursor&>::value_type> page;
    {
        auto cursor = TRY(connection.query(list.select(columns), list.values()));
        page.items = TRY(read_rows(cursor, read));
    }
    auto count = TRY(connection.query(list.count(), list.values()));
    if (TRY(count.next())) TRY(count.read("count", page.total));
    return page;
}

}  // namespace gale::sql
