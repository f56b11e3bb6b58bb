#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "tsv/result.hpp"

namespace financial_news {

using namespace gale::zero_shot;  // the table and its errors

struct FetchLimits {
    std::chrono::seconds connect{10};
    std::chrono::seconds total{60};
    std::size_t bytes = std::size_t{8} << 20;  ///< after decompression
    long redirects = 5;
};

struct Fetched {
    std::string body;
    std::string charset;  ///< from the Content-Type header; empty when it names none
};

/// Gets an http, https or file URL; follows redirects to http and https only. kNetwork for what the
/// other side caused (not found, refused, timed out, cut off), kInput for a body above the limit or
/// a URL of another kind, kDisk for a file that cannot be read. The certificates of SSL_CERT_FILE
/// are trusted when it is set, else the system's.
Result<Fetched> fetch(const std::string& url, const FetchLimits& limits);

/// `url` with its user name and password hidden, for messages.
std::string without_credentials(const std::string& url);

}  // namespace financial_news
