// Old rows go. They are looked for without a lock; the short transaction that removes them looks at each again.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/check.hpp"
#include "store/sql/list_query.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

// What is under way stays.
#define GALE_RUN_HAS_ENDED "r.state IN ('success', 'failed')"
// The newest run that was not started by hand stays, for the schedule's continuity.
#define GALE_MAY_GO(run)                                                                    \
    "(" run ".run_type = 'manual' OR EXISTS (SELECT 1 FROM dag_run n WHERE n.dag_id = " run \
    ".dag_id AND "                                                                          \
    "n.run_type <> 'manual' AND n.start_date > " run ".start_date))"
#define GALE_DAG_OF_RUN "(SELECT r.dag_id FROM dag_run r WHERE r.id = base.dag_run_id)"

struct CleanTable {
    std::string_view name;
    std::vector<std::string_view> key;
    std::string_view date;
    std::string_view dag_id;     // empty: its rows are of no DAG
    std::string_view condition;  // besides the date
};

const std::vector<CleanTable>& clean_tables() {
    static const std::vector<CleanTable> tables = {
        {"xcom",
         {"dag_run_id", "task_id", "map_index", "key"},
         "timestamp",
         GALE_DAG_OF_RUN,
         "EXISTS (SELECT 1 FROM dag_run r WHERE r.id = base.dag_run_id AND " GALE_RUN_HAS_ENDED ")"},
        {"task_instance_history",
         {"task_instance_id"},
         "start_date",
         GALE_DAG_OF_RUN,
         "EXISTS (SELECT 1 FROM dag_run r WHERE r.id = base.dag_run_id AND " GALE_RUN_HAS_ENDED ")"},
        {"task_instance",
         {"dag_run_id", "task_id", "map_index"},
         "start_date",
         GALE_DAG_OF_RUN,
         "EXISTS (SELECT 1 FROM dag_run r WHERE r.id = base.dag_run_id AND " GALE_RUN_HAS_ENDED
         " AND " GALE_MAY_GO("r") ")"},
        {"dag_run",
         {"id"},
         "start_date",
         "base.dag_id",
         "base.state IN ('success', 'failed') AND " GALE_MAY_GO("base")},
        {"dag_version",
         {"id"},
         "created_at",
         "base.dag_id",
         "NOT EXISTS (SELECT 1 FROM dag_run r WHERE r.created_dag_version_id = base.id) AND EXISTS (SELECT 1 FROM "
         "dag_version n WHERE n.dag_id = base.dag_id AND n.version_number > base.version_number)"},
        {"dag",
         {"dag_id"},
         "last_parsed_time",
         "base.dag_id",
         "base.is_stale = 1 AND NOT EXISTS (SELECT 1 FROM dag_run r WHERE r.dag_id = base.dag_id)"},
        {"import_error", {"id"}, "timestamp", "", ""},
        {"job", {"id"}, "latest_heartbeat", "", ""},
        {"log", {"id"}, "dttm", "base.dag_id", ""},
        {"revoked_token", {"id"}, "expires_at", "", ""},
    };
    return tables;
}

// What the database removes with a table's rows: the copies are ours to make. The columns are the key of that table.
struct Dependent {
    std::string_view table, columns;
};
std::vector<Dependent> dependents_of(std::string_view table) {
    if (table == "dag_run")
        return {{"xcom", "base.dag_run_id"},
                {"task_instance_history", "base.dag_run_id"},
                {"task_instance", "base.dag_run_id"}};
    if (table == "task_instance") return {{"xcom", "base.dag_run_id, base.task_id, base.map_index"}};
    if (table == "dag_version") return {{"serialized_dag", "base.dag_version_id"}, {"dag_code", "base.dag_version_id"}};
    return {};
}

Result<const CleanTable*> find_clean_table(std::string_view name) {
    const auto found = std::ranges::find(clean_tables(), name, &CleanTable::name);
    if (found != clean_tables().end()) return &*found;
    std::string known;
    for (const auto& table : clean_tables()) known += (known.empty() ? "" : ", ") + std::string(table.name);
    return fail(ErrorCode::invalid_argument,
                fmt::format("table '{}' has no old rows that may go; those that have are {}", name, known));
}

struct Condition {
    std::string sql;
    std::vector<Value> values;
};

void restrict_to_dags(Condition& condition, std::string_view dag_id, const std::vector<std::string>& dag_ids,
                      bool are_excluded) {
    if (dag_ids.empty()) return;
    std::string places;
    for (const auto& one : dag_ids) {
        places += places.empty() ? "?" : ", ?";
        condition.values.emplace_back(one);
    }
    condition.sql += fmt::format(" AND coalesce({}, '') {} ({})", dag_id, are_excluded ? "NOT IN" : "IN", places);
}

Condition condition_of(const CleanTable& table, const OldRows& rows) {
    Condition condition{fmt::format("base.{} < ?", table.date), {Value(rows.before.time_since_epoch().count())}};
    if (!table.condition.empty()) condition.sql += fmt::format(" AND {}", table.condition);
    if (table.dag_id.empty()) {
        if (!rows.dag_ids.empty()) condition.sql += " AND 1 = 0";
        return condition;
    }
    restrict_to_dags(condition, table.dag_id, rows.dag_ids, false);
    restrict_to_dags(condition, table.dag_id, rows.excluded_dag_ids, true);
    return condition;
}

using Key = std::vector<Value>;

std::string columns_of(const CleanTable& table) {
    std::string columns;
    for (const auto column : table.key) columns += (columns.empty() ? "base." : ", base.") + std::string(column);
    return columns;
}

std::string is_key(const CleanTable& table) {
    std::string condition;
    for (const auto column : table.key)
        condition += fmt::format("{}base.{} = ?", condition.empty() ? "" : " AND ", column);
    return condition;
}

