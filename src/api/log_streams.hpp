// A log as a stream: downloaded as text, or followed by server-sent events.
#pragma once

#include <memory>

#include "api/log_render.hpp"

namespace gale {

// The log as it is now, as text.
std::unique_ptr<BodyStream> download_log(LogService& logs, const TaskInstanceKey& key, int try_number);

// event: lines, data: {from, lines}; event: end, once the try is over and all of it was sent. From line `from` on.
std::unique_ptr<BodyStream> follow_log(Api& api, const TaskInstanceKey& key, int try_number, std::int64_t from);

}  // namespace gale
