#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "weights/pickle_reader.hpp"

namespace gale::zero_shot {

/// What the pickle machine has on its stack. Pickles refer to containers again, from inside themselves too, and
/// nest them as deep as they like: the machine owns them all, so that none is destroyed by recursion.
struct PickleValue;
using PickleItems = std::vector<PickleValue>;
using PickleEntries = std::vector<std::pair<PickleValue, PickleValue>>;

struct PickleMark {};
struct PickleNone {};
struct PickleTuple {
    PickleItems* items;
};
struct PickleList {
    PickleItems* items;
};
struct PickleDict {
    PickleEntries* entries;
};
/// What of `module.name` is known here; the name itself stays a text.
struct PickleGlobal {
    std::string name;
};
/// A persistent id: the kind and key of a storage.
struct PickleStorage {
    TensorType type;
    std::string key;
};

struct PickleValue {
    std::variant<PickleMark, PickleNone, bool, std::int64_t, double, std::string, PickleTuple, PickleList, PickleDict,
                 PickleGlobal, PickleStorage, std::shared_ptr<const PickledTensor>>
        value;

    template <typename T>
    const T* as() const {
        return std::get_if<T>(&value);
    }
};

}  // namespace gale::zero_shot
