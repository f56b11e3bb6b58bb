// Digests and identifiers.
#pragma once

#include <string>
#include <string_view>

namespace gale {

std::string sha1_hex(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
// Cryptographically random bytes. CHECKs that the kernel gives them.
std::string random_bytes(size_t count);
// `count` characters of [A-Za-z0-9], for passwords and run id suffixes.
std::string random_alphanumeric(size_t count);
// RFC 9562 version 7: sorts by creation time.
std::string uuid7();

}  // namespace gale
