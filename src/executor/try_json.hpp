// TryRequest as JSON, for the wire.
#pragma once

#include "executor/executor.hpp"

namespace gale {

json::object try_to_json(const TryRequest& request);
Result<TryRequest> try_from_json(const json::object& from);

}  // namespace gale
