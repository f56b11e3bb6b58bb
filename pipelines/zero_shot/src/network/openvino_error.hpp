#pragma once

#include <exception>
#include <string>

namespace gale::zero_shot {

/// OpenVINO's messages are several lines with source positions; the last one says what happened.
inline std::string last_line(const std::exception& exception) {
    std::string text = exception.what();
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    const auto end = text.find_last_of('\n');
    return end == std::string::npos ? text : text.substr(end + 1);
}

}  // namespace gale::zero_shot
