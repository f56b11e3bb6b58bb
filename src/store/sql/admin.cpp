// Pools, server secrets, audit log.
#include <fmt/format.h>

#include "store/sql/list_query.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

Result<Pool> read_pool(Cursor& cursor) {
    Pool pool;
    TRY(cursor.read("slot_pool", pool.name, pool.slots, pool.description, pool.include_deferred));
    return pool;
}

constexpr std::string_view kAuditColumns =
    "id, dttm, event, dag_id, run_id, task_id, map_index, try_number, owner, extra";

Result<AuditEntry> read_audit_entry(Cursor& cursor) {
    AuditEntry entry;
    TRY(cursor.read("log", entry.id, entry.dttm, entry.event, entry.dag_id, entry.run_id, entry.task_id,
                    entry.map_index, entry.try_number, entry.owner, entry.extra));
    return entry;
}

}  // namespace

Result<std::vector<Pool>> SqlStore::list_pools() {
    return read([](Connection& connection) -> Result<std::vector<Pool>> {
        auto cursor =
            TRY(connection.query("SELECT pool, slots, description, include_deferred FROM slot_pool ORDER BY pool"));
        return read_rows(cursor, read_pool);
    });
}

// Pools decide what may start, so the scheduler looks again.
Result<void> SqlStore::set_pool(const Pool& pool) {
    return set_pools({pool});
}

Result<void> SqlStore::set_pools(const std::vector<Pool>& pools) {
    return write([&](Transaction& transaction) -> Result<void> {
        for (const Pool& pool : pools)
            TRY(transaction.execute(
                "INSERT INTO slot_pool (pool, slots, description, include_deferred) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (pool) DO UPDATE SET slots = excluded.slots, description = excluded.description, "
                "include_deferred = excluded.include_deferred",
                pool.name, pool.slots, pool.description, pool.include_deferred));
        transaction.notify(Channel::scheduler);
        return {};
    });
}

Result<void> SqlStore::delete_pool(const PoolName& name) {
    if (name.str() == "default_pool")
        return fail(ErrorCode::conflict, "pool 'default_pool' cannot be deleted; change its slots instead");
    return write([&](Transaction& transaction) -> Result<void> {
        if (TRY(transaction.execute("DELETE FROM slot_pool WHERE pool = ?", name)) == 0) {
            return fail(ErrorCode::not_found, fmt::format("there is no pool '{}'", name.str()));
        }
        transaction.notify(Channel::scheduler);
        return {};
    });
}

Result<std::string> SqlStore::get_or_create_secret(const std::string& name, const std::string& fresh) {
    return write([&](Transaction& transaction) -> Result<std::string> {
        TRY(transaction.execute("INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name,
                                fresh));
        auto cursor = TRY(transaction.query("SELECT name, value FROM secret WHERE name = ?", name));
        std::string kept_name, kept;
        if (TRY(cursor.next())) TRY(cursor.read("secret", kept_name, kept));
        return kept;
    });
}

Result<void> SqlStore::revoke_token(const std::string& id, TimePoint expires_at, TimePoint now) {
    return write([&](Transaction& transaction) -> Result<void> {
        TRY(transaction.execute("DELETE FROM revoked_token WHERE expires_at < ?", now));
        TRY(transaction.execute("INSERT INTO revoked_token (id, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING", id,
                                expires_at));
        transaction.notify(Channel::events);  // its streams end
        return {};
    });
}

Result<bool> SqlStore::is_token_revoked(const std::string& id) {
    return read([&](Connection& connection) -> Result<bool> {
        auto cursor = TRY(connection.query("SELECT 1 FROM revoked_token WHERE id = ?", id));
        return TRY(cursor.next());
    });
}

Result<void> SqlStore::add_audit_entry(const AuditEntry& entry) {
    return write([&](Transaction& transaction) -> Result<void> {
        TRY(transaction.execute(
            "INSERT INTO log (dttm, event, dag_id, run_id, task_id, map_index, try_number, owner, extra) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            entry.dttm, entry.event, entry.dag_id, entry.run_id, entry.task_id, entry.map_index, entry.try_number,
            entry.owner, entry.extra));
        return {};
    });
}

Result<PageOf<AuditEntry>> SqlStore::list_audit_entries(const AuditFilter& filter, const Page& page) {
    ListQuery list("log");
    if (filter.dag_id) list.where("dag_id = ?", filter.dag_id->str());
    if (filter.run_id) list.where("run_id = ?", filter.run_id->str());
    if (filter.task_id) list.where("task_id = ?", filter.task_id->str());
    if (filter.map_index) list.where("map_index = ?", std::int64_t{*filter.map_index});
    if (filter.try_number) list.where("try_number = ?", std::int64_t{*filter.try_number});
    if (filter.owner) list.where("owner = ?", *filter.owner);
    if (filter.event) list.where("event = ?", *filter.event);
    list.where_in("event", filter.included_events);
    list.where_in("event NOT", filter.excluded_events);
    list.where_within("dttm", filter.when);
    list.where_like("dag_id", filter.dag_id_like);
    list.where_like("run_id", filter.run_id_like);
    list.where_like("task_id", filter.task_id_like);
    list.where_like("owner", filter.owner_like);
    list.where_like("event", filter.event_like);
    TRY(list.page(page,
                  {{"id", "id"},
                   {"event_log_id", "id"},
                   {"dttm", "dttm"},
                   {"when", "dttm"},
                   {"event", "event"},
                   {"dag_id", "dag_id", kNullable},
                   {"run_id", "run_id", kNullable},
                   {"task_id", "task_id", kNullable},
                   {"owner", "owner"},
                   {"map_index", "map_index", kNullable},
                   {"try_number", "try_number", kNullable},
                   {"extra", "extra"}},
                  "id"));
    return read([&](Connection& connection) { return read_page(connection, list, kAuditColumns, read_audit_entry); });
}

Result<AuditEntry> SqlStore::get_audit_entry(std::int64_t id) {
    return read([&](Connection& connection) -> Result<AuditEntry> {
        auto cursor = TRY(connection.query(fmt::format("SELECT {} FROM log WHERE id = ?", kAuditColumns), id));
        return read_one(cursor, read_audit_entry,
                        Error(ErrorCode::not_found, fmt::format("there is no entry {} in the audit log", id)));
    });
}

}  // namespace gale::sql
