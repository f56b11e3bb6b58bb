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

}  // namespace gale
