#include "hub/transfer.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace gale::zero_shot {

namespace {

struct Session {
    CURL* curl;
    TransferAnswer answer;
    const TransferSink* sink;
};

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* user) {
    const std::string_view line(bytes, size * count);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) {
        std::string name(line.substr(0, colon));
        std::ranges::transform(name, name.begin(),
                               [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
        std::string_view value = line.substr(colon + 1);
        value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
        value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
        // The hub's own answer comes first; those it redirects to do not change what it said.
        static_cast<Session*>(user)->answer.headers.try_emplace(std::move(name), value);
    }
    return size * count;
}

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* user) {
    auto& session = *static_cast<Session*>(user);
    long status = 0;
    curl_easy_getinfo(session.curl, CURLINFO_RESPONSE_CODE, &status);
    return (*session.sink)({bytes, size * count}, status) ? size * count : 0;
}

void set_options(CURL* curl, const TransferRequest& request, Session& session, curl_slist* headers) {
    curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, request.head ? 0L : 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
    curl_easy_setopt(curl, CURLOPT_NOBODY, request.head ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, request.timeout_seconds);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, request.timeout_seconds);
    curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(request.from));
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "gale-zero-shot");
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &session);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &session);
}

}  // namespace

Result<TransferAnswer> transfer(const TransferRequest& request, const TransferSink& sink) {
    static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
    if (kReady != CURLE_OK || !curl) return fail(ErrorKind::kNetwork, "cannot start libcurl");
    // libcurl gives this header to the first host only.
    const std::string authorization = "Authorization: Bearer " + request.token;
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
        request.token.empty() ? nullptr : curl_slist_append(nullptr, authorization.c_str()), curl_slist_free_all);
    Session session{curl.get(), {}, &sink};
    set_options(curl.get(), request, session, headers.get());
    const CURLcode code = curl_easy_perform(curl.get());
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &session.answer.status);
    if (code != CURLE_OK) {
        return fail(ErrorKind::kNetwork, fmt::format("cannot fetch {}: {}", request.url, curl_easy_strerror(code)));
    }
    return std::move(session.answer);
}

}  // namespace gale::zero_shot
