// Serves the page: index.html at every address that is no operation's and that a browser goes to, its files by their
// names.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/http.hpp"
#include "api/web/web_files.hpp"

namespace gale {

// Thread-safe. `files` must outlive it.
class WebPage {
public:
    // `base_path`: "/" or "/prefix/", written into index.html's <base href>.
    WebPage(std::span<const WebFile> files, std::string_view base_path, std::string_view version);

    // The answer to GET or HEAD of `path` (without prefix and query). nullopt: the page has nothing there.
    std::optional<HttpResponse> serve(const HttpRequest& request, std::string_view path) const;

private:
    HttpResponse index(const HttpRequest& request) const;

    std::map<std::string_view, const WebFile*> files_;
    std::string index_, index_gzip_, index_etag_;
};

}  // namespace gale
