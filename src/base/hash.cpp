#include "base/hash.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstdint>

#include "base/check.hpp"
#include "base/clock.hpp"

namespace gale {
namespace {

std::string hex(const unsigned char* bytes, size_t count) {
    std::string text;
    text.reserve(count * 2);
    for (size_t i = 0; i < count; ++i) fmt::format_to(std::back_inserter(text), "{:02x}", bytes[i]);
    return text;
}

std::string digest_hex(const EVP_MD* algorithm, std::string_view bytes) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, algorithm, nullptr) == 1);
    return hex(digest, size);
}

}  // namespace

std::string sha1_hex(std::string_view bytes) {
    return digest_hex(EVP_sha1(), bytes);
}
std::string sha256_hex(std::string_view bytes) {
    return digest_hex(EVP_sha256(), bytes);
}

std::string random_bytes(size_t count) {
    std::string bytes(count, '\0');
    CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1);
    return bytes;
}

std::string random_alphanumeric(size_t count) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string text;
    while (text.size() < count) {
        for (const char byte : random_bytes(count)) {
            // Bytes past the last whole multiple are dropped, so that every character is equally likely.
            const auto number = static_cast<unsigned char>(byte);
            if (number < 248 && text.size() < count) text += kAlphabet[number % kAlphabet.size()];
        }
    }
    return text;
}

std::string uuid7() {
    auto bytes = random_bytes(16);
    const auto millis = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(system_clock().now().time_since_epoch()).count());
    for (int i = 0; i < 6; ++i) bytes[static_cast<size_t>(i)] = static_cast<char>(millis >> (40 - 8 * i));
    bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x70);
    bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
    std::string text = hex(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    for (const size_t at : {20, 16, 12, 8}) text.insert(at, 1, '-');
    return text;
}

}  // namespace gale
