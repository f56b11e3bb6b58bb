#include "main/open_store.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace gale {

Result<std::unique_ptr<Store>> open_store(const Settings& settings, SchemaUse use) {
    TRY(make_directories(settings.sqlite_path.parent_path()));
    SqliteOptions options;
    options.path = settings.sqlite_path.native();
    auto store = TRY(open_sqlite_store(options));
    if (use == SchemaUse::as_it_is) return store;
    if (use == SchemaUse::migrate) {
        TRY(store->migrate());
        return store;
    }
    const SchemaStatus schema = TRY(store->schema_status());
    if (schema.current > schema.wanted) {
        return fail(ErrorCode::conflict,
                    fmt::format("the database {} has schema {}, this gale knows {}: use the newer gale that made it",
                                options.path, schema.current, schema.wanted));
    }
    if (schema.current < schema.wanted) {
        return fail(ErrorCode::conflict,
                    fmt::format("the database {} has schema {}, this gale needs {}: run `gale db migrate`",
                                options.path, schema.current, schema.wanted));
    }
    return store;
}

}  // namespace gale
