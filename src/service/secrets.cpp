#include "service/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "service/detail/base64.hpp"
#include "service/detail/crypto.hpp"

namespace gale {
namespace {

// A Fernet token: version, 8 bytes of seconds, 16 of iv, ciphertext, 32 of HMAC-SHA256 over all before it.
constexpr const char* kCheck = "fernet_check";
constexpr char kVersion = '\x80';
constexpr size_t kHeaderSize = 1 + 8 + 16;
constexpr size_t kMacSize = 32;

std::string_view signing_half(std::string_view key) {
    return key.substr(0, 16);
}
std::string_view encryption_half(std::string_view key) {
    return key.substr(16);
}

std::optional<std::string> decrypt_with(std::string_view key, std::string_view token) {
    const auto signed_part = token.substr(0, token.size() - kMacSize);
    const auto mac = token.substr(token.size() - kMacSize);
    if (!detail::equal_in_constant_time(detail::hmac_sha256(signing_half(key), signed_part), mac)) return std::nullopt;
    return detail::aes128_cbc_decrypt(encryption_half(key), signed_part.substr(9, 16), signed_part.substr(kHeaderSize));
}

}  // namespace

Result<Secrets> Secrets::from_fernet_keys(std::string_view keys) {
    Secrets secrets;
    while (!keys.empty()) {
        const size_t comma = std::min(keys.find(','), keys.size());
        const auto text = trimmed(keys.substr(0, comma));
        keys.remove_prefix(std::min(comma + 1, keys.size()));
        if (text.empty()) continue;
        auto key = detail::base64url_decode(text);
        if (!key || key->size() != 32) {
            // The key itself is not shown: this message ends up in logs.
            return fail(ErrorCode::invalid_argument,
                        "[core] fernet_key: key number " + std::to_string(secrets.keys_.size() + 1) +
                            " is not 32 bytes in URL-safe base64 (44 characters). Make one with: "
                            "head -c 32 /dev/urandom | base64 | tr '+/' '-_'");
        }
        secrets.keys_.push_back(std::move(*key));
    }
    return secrets;
}

std::string Secrets::encrypt(std::string_view plain) const {
    if (!enabled()) return std::string(plain);
    const std::string& key = keys_.front();
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(system_clock().now().time_since_epoch()).count();
    std::string token(1, kVersion);
    for (int shift = 56; shift >= 0; shift -= 8) token += static_cast<char>(static_cast<std::uint64_t>(now) >> shift);
    const std::string iv = random_bytes(16);
    token += iv;
    token += detail::aes128_cbc_encrypt(encryption_half(key), iv, plain);
    token += detail::hmac_sha256(signing_half(key), token);
    return detail::base64url_encode(token, detail::Padding::with);
}

Result<std::string> Secrets::decrypt(std::string_view token) const {
    if (!enabled()) {
        return fail(
            ErrorCode::data_corrupt,
            "the value is encrypted, but [core] fernet_key is empty; set it to the key that encrypted the value");
    }
    const auto bytes = detail::base64url_decode(token);
    if (!bytes || bytes->size() < kHeaderSize + 16 + kMacSize || bytes->front() != kVersion) {
        return fail(ErrorCode::data_corrupt, "the encrypted value is not a Fernet token");
    }
    for (const std::string& key : keys_) {
        if (auto plain = decrypt_with(key, *bytes)) return std::move(*plain);
    }
    return fail(ErrorCode::data_corrupt,
                "no key of [core] fernet_key decrypts the value; add the key that encrypted it to the list");
}

Result<void> Secrets::check_keys(AdminStore& store) const {
    if (!enabled()) return {};  // each encrypted value says what is missing
    const std::string word = TRY(store.get_or_create_secret(kCheck, encrypt(kCheck)));
    if (decrypt(word)) return {};
    return fail(
        ErrorCode::conflict,
        std::string("[core] fernet_key is not the key that this database's variables and connections were "
                    "encrypted with: set it to that key, or to \"new key,that key\". Where that key is lost, so "
                    "are the encrypted values; then delete the row '") +
            kCheck + "' of the table secret, and set them anew");
}

bool is_sensitive_name(std::string_view name) {
    // proxy_password, access_token and the like hold one of these.
    static constexpr std::array<std::string_view, 18> kWords = {
        "access_key", "api_key",         "apikey",      "auth_header", "authorization", "bearer", "connection_string",
        "dsn",        "passphrase",      "passwd",      "password",    "private_key",   "proxy",  "proxies",
        "secret",     "service_account", "service_key", "token"};
    const std::string lower = lower_case(name);
    return lower.find("keyfile_dict") != std::string::npos ||
           std::ranges::any_of(kWords, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

}  // namespace gale
