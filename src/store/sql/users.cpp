// Users and their API tokens.
#include <fmt/format.h>

#include "store/sql/list_query.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

constexpr std::string_view kUserColumns =
    "username, password_hash, role, active, session_key, created_at, last_login_at";
constexpr std::string_view kTokenColumns = "id, username, name, token_hash, created_at, expires_at, last_used_at";

Result<User> read_user(Cursor& cursor) {
    User user;
    TRY(cursor.read("user", user.username, user.password_hash, user.role, user.active, user.session_key,
                    user.created_at, user.last_login_at));
    return user;
}

Result<ApiToken> read_token(Cursor& cursor) {
    ApiToken token;
    TRY(cursor.read("api_token", token.id, token.username, token.name, token.token_hash, token.created_at,
                    token.expires_at, token.last_used_at));
    return token;
}

Result<std::optional<User>> find(Connection& connection, const std::string& username) {
    auto cursor =
        TRY(connection.query(fmt::format("SELECT {} FROM \"user\" WHERE username = ?", kUserColumns), username));
    if (!TRY(cursor.next())) return std::nullopt;
    return std::optional(TRY(read_user(cursor)));
}

Result<void> insert(Transaction& transaction, const User& user, std::string_view on_conflict) {
    TRY(transaction.execute(
        fmt::format("INSERT INTO \"user\" ({}) VALUES (?, ?, ?, ?, ?, ?, ?){}", kUserColumns, on_conflict),
        user.username, user.password_hash, user.role, user.active, user.session_key, user.created_at,
        user.last_login_at));
    return {};
}

constexpr std::string_view kReplace =
    " ON CONFLICT (username) DO UPDATE SET password_hash = excluded.password_hash, role = excluded.role, "
    "active = excluded.active, session_key = excluded.session_key, created_at = excluded.created_at, "
    "last_login_at = excluded.last_login_at";

std::unexpected<Error> no_user(const std::string& username) {
    return fail(ErrorCode::not_found, fmt::format("there is no user '{}'", username));
}

// An error undoes the transaction.
Result<void> check_kept(Transaction& transaction, const std::optional<std::string>& role) {
    if (!role) return {};
    auto cursor = TRY(transaction.query("SELECT count(*) FROM \"user\" WHERE role = ? AND active = 1", *role));
    std::int64_t left = 0;
    if (TRY(cursor.next())) TRY(cursor.read("user", left));
    if (left > 0) return {};
    return fail(ErrorCode::conflict, fmt::format("no active user of the role {} would be left", *role));
}

}  // namespace

Result<std::optional<User>> SqlStore::find_user(const std::string& username) {
    return read([&](Connection& connection) { return find(connection, username); });
}

Result<void> SqlStore::set_user(const User& user) {
    return write([&](Transaction& transaction) { return insert(transaction, user, kReplace); });
}

Result<void> SqlStore::add_user(const User& user) {
    return write([&](Transaction& transaction) -> Result<void> {
        if (TRY(find(transaction.connection(), user.username)))
            return fail(ErrorCode::already_exists, fmt::format("there is a user '{}' already", user.username));
        return insert(transaction, user, "");
    });
}

Result<User> SqlStore::change_user(const std::string& username, const std::function<void(User&)>& change,
                                   const std::optional<std::string>& kept_role) {
    return write([&](Transaction& transaction) -> Result<User> {
        auto user = TRY(find(transaction.connection(), username));
        if (!user) return no_user(username);
        change(*user);
        TRY(insert(transaction, *user, kReplace));
        TRY(check_kept(transaction, kept_role));
        return std::move(*user);
    });
}

Result<void> SqlStore::delete_user(const std::string& username, const std::optional<std::string>& kept_role) {
    return write([&](Transaction& transaction) -> Result<void> {
        if (TRY(transaction.execute("DELETE FROM \"user\" WHERE username = ?", username)) == 0)
            return no_user(username);
        // Without a reference (0005_favorites.sql): another user of this name begins without stars.
        TRY(transaction.execute("DELETE FROM dag_favorite WHERE username = ?", username));
        return check_kept(transaction, kept_role);
    });
}

Result<PageOf<User>> SqlStore::list_users(const NameFilter& filter, const Page& page) {
    ListQuery list("\"user\"");
    list.where_name("username", filter);
    TRY(list.page(page,
                  {{"username", "username"},
                   {"role", "role"},
                   {"active", "active"},
                   {"created_at", "created_at"},
                   {"last_login_at", "last_login_at", kNullable}},
                  "username"));
    return read([&](Connection& connection) { return read_page(connection, list, kUserColumns, read_user); });
}

Result<std::int64_t> SqlStore::count_users() {
    return read([](Connection& connection) -> Result<std::int64_t> {
        auto cursor = TRY(connection.query("SELECT count(*) FROM \"user\""));
        std::int64_t count = 0;
        if (TRY(cursor.next())) TRY(cursor.read("user", count));
        return count;
    });
}

Result<std::int64_t> SqlStore::add_api_token(const ApiToken& token) {
    return write([&](Transaction& transaction) -> Result<std::int64_t> {
        return returned_number(
            transaction.connection(),
            "INSERT INTO api_token (username, name, token_hash, created_at, expires_at, last_used_at) "
            "VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
            token.username, token.name, token.token_hash, token.created_at, token.expires_at, token.last_used_at);
    });
}

Result<std::optional<ApiToken>> SqlStore::find_api_token(const std::string& token_hash) {
    return read([&](Connection& connection) -> Result<std::optional<ApiToken>> {
        auto cursor = TRY(
            connection.query(fmt::format("SELECT {} FROM api_token WHERE token_hash = ?", kTokenColumns), token_hash));
        if (!TRY(cursor.next())) return std::nullopt;
        return std::optional(TRY(read_token(cursor)));
    });
}

Result<std::vector<ApiToken>> SqlStore::list_api_tokens(const std::string& username) {
    return read([&](Connection& connection) -> Result<std::vector<ApiToken>> {
        auto cursor = TRY(connection.query(
            fmt::format("SELECT {} FROM api_token WHERE username = ? ORDER BY id DESC", kTokenColumns), username));
        return read_rows(cursor, read_token);
    });
}

Result<void> SqlStore::set_api_token_used(std::int64_t id, TimePoint at) {
    return write([&](Transaction& transaction) -> Result<void> {
        TRY(transaction.execute("UPDATE api_token SET last_used_at = ? WHERE id = ?", at, id));
        return {};
    });
}

Result<void> SqlStore::delete_api_token(std::int64_t id) {
    return write([&](Transaction& transaction) -> Result<void> {
        TRY(transaction.execute("DELETE FROM api_token WHERE id = ?", id));
        return {};
    });
}

}  // namespace gale::sql
