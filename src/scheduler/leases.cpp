#include "scheduler/leases.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/check.hpp"

namespace gale {
namespace {

// FNV-1a, finished by splitmix64's mixer: the same on every machine, unlike std::hash.
std::uint64_t rank_of(std::string_view dag_id, std::string_view node) {
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&](std::string_view text) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    };
    add(node);
    hash *= 0x100000001b3;  // as a zero byte between the two
    add(dag_id);
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
    return hash ^ (hash >> 31);
}

}  // namespace

const std::string& leader_of(const DagId& dag_id, const std::vector<std::string>& nodes) {
    CHECK(!nodes.empty());
    return *std::ranges::max_element(
        nodes, {}, [&](const std::string& node) { return std::pair(rank_of(dag_id.str(), node), node); });
}

}  // namespace gale
