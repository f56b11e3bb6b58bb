#include "service/detail/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

#include "base/check.hpp"

namespace gale::detail {
namespace {

const unsigned char* data_of(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* data_of(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

CipherContext new_cipher_context() {
    CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    CHECK(context != nullptr);
    return context;
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view message) {
    std::string digest(32, '\0');
    unsigned int size = 0;
    CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data_of(message), message.size(),
               data_of(digest), &size) != nullptr);
    CHECK(size == digest.size());
    return digest;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string aes128_cbc_encrypt(std::string_view key, std::string_view iv, std::string_view plain) {
    CHECK(key.size() == 16 && iv.size() == 16);
    const auto context = new_cipher_context();
    std::string cipher(plain.size() + 16, '\0');
    int written = 0;
    int rest = 0;
    CHECK(EVP_EncryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, data_of(key), data_of(iv)) == 1);
    CHECK(EVP_EncryptUpdate(context.get(), data_of(cipher), &written, data_of(plain), static_cast<int>(plain.size())) ==
          1);
    CHECK(EVP_EncryptFinal_ex(context.get(), data_of(cipher) + written, &rest) == 1);
    cipher.resize(static_cast<size_t>(written + rest));
    return cipher;
}

std::optional<std::string> aes128_cbc_decrypt(std::string_view key, std::string_view iv, std::string_view cipher) {
    CHECK(key.size() == 16 && iv.size() == 16);
    const auto context = new_cipher_context();
    std::string plain(cipher.size() + 16, '\0');
    int written = 0;
    int rest = 0;
    CHECK(EVP_DecryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, data_of(key), data_of(iv)) == 1);
    if (EVP_DecryptUpdate(context.get(), data_of(plain), &written, data_of(cipher), static_cast<int>(cipher.size())) !=
            1 ||
        EVP_DecryptFinal_ex(context.get(), data_of(plain) + written, &rest) != 1) {
        return std::nullopt;
    }
    plain.resize(static_cast<size_t>(written + rest));
    return plain;
}

}  // namespace gale::detail
