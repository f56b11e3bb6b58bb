#include "service/auth_service.hpp"

#include <argon2.h>
#include <fmt/format.h>

#include <array>
#include <mutex>

#include "base/check.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"
#include "service/detail/api_token.hpp"
#include "service/detail/jwt.hpp"
#include "service/detail/login_guard.hpp"

namespace gale {
namespace {

// OWASP's first choice for Argon2id: 19 MiB, 2 passes, 1 lane.
constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kMemoryKib = 19 * 1024;
constexpr std::uint32_t kLanes = 1;
constexpr size_t kSaltSize = 16;
constexpr size_t kHashSize = 32;

constexpr Duration kUsedEvery = std::chrono::minutes{1};  // how exactly an API token's last use is kept

constexpr std::array<std::string_view, 4> kRoleNames = {"viewer", "user", "op", "admin"};

// A hash costs 19 MiB and some 20 ms: two at a time, so that log-ins cannot exhaust the machine.
std::mutex& hashing_mutex(std::string_view password) {
    static std::array<std::mutex, 2> mutexes;
    return mutexes[password.size() % mutexes.size()];
}

// What an unknown user's password is checked against, to take as long as a known one's.
const std::string& decoy_hash() {
    static const std::string hash = hash_password(random_alphanumeric(16));
    return hash;
}

Result<Principal> principal_of(const User& user) {
    const auto role = parse_role(user.role);
    if (role) {
        Principal principal;
        principal.username = user.username;
        principal.role = *role;
        return principal;
    }
    return fail(ErrorCode::data_corrupt, fmt::format("user '{}' has the unknown role '{}'", user.username, user.role));
}

}  // namespace

std::string new_session_key() {
    return random_alphanumeric(16);
}

std::string_view to_string(Role role) {
    return kRoleNames[static_cast<size_t>(role)];
}

std::optional<Role> parse_role(std::string_view text) {
    for (size_t i = 0; i < kRoleNames.size(); ++i) {
        if (kRoleNames[i] == text) return static_cast<Role>(i);
    }
    return std::nullopt;
}

std::string hash_password(const std::string& password) {
    const std::string salt = random_bytes(kSaltSize);
    std::string encoded(argon2_encodedlen(kPasses, kMemoryKib, kLanes, kSaltSize, kHashSize, Argon2_id), '\0');
    std::scoped_lock lock(hashing_mutex(password));
    const int code = argon2id_hash_encoded(kPasses, kMemoryKib, kLanes, password.data(), password.size(), salt.data(),
                                           salt.size(), kHashSize, encoded.data(), encoded.size());
    CHECK(code == ARGON2_OK);
    encoded.resize(encoded.find('\0'));
    return encoded;
}

bool check_password(const std::string& password, const std::string& encoded_hash) {
    std::scoped_lock lock(hashing_mutex(password));
    return argon2id_verify(encoded_hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

AuthService::AuthService(Store& store, const Clock& clock, std::string key)
    : store_(&store), clock_(&clock), key_(std::move(key)), guard_(std::make_shared<detail::LoginGuard>()) {}

Result<AuthService> AuthService::open(Store& store, const Clock& clock, std::string secret_key) {
    if (secret_key.empty()) secret_key = TRY(store.get_or_create_secret("jwt_secret", random_alphanumeric(64)));
    if (secret_key.size() < 16) {
        return fail(
            ErrorCode::invalid_argument,
            fmt::format("[api_auth] jwt_secret has {} characters; use at least 16 random ones, or leave it empty to "
                        "have one made",
                        secret_key.size()));
    }
    return AuthService(store, clock, std::move(secret_key));
}

Result<AuthService::FirstUser> AuthService::ensure_first_user(const std::string& username,
                                                              const std::optional<std::string>& password) {
    if (username.empty())
        return fail(ErrorCode::invalid_argument, "the first user's name is empty; set _AIRFLOW_WWW_USER_USERNAME");
    if (password && (password->empty() || password->size() > kMaxPasswordSize)) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("the password of user '{}' must have 1 to {} bytes; see _AIRFLOW_WWW_USER_PASSWORD",
                                username, kMaxPasswordSize));
    }
    const auto write_first = [&](User user, const std::string& its_password) -> Result<void> {
        user.password_hash = hash_password(its_password);
        user.session_key = new_session_key();
        return store_->set_user(user);
    };
    const User fresh{.username = username,
                     .password_hash = {},
                     .role = std::string(to_string(Role::admin)),
                     .active = true,
                     .session_key = {},
                     .created_at = clock_->now(),
                     .last_login_at = {}};
    if (!password) {
        if (TRY(store_->count_users()) > 0) return FirstUser{username, std::nullopt};
        std::string generated = random_alphanumeric(16);
        TRY(write_first(fresh, generated));
        return FirstUser{username, std::move(generated)};
    }
    const auto user = TRY(store_->find_user(username));
    if (!user || !check_password(*password, user->password_hash)) TRY(write_first(user.value_or(fresh), *password));
    return FirstUser{username, std::nullopt};
}

Result<User> AuthService::check_credentials(const std::string& username, const std::string& password,
                                            std::string_view client) {
    const TimePoint now = clock_->now();
    const std::string guard_key = fmt::format("{}\n{}", client, username.substr(0, 256));
    if (const Duration wait = guard_->wait_for(guard_key, now); wait > Duration::zero()) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
        return std::unexpected(
            Error(ErrorCode::resource_exhausted, fmt::format("too many failed log-ins; try again in {} s", seconds))
                .with("retry_after", std::to_string(seconds)));
    }
    auto user = TRY(store_->find_user(username));
    const bool short_enough = password.size() <= kMaxPasswordSize;
    const bool matches =
        check_password(short_enough ? password : std::string(), user ? user->password_hash : decoy_hash());
    if (!user || !short_enough || !matches || !user->active) {
        guard_->failed(guard_key, now);
        return fail(ErrorCode::unauthenticated, "Invalid credentials");
    }
    guard_->succeeded(guard_key);
    return std::move(*user);
}

