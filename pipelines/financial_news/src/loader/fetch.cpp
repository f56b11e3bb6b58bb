#include "loader/fetch.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cctype>
#include <cstdlib>
#include <memory>

namespace financial_news {
namespace {

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

struct Transfer {
    std::string body;
    std::size_t limit;
    bool too_large = false;
};

std::size_t receive(char* data, std::size_t size, std::size_t count, void* context) {
    auto& transfer = *static_cast<Transfer*>(context);
    const std::size_t bytes = size * count;
    transfer.too_large = transfer.body.size() + bytes > transfer.limit;
    if (transfer.too_large) return 0;  // stops the transfer
    transfer.body.append(data, bytes);
    return bytes;
}

void prepare(CURL* handle, const std::string& url, const FetchLimits& limits, Transfer& transfer, char* detail) {
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https,file");
    curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(handle, CURLOPT_MAXREDIRS, limits.redirects);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, static_cast<long>(limits.connect.count()));
    curl_easy_setopt(handle, CURLOPT_TIMEOUT, static_cast<long>(limits.total.count()));
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "Mozilla/5.0 (compatible; gale-financial-news/1.0)");
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &receive);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
    if (const char* certificates = std::getenv("SSL_CERT_FILE"); certificates && *certificates) {
        curl_easy_setopt(handle, CURLOPT_CAINFO, certificates);
    }
}

std::string advice(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST: return "check the host name and the machine's network";
        case CURLE_COULDNT_CONNECT: return "check that the server runs and that the port is right";
        case CURLE_OPERATION_TIMEDOUT: return "run the task again later, or allow more with --timeout";
        case CURLE_PARTIAL_FILE:
        case CURLE_RECV_ERROR:
        case CURLE_GOT_NOTHING: return "the answer was cut off; run the task again";
        case CURLE_TOO_MANY_REDIRECTS: return "the address leads in a circle; use the feed's final address";
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            return "install the ca-certificates package, or name a file of trusted certificates in SSL_CERT_FILE";
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT: return "give a whole http://, https:// or file:///… address";
        default: return "check the address and run the task again";
    }
}

ErrorKind kind_of(CURLcode code) {
    switch (code) {
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT: return ErrorKind::kInput;
        case CURLE_FILE_COULDNT_READ_FILE:
        case CURLE_READ_ERROR: return ErrorKind::kDisk;
        default: return ErrorKind::kNetwork;
    }
}

std::unexpected<Error> transfer_failed(CURLcode code, const Transfer& transfer, const char* detail) {
    if (transfer.too_large) {
        return fail(ErrorKind::kInput, fmt::format("it is larger than {} bytes, which no feed is; check that the "
                                                   "address is that of a feed",
                                                   transfer.limit));
    }
    const std::string_view reason = *detail ? detail : curl_easy_strerror(code);
    return fail(kind_of(code), fmt::format("{}; {}", reason, advice(code)));
}

std::string status_advice(long status) {
    if (status == 404 || status == 410) return "check the address";
    if (status == 401 || status == 403)
        return "the server wants to know who asks, or refuses programs: use another feed";
    if (status == 429 || status >= 500) return "run the task again later";
    return "check the address, or use another feed";
}

std::string charset_of(CURL* handle) {
    const char* content_type = nullptr;
    curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &content_type);
    if (!content_type) return {};
    std::string lower(content_type);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const std::size_t key = lower.find("charset=");
    if (key == std::string::npos) return {};
    const std::size_t start = lower.find_first_not_of("\"' ", key + 8);
    if (start == std::string::npos) return {};
    return lower.substr(start, lower.find_first_of("\"' ;", start) - start);
}

}  // namespace

Result<Fetched> fetch(const std::string& url, const FetchLimits& limits) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    const Handle handle(curl_easy_init(), &curl_easy_cleanup);
    if (started != CURLE_OK || !handle) return fail(ErrorKind::kNetwork, "libcurl does not start; is memory left?");

    Transfer transfer{{}, limits.bytes};
    char detail[CURL_ERROR_SIZE] = {};
    prepare(handle.get(), url, limits, transfer, detail);
    const CURLcode code = curl_easy_perform(handle.get());
    if (code != CURLE_OK) return transfer_failed(code, transfer, detail);

    long status = 0;  // stays 0 for file://
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status != 0 && status != 200) {
        return fail(ErrorKind::kNetwork,
                    fmt::format("the server answered with HTTP status {}; {}", status, status_advice(status)));
    }
    return Fetched{std::move(transfer.body), charset_of(handle.get())};
}

std::string without_credentials(const std::string& url) {
    const std::size_t start = url.find("://");
    if (start == std::string::npos) return url;
    const std::size_t host_end = std::min(url.find_first_of("/?#", start + 3), url.size());
    const std::size_t at = url.rfind('@', host_end);
    if (at == std::string::npos || at < start + 3 || at >= host_end) return url;
    return url.substr(0, start + 3) + "***" + url.substr(at);
}

}  // namespace financial_news
