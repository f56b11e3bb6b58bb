#include "api/log_render.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/render.hpp"
#include "base/utf8.hpp"

namespace gale {
namespace {

bool is_over(TaskState state) {
    return is_finished(state) || state == TaskState::up_for_retry;
}

// A member that is too long: a text is cut, anything else goes.
void cut_members(json::object& message) {
    const auto most = static_cast<size_t>(LogService::kMaxLineBytes);
    bool cut = false;
    for (auto& member : message) {
        auto& value = member.value();
        if (value.is_string()) {
            const std::string_view text = value.get_string();
            if (text.size() <= most) continue;
            value = std::string(utf8_prefix(text, most));
            cut = true;
        } else if (value.is_structured() && json::serialize(value).size() > most) {
            value = nullptr;
            cut = true;
        }
    }
    if (cut) message["cut"] = true;
}

std::string text_of(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

// Airflow's error_detail, as Python prints a traceback; the exception that was raised first comes first.
std::string traceback_of(const json::array& error_detail) {
    std::string text;
    for (auto raised = error_detail.rbegin(); raised != error_detail.rend(); ++raised) {
        if (!raised->is_object()) continue;
        const auto& one = raised->get_object();
        const auto* frames = json::find_array(one, "frames");
        if (frames != nullptr && !frames->empty()) text += "\nTraceback (most recent call last):";
        for (const auto& frame : frames == nullptr ? json::array() : *frames) {
            if (!frame.is_object()) continue;
            const auto& place = frame.get_object();
            text += fmt::format("\n  File \"{}\", line {}, in {}", text_of(member_or_null(place, "filename")),
                                text_of(member_or_null(place, "lineno")), text_of(member_or_null(place, "name")));
        }
        text += fmt::format("\n{}: {}", text_of(member_or_null(one, "exc_type")),
                            text_of(member_or_null(one, "exc_value")));
    }
    return text;
}

}  // namespace

Result<LoggedTry> logged_try(Api& api, const TaskInstanceKey& key, int try_number) {
    auto tries = TRY(api.store().list_tries(key));
    if (tries.empty()) TRY(api.store().get_task_instance(key));  // says what there is not
    const auto found = std::ranges::find(tries, try_number, &TaskInstance::try_number);
    if (found == tries.end()) {
        return fail(ErrorCode::not_found, fmt::format("TaskInstance not found: task '{}' of run '{}' has no try {}",
                                                      key.task_id.str(), key.run_id.str(), try_number));
    }
    const bool over = &*found != &tries.back() || is_over(found->state);
    return LoggedTry{std::move(*found), over};
}

json::object log_message(std::string_view line) {
    auto parsed = json::parse_object(line);
    if (parsed && parsed->contains("event")) return std::move(*parsed);
    return {{"event", to_valid_utf8(line)}};
}

json::object log_message(const LogLine& line) {
    const auto most = static_cast<size_t>(LogService::kMaxLineBytes);
    if (line.text.size() <= most) {
        auto message = log_message(line.text);
        if (line.cut) message["cut"] = true;
        return message;
    }
    if (!line.cut) {
        auto message = log_message(line.text);
        cut_members(message);
        return message;
    }
    json::object message{{"event", to_valid_utf8(utf8_prefix(line.text, most))}, {"cut", true}};
    if (const std::string level = level_of_line(line.text); level != "unknown") message["level"] = level;
    return message;
}

std::string plain_log_line(std::string_view line) {
    const auto message = log_message(line);
    std::string text;
    if (const auto stamp = text_or(message, "timestamp", ""); !stamp.empty()) text += fmt::format("[{}] ", stamp);
    if (const auto level = text_or(message, "level", ""); !level.empty()) text += fmt::format("{} - ", level);
    const auto& event = message.at("event");
    text += event.is_string() ? std::string(event.get_string()) : json::serialize(event);
    if (const auto exception = text_or(message, "exception", ""); !exception.empty()) text += "\n" + exception;
    return text;
}

std::string downloaded_log_line(std::string_view line) {
    constexpr std::string_view kShown[] = {"event", "timestamp", "level", "logger", "exception", "error_detail"};
    std::string text = plain_log_line(line);
    const auto message = log_message(line);
    std::string extras;
    for (const auto& member : message) {
        const std::string_view key = member.key();
        if (std::ranges::find(kShown, key) == std::end(kShown))
            extras += fmt::format(" {}={}", key, text_of(member.value()));
    }
    text.insert(std::min(text.find('\n'), text.size()), extras);
    if (const auto* detail = json::find_array(message, "error_detail")) text += traceback_of(*detail);
    return text;
}

}  // namespace gale