Result<std::string> AuthService::log_in(const std::string& username, const std::string& password, Duration lifetime,
                                        std::string_view client) {
    const auto user = TRY(check_credentials(username, password, client));
    const TimePoint now = clock_->now();
    if (auto noted = store_->change_user(username, [&](User& one) { one.last_login_at = now; }, std::nullopt); !noted)
        log::warning("auth", "could not note the log-in of '{}': {}", username, noted.error().to_string());
    return detail::sign_token(key_, {username, now, now + lifetime, uuid7(), user.session_key});
}

Result<std::string> AuthService::token_for(const std::string& username, Duration lifetime) {
    const auto user = TRY(store_->find_user(username));
    if (!user) return fail(ErrorCode::not_found, fmt::format("there is no user '{}'", username));
    const TimePoint now = clock_->now();
    return detail::sign_token(key_, {username, now, now + lifetime, uuid7(), user->session_key});
}

Result<Principal> AuthService::verify(const std::string& token) const {
    if (detail::is_api_token(token)) return verify_api_token(token);
    const auto claims = TRY(detail::verify_token(key_, token, clock_->now()));
    if (!claims.id.empty() && TRY(store_->is_token_revoked(claims.id)))
        return fail(ErrorCode::unauthenticated, "the token was logged out; log in again");
    const auto user = TRY(store_->find_user(claims.subject));
    if (!user) return fail(ErrorCode::unauthenticated, fmt::format("the token's user '{}' is gone", claims.subject));
    if (!user->active || user->session_key != claims.session_key)
        return fail(ErrorCode::unauthenticated, "this session has been ended; log in again");
    auto principal = TRY(principal_of(*user));
    principal.token_id = claims.id;
    principal.expires_at = claims.expires_at;
    principal.session_key = claims.session_key;
    return principal;
}

Result<Principal> AuthService::verify_api_token(const std::string& token) const {
    const auto known = TRY(store_->find_api_token(detail::api_token_hash(token)));
    if (!known) return fail(ErrorCode::unauthenticated, "the API token is not known; it may have been deleted");
    const TimePoint now = clock_->now();
    if (known->expires_at && *known->expires_at <= now)
        return fail(ErrorCode::unauthenticated,
                    fmt::format("the API token '{}' has expired; make a new one", known->name));
    const auto user = TRY(store_->find_user(known->username));
    if (!user || !user->active) {
        return fail(ErrorCode::unauthenticated,
                    fmt::format("the API token's user '{}' is gone or not active", known->username));
    }
    if (!known->last_used_at || now - *known->last_used_at >= kUsedEvery) {
        if (auto noted = store_->set_api_token_used(known->id, now); !noted)
            log::warning("auth", "could not note the use of an API token: {}", noted.error().to_string());
    }
    auto principal = TRY(principal_of(*user));
    principal.by_api_token = true;
    principal.token_id = known->token_hash;
    principal.expires_at = known->expires_at;
    return principal;
}

Result<void> AuthService::verify_still(const Principal& principal) const {
    if (principal.expires_at && *principal.expires_at <= clock_->now())
        return fail(ErrorCode::unauthenticated, "the token has expired; log in again");
    if (principal.by_api_token) {
        if (!TRY(store_->find_api_token(principal.token_id)))
            return fail(ErrorCode::unauthenticated, "the API token has been deleted");
    } else if (!principal.token_id.empty() && TRY(store_->is_token_revoked(principal.token_id))) {
        return fail(ErrorCode::unauthenticated, "the token was logged out; log in again");
    }
    const auto user = TRY(store_->find_user(principal.username));
    if (!user || !user->active)
        return fail(ErrorCode::unauthenticated, fmt::format("the user '{}' is gone or not active", principal.username));
    if (principal.session_key && *principal.session_key != user->session_key)
        return fail(ErrorCode::unauthenticated, "this session has been ended; log in again");
    return {};
}

Result<void> AuthService::revoke(const std::string& token) {
    const auto claims = detail::verify_token(key_, token, clock_->now());
    if (!claims || claims->id.empty()) return {};
    return store_->revoke_token(claims->id, claims->expires_at + detail::kTokenLeeway, clock_->now());
}

}  // namespace gale
