// Lines of a try's log as the API shows them, and which try is meant.
#pragma once

#include <string>
#include <string_view>

#include "api/api.hpp"

namespace gale {

struct LoggedTry {
    TaskInstance instance;  // as it is or was in that try
    bool is_over = false;   // only the newest try can still write
};

// Error: not_found, when there is no such task instance or it has no such try.
Result<LoggedTry> logged_try(Api& api, const TaskInstanceKey& key, int try_number);

// A line as the log's JSON schema has it; one that is no JSON object (cut, or foreign) becomes an event.
json::object log_message(std::string_view line);
// The same for the page: texts are cut at LogService::kMaxLineBytes, with a "cut" member then.
json::object log_message(const LogLine& line);
std::string plain_log_line(std::string_view line);  // as Airflow's text/plain
// With the log call's other members and the traceback, for people who read the file.
std::string downloaded_log_line(std::string_view line);

}  // namespace gale
