// Dynamic task mapping: how many instances a mapped task has (contract, 5.11; docs/reference/dag_definition.md).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "model/ids.hpp"

namespace gale {

// An XCom that is mapped over.
struct MapSource {
    TaskId task_id;
    std::string key;
    auto operator<=>(const MapSource&) const = default;
};

// A number of entries, as far as the file knows it: a tree.
struct MapLength {
    enum class Kind {
        literal,
        xcom,     // as many as `source` gave
        zip,      // the least of `of`, or the greatest
        concat,   // their sum
        product,  // of `of`
    };
    Kind kind = Kind::literal;
    std::int64_t literal = 0;
    MapSource source;
    bool longest = false;
    std::vector<MapLength> of;

    // Every source in it, each once, sorted.
    std::vector<MapSource> sources() const;
    // nullopt: a source gave none. Capped at 2^31 - 1.
    std::optional<int> value(const std::function<std::optional<int>(const MapSource&)>& of_source) const;
};

struct Mapping {
    MapLength length;
    // The innermost mapped task group that the task is mapped by; empty: by its own expand().
    std::string group_id;
    std::vector<MapSource> sources;  // of the length

    bool is_by_group() const { return !group_id.empty(); }
};

// A task's `mapped`; errors name what is wrong.
Result<Mapping> mapping_from_json(const json::value& from);

}  // namespace gale