bool is_number(const CleanTable& table, std::string_view column) {
    return (column == "id" && table.name != "revoked_token") || column == "dag_run_id" || column == "map_index";
}

Result<std::vector<Key>> find_keys(Connection& connection, const CleanTable& table, const Condition& condition,
                                   int limit) {
    auto values = condition.values;
    values.emplace_back(sql_limit(limit));
    // In the order of an index, so that the look ends at the first that is too young.
    auto cursor =
        TRY(connection.query(fmt::format("SELECT {} FROM {} base WHERE {}{} LIMIT ?", columns_of(table), table.name,
                                         condition.sql, table.name == "dag_run" ? " ORDER BY base.start_date" : ""),
                             values));
    std::vector<Key> keys;
    while (TRY(cursor.next())) {
        Key& key = keys.emplace_back();
        for (size_t i = 0; i < table.key.size(); ++i) {
            const int column = static_cast<int>(i);
            if (is_number(table, table.key[i]))
                key.emplace_back(cursor.row().integer(column));
            else
                key.emplace_back(std::string(cursor.row().text(column)));
        }
    }
    return keys;
}

std::string archive_of(std::string_view table, std::string_view archived_at) {
    return fmt::format("{}{}__{}", kArchivePrefix, table, archived_at);
}

// Copies what `where` and each of `rows` name.
Result<void> copy(Connection& connection, std::string_view table, std::string_view where,
                  const std::vector<Params>& rows, std::string_view archived_at) {
    const auto archive = archive_of(table, archived_at);
    TRY(connection.execute(
        fmt::format("CREATE TABLE IF NOT EXISTS {} AS SELECT * FROM {} WHERE 1 = 0", archive, table)));
    TRY(connection.execute_many(
        fmt::format("INSERT INTO {} SELECT base.* FROM {} base WHERE {}", archive, table, where), rows));
    return {};
}

std::vector<Params> with_conditions(const std::vector<Key>& keys, const Condition& condition) {
    std::vector<Params> rows;
    rows.reserve(keys.size());
    for (const Key& key : keys) {
        auto values = params(key);
        bind_value(values, condition.values);
        rows.push_back(std::move(values));
    }
    return rows;
}

Result<std::int64_t> remove(Connection& connection, const CleanTable& table, const Condition& condition,
                            const std::vector<Key>& keys, const std::optional<std::string>& archived_at) {
    const auto where = fmt::format("{} AND {}", is_key(table), condition.sql);
    const auto rows = with_conditions(keys, condition);
    if (archived_at) {
        for (const auto& dependent : dependents_of(table.name)) {
            const auto of_rows = fmt::format("({}) IN (SELECT {} FROM {} base WHERE {})", dependent.columns,
                                             columns_of(table), table.name, where);
            TRY(copy(connection, dependent.table, of_rows, rows, *archived_at));
        }
        TRY(copy(connection, table.name, where, rows, *archived_at));
    }
    const auto changed =
        TRY(connection.execute_many(fmt::format("DELETE FROM {} AS base WHERE {}", table.name, where), rows));
    std::int64_t removed = 0;
    for (const auto count : changed) removed += count;
    return removed;
}

bool are_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<std::string> SqlStore::cleanable_tables() {
    std::vector<std::string> names;
    for (const auto& table : clean_tables()) names.emplace_back(table.name);
    return names;
}

Result<std::int64_t> SqlStore::count_old_rows(const OldRows& rows) {
    const auto* table = TRY(find_clean_table(rows.table));
    const auto condition = condition_of(*table, rows);
    return read([&](Connection& connection) -> Result<std::int64_t> {
        auto cursor = TRY(connection.query(
            fmt::format("SELECT count(*) FROM {} base WHERE {}", table->name, condition.sql), condition.values));
        std::int64_t count = 0;
        if (TRY(cursor.next())) TRY(cursor.read(table->name, count));
        return count;
    });
}

Result<std::int64_t> SqlStore::remove_old_rows(const OldRows& rows, int limit,
                                               const std::optional<std::string>& archived_at) {
    CHECK(!archived_at || are_digits(*archived_at));
    const auto* table = TRY(find_clean_table(rows.table));
    const auto condition = condition_of(*table, rows);
    const auto keys =
        TRY(read([&](Connection& connection) { return find_keys(connection, *table, condition, limit); }));
    if (keys.empty()) return 0;
    return write([&](Transaction& transaction) {
        return remove(transaction.connection(), *table, condition, keys, archived_at);
    });
}

// A secret's row: its value is "UNTIL HOLDER", UNTIL in microseconds.
Result<bool> SqlStore::take_turn(const std::string& work, const std::string& holder, Duration length) {
    return write([&](Transaction& transaction) -> Result<bool> {
        const TimePoint now = TRY(database_->now(transaction.connection()));
        const std::string name = "turn:" + work;
        std::string turn;
        {
            auto cursor = TRY(transaction.query("SELECT value FROM secret WHERE name = ?", name));
            if (TRY(cursor.next())) TRY(cursor.read("secret", turn));
        }
        const size_t blank = std::min(turn.find(' '), turn.size());
        std::int64_t until = 0;
        std::from_chars(turn.data(), turn.data() + blank, until);
        const bool is_ours = blank < turn.size() && turn.substr(blank + 1) == holder;
        if (!is_ours && until > now.time_since_epoch().count()) return false;
        TRY(
            transaction.execute("INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET "
                                "value = excluded.value",
                                name, fmt::format("{} {}", (now + length).time_since_epoch().count(), holder)));
        return true;
    });
}

Result<std::vector<std::string>> SqlStore::find_damage() {
    return read([&](Connection& connection) { return database_->find_damage(connection); });
}

}  // namespace gale::sql
