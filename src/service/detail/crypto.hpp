// The few OpenSSL calls that the services need, as functions on strings.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gale::detail {

std::string hmac_sha256(std::string_view key, std::string_view message);  // 32 bytes
bool equal_in_constant_time(std::string_view left, std::string_view right);
// AES-128 in CBC mode with PKCS #7 padding. Key and iv are 16 bytes.
std::string aes128_cbc_encrypt(std::string_view key, std::string_view iv, std::string_view plain);
std::optional<std::string> aes128_cbc_decrypt(std::string_view key, std::string_view iv, std::string_view cipher);

}  // namespace gale::detail
