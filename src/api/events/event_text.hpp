// Changes as server-sent events (docs/reference/gale_api.md, "Live events").
#pragma once

#include <string>

#include "api/events/event_hub.hpp"

namespace gale {

// The event with what of the set passes the filter. Empty when nothing does, unless `even_empty`.
std::string event_text(const ChangeSet& set, const EventFilter& filter, bool even_empty = false);

}  // namespace gale
