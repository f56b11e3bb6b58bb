// The server's own log (not the logs of tasks). Thin names over spdlog, so that one place sets the format.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace gale::log {

enum class Level { debug, info, warning, error };

// Call once at start. Lines go to stderr: "2026-01-02 03:04:05.678 INFO  [room] text".
void init(Level level);
bool enabled(Level level);
void write(Level level, std::string_view room, std::string_view text);

template <class... Args>
void debug(std::string_view room, fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::debug)) write(Level::debug, room, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(std::string_view room, fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::info)) write(Level::info, room, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(std::string_view room, fmt::format_string<Args...> format, Args&&... args) {
    write(Level::warning, room, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(std::string_view room, fmt::format_string<Args...> format, Args&&... args) {
    write(Level::error, room, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace gale::log
