#include "worker/docker/docker_engine.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <charconv>

namespace gale {
namespace {

struct CurlDelete {
    void operator()(CURL* handle) const { ::curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { ::curl_slist_free_all(list); }
};

struct Transfer {
    CURL* handle;
    DockerAnswer answer;
    const DockerEngine::OnData& on_data;
    const std::function<bool()>& is_cancelled;
};

size_t on_body(char* data, size_t size, size_t count, void* opaque) {
    auto& transfer = *static_cast<Transfer*>(opaque);
    long status = 0;
    ::curl_easy_getinfo(transfer.handle, CURLINFO_RESPONSE_CODE, &status);
    const std::string_view bytes(data, size * count);
    if (transfer.on_data && status / 100 == 2) {
        transfer.on_data(bytes);
    } else if (transfer.answer.body.size() < (size_t{16} << 20)) {
        transfer.answer.body.append(bytes);
    }
    return bytes.size();
}

int on_progress(void* opaque, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& transfer = *static_cast<Transfer*>(opaque);
    return transfer.is_cancelled && transfer.is_cancelled() ? 1 : 0;
}

Error unreachable(const DockerEngine& engine, CURLcode code, const char* detail) {
    const std::string_view words = *detail != '\0' ? detail : ::curl_easy_strerror(code);
    return Error(ErrorCode::unavailable, fmt::format("cannot reach the Docker engine at {}: {}. Is it running (`docker "
                                                     "info`), and may this user use its socket? "
                                                     "docker_url names another engine.",
                                                     engine.url(), words));
}

// "1.30" as (1, 30).
std::pair<int, int> version_numbers(std::string_view text) {
    int major = 0, minor = 0;
    const auto dot = text.find('.');
    std::from_chars(text.data(), text.data() + std::min(dot, text.size()), major);
    if (dot != std::string_view::npos) std::from_chars(text.data() + dot + 1, text.data() + text.size(), minor);
    return {major, minor};
}

}  // namespace

std::string DockerAnswer::message() const {
    const auto parsed = json::parse_object(body);
    if (parsed) {
        if (const auto text = json::get_optional_string(*parsed, "message").value_or(std::nullopt)) return *text;
    }
    return body.empty() ? fmt::format("HTTP status {}", status) : body.substr(0, 500);
}

std::string url_escape(std::string_view text) {
    const std::unique_ptr<char, void (*)(void*)> escaped(
        ::curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())), ::curl_free);
    return escaped ? escaped.get() : std::string(text);
}

Result<DockerEngine> DockerEngine::at(const std::string& url, const DockerTls& tls) {
    static const CURLcode initialised = ::curl_global_init(CURL_GLOBAL_DEFAULT);
    if (initialised != CURLE_OK) return fail(ErrorCode::internal, "libcurl could not be initialised");
    DockerEngine engine;
    engine.url_ = url;
    engine.tls_ = tls;
    const auto rest_after = [&](std::string_view scheme) { return url.substr(scheme.size()); };
    if (url.starts_with("unix://") || url.starts_with("/")) {
        std::string path = url.starts_with("/") ? url : rest_after("unix://");
        if (!path.starts_with('/')) path.insert(0, 1, '/');
        engine.socket_path_ = path;
        engine.base_ = "http://docker";
    } else if (url.starts_with("tcp://")) {
        engine.base_ = (tls.client_cert.empty() && tls.ca_cert.empty() ? "http://" : "https://") + rest_after("tcp://");
    } else if (url.starts_with("http://") || url.starts_with("https://")) {
        engine.base_ = url;
    } else {
        return fail(
            ErrorCode::invalid_argument,
            fmt::format("docker_url '{}' is not understood: use unix:///var/run/docker.sock or tcp://host:port", url));
    }
    while (engine.base_.ends_with('/')) engine.base_.pop_back();
    return engine;
}

