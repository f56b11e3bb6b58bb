#include "store/postgres/url.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

namespace gale::postgres {
namespace {

constexpr std::string_view kForm =
    "write [database] sql_alchemy_conn as postgresql://user:password@host:5432/database, with '@', ':', '/' and '%' in "
    "the password as %40, %3A, %2F and %25";

Error bad(std::string_view why) {
    return Error(ErrorCode::invalid_argument, fmt::format("cannot read the database's address: {}; {}", why, kForm));
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Result<std::string> decode(std::string_view text, std::string_view what) {
    std::string decoded;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            return std::unexpected(bad(fmt::format("a '%' in its {} is not followed by two hexadecimal digits", what)));
        if (high == 0 && low == 0) return std::unexpected(bad(fmt::format("its {} has a %00", what)));
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

std::set<std::string, std::less<>> libpq_keywords() {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconndefaults(), PQconninfoFree);
    std::set<std::string, std::less<>> keywords;
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option)
        keywords.emplace(option->keyword);
    return keywords;
}

class Parser {
public:
    explicit Parser(std::string_view rest) : rest_(rest) {}

    Result<Address> parse() {
        std::string_view query;
        if (const size_t at = rest_.find('?'); at != rest_.npos) {
            query = rest_.substr(at + 1);
            rest_ = rest_.substr(0, at);
        }
        TRY(take_user());
        const size_t slash = rest_.find('/');
        TRY(take_hosts(rest_.substr(0, slash)));
        if (slash != rest_.npos && slash + 1 < rest_.size())
            set("dbname", TRY(decode(rest_.substr(slash + 1), "database name")));
        TRY(take_query(query));
        address_.name = fmt::format("{}/{}", hosts_for_people(), get("dbname").value_or(get("user").value_or("")));
        return std::move(address_);
    }

private:
    void set(const std::string& keyword, std::string value) {
        const auto known = std::ranges::find(address_.parameters, keyword, &std::pair<std::string, std::string>::first);
        if (known != address_.parameters.end())
            known->second = std::move(value);
        else
            address_.parameters.emplace_back(keyword, std::move(value));
    }
    std::optional<std::string> get(std::string_view keyword) const {
        const auto known = std::ranges::find(address_.parameters, keyword, &std::pair<std::string, std::string>::first);
        return known == address_.parameters.end() ? std::nullopt : std::optional(known->second);
    }

    // As SQLAlchemy splits it: the user ends at the first ':' or '@', the password at the first '@' after.
    Result<void> take_user() {
        const size_t at = rest_.find('@');
        if (at == rest_.npos) return {};
        const std::string_view user = rest_.substr(0, at);
        const size_t colon = user.find(':');
        if (const size_t slash = user.find('/'); slash < colon) return {};  // an '@' of what comes later
        set("user", TRY(decode(user.substr(0, colon), "user name")));
        if (colon != user.npos) set("password", TRY(decode(user.substr(colon + 1), "password")));
        rest_ = rest_.substr(at + 1);
        return {};
    }

    // "host", "host:port", "[::1]:port", several of them with ',' between.
    Result<void> take_hosts(std::string_view text) {
        if (text.empty()) return {};
        if (text.find('@') != text.npos) return std::unexpected(bad("there is a second '@' before the host"));
        std::string hosts, ports;
        bool has_port = false;
        for (bool first = true; first || !text.empty(); first = false) {
            std::string_view one = text.substr(0, text.find(','));
            text = one.size() == text.size() ? std::string_view() : text.substr(one.size() + 1);
            const size_t colon = one.ends_with(']') ? one.npos : one.rfind(':');
            std::string_view host = one.substr(0, colon);
            const std::string_view port = colon == one.npos ? std::string_view() : one.substr(colon + 1);
            if (!std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; }) || port.size() > 5)
                return std::unexpected(bad("its port is not a number"));
            if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
            hosts += (first ? "" : ",") + TRY(decode(host, "host"));
            ports += (first ? "" : ",") + std::string(port);
            has_port |= !port.empty();
        }
        set("host", hosts);
        if (has_port) set("port", ports);
        return {};
    }

    Result<void> take_query(std::string_view query) {
        const auto known = libpq_keywords();
        std::set<std::string> given_hosts;
        while (!query.empty()) {
            const std::string_view one = query.substr(0, query.find('&'));
            query = one.size() == query.size() ? std::string_view() : query.substr(one.size() + 1);
            const size_t equals = one.find('=');
            std::string keyword = TRY(decode(one.substr(0, equals), "parameter"));
            std::string value = equals == one.npos ? "" : TRY(decode(one.substr(equals + 1), "parameter " + keyword));
            if (keyword == "ssl") keyword = "sslmode";  // asyncpg's name
            if (keyword == "sslmode" && (value == "true" || value == "True")) value = "require";
            if (!known.contains(keyword))
                address_.ignored.push_back(keyword);
            else if (keyword == "host")
                TRY(add_host(value, given_hosts.insert(value).second && given_hosts.size() == 1));
            else
                set(keyword, std::move(value));
        }
        return {};
    }

    // A folder of sockets, or hosts; given several times they are several.
    Result<void> add_host(const std::string& value, bool is_first) {
        const auto port_before = is_first ? std::nullopt : get("port");
        const auto before = is_first ? std::nullopt : get("host");
        if (value.starts_with('/'))
            set("host", value);
        else
            TRY(take_hosts(value));
        if (!before) return {};
        const auto port = get("port");
        set("host", *before + "," + *get("host"));
        if (port) set("port", port_before.value_or("") + "," + *port);
        return {};
    }

    std::string hosts_for_people() const {
        const std::string host = get("host").value_or("");
        const std::string port = get("port").value_or("5432");
        if (host.empty()) return fmt::format("local socket:{}", port);
        if (host.find(',') != host.npos) return host;
        return fmt::format("{}:{}", host.find(':') == host.npos ? host : "[" + host + "]", port);
    }

    std::string_view rest_;
    Address address_;
};

}  // namespace

bool is_postgres_url(std::string_view url) {
    const std::string_view scheme = url.substr(0, url.find("://"));
    const std::string_view dialect = scheme.substr(0, scheme.find('+'));
    return scheme.size() < url.size() && (dialect == "postgresql" || dialect == "postgres");
}

Result<Address> parse_url(std::string_view url) {
    if (!is_postgres_url(url)) return std::unexpected(bad("it does not begin with postgresql://"));
    return Parser(url.substr(url.find("://") + 3)).parse();
}

}  // namespace gale::postgres
