// AdminService: connections.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/json.hpp"
#include "service/admin_service.hpp"
#include "service/detail/admin_checks.hpp"
#include "service/detail/bulk_run.hpp"
#include "service/detail/sealed_rows.hpp"
#include "service/masking.hpp"

namespace gale {
namespace {

std::unexpected<Error> no_connection(const std::string& conn_id) {
    return fail(ErrorCode::not_found, fmt::format("The Connection with connection_id: `{}` was not found", conn_id));
}

Result<void> check_id(const std::string& conn_id) {
    TRY(detail::check_name("connection_id", conn_id));
    const bool legal = std::ranges::all_of(conn_id, [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("_.-:()@/#\\").find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (legal) return {};
    return detail::wrong_member("connection_id",
                                fmt::format("the connection id '{}' holds a character other than letters, digits and "
                                            "_.-:()@/#\\",
                                            conn_id));
}

Result<void> restore_secrets(Connection& connection, const Connection* kept) {
    if (connection.password) {
        auto password =
            unmasked_text(*connection.password, kept == nullptr ? std::nullopt : kept->password, "password");
        if (!password) return std::unexpected(std::move(password).error().with("member", "password"));
        connection.password = std::move(*password);
    }
    if (!connection.extra) return {};
    const auto kept_extra = kept == nullptr ? std::nullopt : kept->extra;
    if (*connection.extra == kMask && kept_extra && masked_extra(kept_extra) == kMask) {
        connection.extra = kept_extra;  // one from before extras had to be JSON
        return {};
    }
    auto extra = unmasked_text(*connection.extra, kept_extra, "extra");
    if (!extra) return std::unexpected(std::move(extra).error().with("member", "extra"));
    connection.extra = std::move(*extra);
    if (connection.extra->empty()) connection.extra = "{}";  // as Airflow
    if (auto parsed = json::parse_object(*connection.extra); !parsed) {
        return detail::wrong_member(
            "extra", "extra must be a JSON object, such as {\"key\": \"value\"}: " + parsed.error().to_string());
    }
    return {};
}

Result<void> finish(Connection& connection, const Connection* kept) {
    TRY(check_id(connection.conn_id));
    TRY(detail::check_name("conn_type", connection.conn_type));
    if (connection.port && (*connection.port < 0 || *connection.port > 65535))
        return detail::wrong_member("port", fmt::format("{} is not a port, 0 to 65535", *connection.port));
    return restore_secrets(connection, kept);
}

}  // namespace

Result<std::optional<Connection>> AdminService::find_connection(const std::string& conn_id) {
    auto stored = TRY(detail::if_there(store_.get_connection(conn_id)));
    if (!stored) return std::nullopt;
    return std::optional(TRY(detail::opened(std::move(*stored), secrets_)));
}

Result<void> AdminService::write_connections(const std::vector<Connection>& connections) {
    std::vector<Connection> sealed;
    for (const Connection& connection : connections) sealed.push_back(detail::sealed(connection, secrets_));
    return store_.set_connections(sealed);
}

Result<Connection> AdminService::get_connection(const std::string& conn_id) {
    auto found = TRY(find_connection(conn_id));
    if (!found) return no_connection(conn_id);
    return std::move(*found);
}

Result<PageOf<Connection>> AdminService::list_connections(const NameFilter& filter, const Page& page) {
    auto found = TRY(store_.list_connections(filter, page));
    for (Connection& connection : found.items) connection = TRY(detail::opened(std::move(connection), secrets_));
    return found;
}

Result<Connection> AdminService::create_connection(Connection connection, const Actor& actor) {
    TRY(finish(connection, nullptr));
    {
        std::scoped_lock lock(writing_);
        if (TRY(find_connection(connection.conn_id))) {
            return fail(ErrorCode::already_exists,
                        fmt::format("The Connection with connection_id: `{}` already exists", connection.conn_id));
        }
        TRY(write_connections({connection}));
    }
    audit("post_connection", {{"connection_id", connection.conn_id}, {"conn_type", connection.conn_type}}, actor);
    return get_connection(connection.conn_id);
}

Result<Connection> AdminService::edit_connection(const std::string& conn_id, const Edit<Connection>& edit,
                                                 const Actor& actor) {
    std::string conn_type;
    {
        std::scoped_lock lock(writing_);
        const auto kept = TRY(find_connection(conn_id));
        if (!kept) return no_connection(conn_id);
        Connection connection = *kept;
        edit(connection);
        connection.conn_id = conn_id;
        TRY(finish(connection, &*kept));
        TRY(write_connections({connection}));
        conn_type = connection.conn_type;
    }
    audit("patch_connection", {{"connection_id", conn_id}, {"conn_type", conn_type}}, actor);
    return get_connection(conn_id);
}

Result<void> AdminService::delete_connection(const std::string& conn_id, const Actor& actor) {
    std::scoped_lock lock(writing_);
    if (!TRY(store_.delete_connection(conn_id))) return no_connection(conn_id);
    audit("delete_connection", {{"connection_id", conn_id}}, actor);
    return {};
}

Result<BulkOutcome> AdminService::bulk_connections(const BulkAction<Connection>& action, const Actor& actor) {
    const detail::BulkNoun<Connection> noun{
        .plural = "connections with these connection_ids",
        .find = [this](const std::string& conn_id) { return find_connection(conn_id); },
        .finish = finish,
        .write = [this](const std::vector<Connection>& connections) { return write_connections(connections); },
        .remove = [this](const std::vector<std::string>& ids) { return store_.delete_connections(ids); }};
    std::scoped_lock lock(writing_);
    auto outcome = TRY(detail::run_bulk(action, noun));
    audit_bulk("bulk_connections", detail::word_of(action), outcome, actor);
    return outcome;
}

}  // namespace gale
