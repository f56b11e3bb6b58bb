// Many creations, changes or removals of one noun in one request, as Airflow's bulk operations have them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace gale {

template <class T>
struct BulkAction {
    enum class Kind { create, update, remove };
    // What becomes of those that exist already (create; overwrite is for it only) or do not exist (update, remove).
    enum class Otherwise { fail, skip, overwrite };
    struct Item {
        std::string id;
        std::function<void(T&)> edit;  // writes the members that were given; not for remove
    };
    Kind kind = Kind::create;
    Otherwise otherwise = Otherwise::fail;
    std::vector<Item> items;
};

struct BulkOutcome {
    std::vector<std::string> success;  // ids
    std::vector<Error> errors;         // already_exists and not_found: the whole action was left undone
};

}  // namespace gale
