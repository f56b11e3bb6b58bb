#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace gale::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warning: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

spdlog::logger& logger() {
    static const auto instance = [] {
        auto created = spdlog::stderr_color_mt("gale");
        created->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%-7l%$ %v", spdlog::pattern_time_type::utc);
        created->set_level(spdlog::level::info);
        return created;
    }();
    return *instance;
}

}  // namespace

void init(Level level) {
    logger().set_level(to_spdlog(level));
}
bool enabled(Level level) {
    return logger().should_log(to_spdlog(level));
}

void write(Level level, std::string_view room, std::string_view text) {
    logger().log(to_spdlog(level), "[{}] {}", room, text);
}

}  // namespace gale::log
