// The page's files, which are part of the binary.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace gale {

struct WebFile {
    std::string_view path;  // "/index.html", "/assets/index-BCjR.js"
    std::string_view content_type;
    std::string_view etag;   // strong, with its quotes
    std::string_view plain;  // or, in its place:
    std::string_view gzip;
    std::string_view brotli;  // may be empty
};

// Empty when the binary was built without them.
std::span<const WebFile> embedded_web_files();

}  // namespace gale
