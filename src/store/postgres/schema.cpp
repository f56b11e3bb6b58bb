#include "store/postgres/schema.hpp"

namespace gale::postgres {

sql::Schema schema() {
    return {.known = embedded_migrations(),
            .list_tables = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema() ORDER BY 1",
            .make_table =
                "CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT PRIMARY KEY, name TEXT NOT "
                "NULL, sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL)"};
}

Result<std::string> dump_schema(sql::Connection& connection) {
    auto cursor = TRY(connection.query(
        "SELECT line FROM ("
        "SELECT 1 AS part, c.relname AS name, a.attnum AS place, format('%s.%s %s%s%s%s', c.relname, a.attname, "
        "format_type(a.atttypid, a.atttypmod), CASE WHEN a.attcollation != 0 AND a.attcollation != t.typcollation THEN "
        "' COLLATE ' || (SELECT collname FROM pg_collation WHERE oid = a.attcollation) ELSE '' END, "
        "CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, CASE WHEN a.attidentity != '' THEN ' IDENTITY' ELSE "
        "coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') END) AS line "
        "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
        "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace UNION ALL "
        "SELECT 2, conname, 0, format('%s %s: %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) "
        "FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND conrelid != 0 AND contype != 'n' "
        "UNION ALL "  // 18 lists NOT NULL, too
        "SELECT 3, indexname, 0, indexdef FROM pg_indexes WHERE schemaname = current_schema() UNION ALL "
        "SELECT 4, tgname, 0, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace UNION ALL "
        "SELECT 5, proname, 0, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = "
        "current_schema()::regnamespace) dump ORDER BY part, name COLLATE \"C\", place"));
    std::string dump;
    while (TRY(cursor.next())) {
        std::string line;
        TRY(cursor.read("pg_catalog", line));
        dump += line + "\n";
    }
    return dump;
}

}  // namespace gale::postgres
