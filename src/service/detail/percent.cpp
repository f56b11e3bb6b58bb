#include "service/detail/percent.hpp"

#include <charconv>

namespace gale::detail {

std::string percent_decoded(std::string_view text) {
    std::string made;
    made.reserve(text.size());
    for (size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        if (text[i] == '%' && i + 2 < text.size()) {
            const char* first = text.data() + i + 1;
            const auto [end, error] = std::from_chars(first, first + 2, byte, 16);
            if (error == std::errc() && end == first + 2) {
                made += static_cast<char>(byte);
                i += 2;
                continue;
            }
        }
        made += text[i];
    }
    return made;
}

}  // namespace gale::detail
