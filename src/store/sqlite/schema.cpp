#include "store/sqlite/schema.hpp"

namespace gale::sqlite {

sql::Schema schema() {
    return {.known = embedded_migrations(),
            .list_tables =
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                "ORDER BY name",
            .make_table =
                "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT "
                "NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT"};
}

Result<std::string> dump_schema(sql::Connection& connection) {
    std::string dump;
    auto cursor =
        TRY(connection.query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER "
                             "BY type = 'trigger', tbl_name, type DESC, name"));
    while (TRY(cursor.next())) {
        std::string sql;
        TRY(cursor.read("sqlite_schema", sql));
        dump += sql + ";\n";
    }
    return dump;
}

}  // namespace gale::sqlite
