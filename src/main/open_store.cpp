#include "main/open_store.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "store/postgres/postgres_store.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace gale {

namespace {

Result<std::unique_ptr<Store>> open_unchecked(const Settings& settings) {
    if (!settings.postgres_url.empty()) {
        PostgresOptions options;
        options.url = settings.postgres_url;
        options.max_readers = settings.sql_alchemy_pool_size;
        return open_postgres_store(options);
    }
    TRY(make_directories(settings.sqlite_path.parent_path()));
    SqliteOptions options;
    options.path = settings.sqlite_path.native();
    return open_sqlite_store(options);
}

}  // namespace

Result<std::unique_ptr<Store>> open_store(const Settings& settings, SchemaUse use) {
    auto store = TRY(open_unchecked(settings));
    if (use == SchemaUse::as_it_is) return store;
    if (use == SchemaUse::migrate) {
        TRY(store->migrate());
        return store;
    }
    const SchemaStatus schema = TRY(store->schema_status());
    // A newer one than wanted is schema_status's error.
    if (schema.current < schema.wanted) {
        return fail(ErrorCode::conflict,
                    fmt::format("the database has schema {}, this gale needs {}: run `gale db migrate`", schema.current,
                                schema.wanted));
    }
    return store;
}

}  // namespace gale
