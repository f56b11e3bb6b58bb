#include "service/detail/sealed_rows.hpp"

#include <fmt/format.h>

namespace gale::detail {
namespace {

Result<std::string> open_value(const std::string& token, const Secrets& secrets, std::string_view what,
                               std::string_view name) {
    auto plain = secrets.decrypt(token);
    if (plain) return plain;
    return std::unexpected(Error(plain.error().code(), fmt::format("cannot decrypt {} '{}'", what, name))
                               .caused_by(std::move(plain).error()));
}

}  // namespace

Variable sealed(Variable plain, const Secrets& secrets) {
    plain.is_encrypted = secrets.enabled();
    plain.value = secrets.encrypt(plain.value);
    return plain;
}

Connection sealed(Connection plain, const Secrets& secrets) {
    plain.is_encrypted = plain.password && secrets.enabled();
    plain.is_extra_encrypted = plain.extra && secrets.enabled();
    if (plain.password) plain.password = secrets.encrypt(*plain.password);
    if (plain.extra) plain.extra = secrets.encrypt(*plain.extra);
    return plain;
}

Result<Variable> opened(Variable stored, const Secrets& secrets) {
    if (stored.is_encrypted) stored.value = TRY(open_value(stored.value, secrets, "variable", stored.key));
    return stored;
}

Result<Connection> opened(Connection stored, const Secrets& secrets) {
    if (stored.is_encrypted && stored.password) {
        stored.password = TRY(open_value(*stored.password, secrets, "the password of connection", stored.conn_id));
    }
    if (stored.is_extra_encrypted && stored.extra) {
        stored.extra = TRY(open_value(*stored.extra, secrets, "the extra of connection", stored.conn_id));
    }
    return stored;
}

}  // namespace gale::detail
