#include "store/postgres/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace gale::postgres {
namespace {

struct Entry {
    std::string_view state;  // or the beginning of a class
    Meaning meaning;
};

// The first that fits.
constexpr std::array kEntries = {
    Entry{"23505", {ErrorCode::already_exists, "a row of this key exists"}},
    Entry{"23503", {ErrorCode::not_found, "what the row refers to does not exist"}},
    Entry{"42P01", {ErrorCode::conflict, "it does not have this version's tables; run 'gale db migrate'"}},
    Entry{"42703", {ErrorCode::conflict, "it does not have this version's tables; run 'gale db migrate'"}},
    Entry{"42501",
          {ErrorCode::permission_denied,
           "the user may not do this; give it the database (ALTER DATABASE … OWNER TO …) or CREATE on its schema"}},
    Entry{"3F000",
          {ErrorCode::permission_denied, "there is no schema to create tables in; set the user's search_path"}},
    Entry{"25006",
          {ErrorCode::unavailable,
           "this server only reads (a standby, or default_transaction_read_only); name the primary, or give all hosts "
           "and target_session_attrs=read-write",
           Failure::of_transaction}},
    Entry{"28P01", {ErrorCode::permission_denied, "the password is wrong; correct [database] sql_alchemy_conn"}},
    Entry{"28",
          {ErrorCode::permission_denied,
           "the server does not let this user in from here; see its pg_hba.conf and the user's name"}},
    Entry{"3D000", {ErrorCode::not_found, "there is no such database; create it (CREATE DATABASE)"}},
    Entry{"53100", {ErrorCode::resource_exhausted, "its disk is full; nothing was written; make room"}},
    Entry{"53200", {ErrorCode::resource_exhausted, "the server is out of memory"}},
    Entry{"53300",
          {ErrorCode::unavailable,
           "the server has too many connections; raise max_connections, lower [database] sql_alchemy_pool_size, or "
           "put PgBouncer between",
           Failure::of_transaction}},
    Entry{"57014", {ErrorCode::unavailable, "a statement took too long and was cancelled; see the server's load"}},
    Entry{"57P03", {ErrorCode::unavailable, "the server is starting up or shutting down", Failure::of_transaction}},
    Entry{"57P", {ErrorCode::unavailable, "the server ended the connection", Failure::of_transaction}},
    Entry{"25P03",
          {ErrorCode::unavailable, "the server cut a transaction that was idle for too long", Failure::of_transaction}},
    Entry{"55P03",
          {ErrorCode::unavailable, "another process keeps the lock that writes take", Failure::of_transaction}},
    Entry{"40", {ErrorCode::unavailable, "the server undid the transaction", Failure::of_transaction}},
    Entry{"08", {ErrorCode::unavailable, "the connection was lost", Failure::of_transaction}},
    Entry{"26000", {ErrorCode::unavailable, "prepared statements do not last here", Failure::of_prepared}},
    Entry{"42P05", {ErrorCode::unavailable, "prepared statements do not last here", Failure::of_prepared}},
    Entry{"22", {ErrorCode::invalid_argument, "it cannot keep this value"}},
    Entry{"54000", {ErrorCode::invalid_argument, "a value is larger than the database can keep"}},
    Entry{"XX001", {ErrorCode::data_corrupt, "its files are damaged; restore a backup"}},
    Entry{"XX002", {ErrorCode::data_corrupt, "an index is damaged; REINDEX it, or restore a backup"}},
};

// "FATAL:  28P01: password …": the code stands behind the severity, which is in the server's language.
std::string_view state_in(std::string_view text) {
    constexpr size_t kLength = 5;
    std::string_view found;
    for (size_t at = text.find(": "); at != text.npos; at = text.find(": ", at + 1)) {
        size_t from = at + 1;
        while (from < text.size() && text[from] == ' ') ++from;
        const auto code = text.substr(from, kLength);
        const bool is_code = code.size() == kLength && text.substr(from + kLength).starts_with(':') &&
                             std::ranges::all_of(code, [](unsigned char c) {
                                 return std::isdigit(c) != 0 || (std::isupper(c) != 0 && c < 0x80);
                             });
        if (is_code) found = code;
    }
    return found;
}

// The lines that say why; LOCATION is the server's source.
std::string first_lines(std::string_view text) {
    std::string kept;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text = line.size() == text.size() ? std::string_view() : text.substr(line.size() + 1);
        if (line.empty() || line.starts_with("LOCATION:")) continue;
        kept += (kept.empty() ? "" : "; ") + std::string(line);
    }
    return kept;
}

}  // namespace

Meaning meaning_of(std::string_view state, std::string_view message) {
    // A plan of before a migration; on another connection it is made anew.
    if (state == "0A000" && message.find("cached plan") != message.npos)
        return {ErrorCode::unavailable, "the tables have changed", Failure::of_transaction};
    const auto* found =
        std::ranges::find_if(kEntries, [&](const Entry& entry) { return state.starts_with(entry.state); });
    if (!state.empty() && found != kEntries.end()) return found->meaning;
    if (state.empty()) return {ErrorCode::unavailable, "the connection was lost", Failure::of_transaction};
    return {ErrorCode::internal, "unexpected error"};
}

Error connect_error(const std::string& database, std::string_view text) {
    const std::string_view state = state_in(text);
    if (state.empty()) {
        const bool no_password = text.find("no password supplied") != text.npos;
        if (no_password)
            return Error(ErrorCode::permission_denied,
                         fmt::format("cannot reach database {}: the server asks for a password; write it into "
                                     "[database] sql_alchemy_conn ({})",
                                     database, first_lines(text)));
        return Error(ErrorCode::unavailable,
                     fmt::format("cannot reach database {}: is the server there, and does it listen? ({})", database,
                                 first_lines(text)));
    }
    const Meaning meaning = meaning_of(state, text);
    // What is no refusal of this user or database may pass.
    const auto code = meaning.code == ErrorCode::internal ? ErrorCode::unavailable : meaning.code;
    return Error(code, fmt::format("cannot reach database {}: {} ({})", database, meaning.advice, first_lines(text)));
}

}  // namespace gale::postgres