Result<DockerAnswer> DockerEngine::call(const std::string& method, const std::string& path, const json::object* body,
                                        const OnData& on_data) {
    const std::unique_ptr<CURL, CurlDelete> handle(::curl_easy_init());
    if (!handle) return fail(ErrorCode::resource_exhausted, "no memory for a request to the Docker engine");
    Transfer transfer{handle.get(), {}, on_data, is_cancelled_};
    char detail[CURL_ERROR_SIZE] = "";
    const std::string target = base_ + (version_.empty() ? "" : "/v" + version_) + path;
    const std::string text = body == nullptr ? "" : json::serialize(*body);
    std::unique_ptr<curl_slist, CurlDelete> headers(::curl_slist_append(nullptr, "Content-Type: application/json"));
    headers.reset(::curl_slist_append(headers.release(), "Expect:"));
    CURL* h = handle.get();
    ::curl_easy_setopt(h, CURLOPT_URL, target.c_str());
    ::curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, method.c_str());
    if (method == "POST") {
        ::curl_easy_setopt(h, CURLOPT_POSTFIELDS, text.c_str());
        ::curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, static_cast<long>(text.size()));
    }
    ::curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers.get());
    ::curl_easy_setopt(h, CURLOPT_ERRORBUFFER, detail);
    ::curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(h, CURLOPT_PROXY, "");
    ::curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, 10L);
    if (!socket_path_.empty()) ::curl_easy_setopt(h, CURLOPT_UNIX_SOCKET_PATH, socket_path_.c_str());
    if (!tls_.ca_cert.empty()) ::curl_easy_setopt(h, CURLOPT_CAINFO, tls_.ca_cert.c_str());
    if (!tls_.client_cert.empty()) ::curl_easy_setopt(h, CURLOPT_SSLCERT, tls_.client_cert.c_str());
    if (!tls_.client_key.empty()) ::curl_easy_setopt(h, CURLOPT_SSLKEY, tls_.client_key.c_str());
    if (!tls_.verify) ::curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 0L);
    ::curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body);
    ::curl_easy_setopt(h, CURLOPT_WRITEDATA, &transfer);
    ::curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
    ::curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, on_progress);
    ::curl_easy_setopt(h, CURLOPT_XFERINFODATA, &transfer);
    const CURLcode code = ::curl_easy_perform(h);
    if (code == CURLE_ABORTED_BY_CALLBACK) return fail(ErrorCode::cancelled, "the task was asked to end");
    if (code != CURLE_OK) return std::unexpected(unreachable(*this, code, detail));
    long status = 0;
    ::curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    transfer.answer.status = static_cast<int>(status);
    return std::move(transfer.answer);
}

Result<std::string> DockerEngine::negotiate(const std::string& wanted) {
    version_.clear();
    const auto answer = TRY(call("GET", "/version"));
    if (answer.status != 200)
        return fail(ErrorCode::unavailable,
                    fmt::format("the Docker engine at {} does not tell its version: {}", url_, answer.message()));
    const auto version = TRY(json::parse_object(answer.body));
    const std::string newest = TRY(json::get_string_or(version, "ApiVersion", "1.24"));
    const std::string oldest = TRY(json::get_string_or(version, "MinAPIVersion", "1.12"));
    if (wanted.empty() || wanted == "auto") {
        version_ = newest;
        return "";
    }
    if (version_numbers(wanted) < version_numbers(oldest)) {
        version_ = oldest;
        return fmt::format("api_version {} is older than the engine serves: using {}, its oldest", wanted, oldest);
    }
    if (version_numbers(wanted) > version_numbers(newest)) {
        version_ = newest;
        return fmt::format("api_version {} is newer than the engine serves: using {}, its newest", wanted, newest);
    }
    version_ = wanted;
    return "";
}

void DockerStream::feed(std::string_view bytes, const std::function<void(int, std::string_view)>& on_data) {
    if (tty_) return on_data(1, bytes);
    while (!bytes.empty()) {
        if (left_ == 0) {
            const size_t take = std::min(8 - header_.size(), bytes.size());
            header_.append(bytes.substr(0, take));
            bytes.remove_prefix(take);
            if (header_.size() < 8) return;
            stream_ = header_[0] == 2 ? 2 : 1;
            for (size_t i = 4; i < 8; ++i) left_ = (left_ << 8) | static_cast<unsigned char>(header_[i]);
            header_.clear();
            continue;
        }
        const size_t take = std::min(left_, bytes.size());
        on_data(stream_, bytes.substr(0, take));
        bytes.remove_prefix(take);
        left_ -= take;
    }
}

}  // namespace gale
