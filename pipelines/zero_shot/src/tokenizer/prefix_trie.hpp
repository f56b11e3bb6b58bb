#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gale::zero_shot {

/// Byte strings with numbers, found byte by byte. The edges are one open-addressing hash table.
class PrefixTrie {
public:
    using Node = std::uint32_t;
    static constexpr Node kRoot = 0;
    static constexpr Node kNone = 0xFFFFFFFF;
    static constexpr std::int32_t kNoValue = -1;

    PrefixTrie() : slots_(1024) {}

    /// The last of equal keys wins.
    void insert(std::string_view key, std::int32_t value) {
        Node node = kRoot;
        for (const char byte : key) node = child_or_new(node, byte);
        values_[node] = value;
    }

    Node child(Node node, char byte) const {
        const std::uint64_t key = edge(node, byte);
        for (std::size_t at = place(key);; at = (at + 1) & (slots_.size() - 1)) {
            if (slots_[at].edge == key) return slots_[at].child;
            if (slots_[at].edge == kFree) return kNone;
        }
    }

    /// The node of `prefix`, or kNone.
    Node find(std::string_view prefix) const {
        Node node = kRoot;
        for (std::size_t i = 0; i < prefix.size() && node != kNone; ++i) node = child(node, prefix[i]);
        return node;
    }

    /// kNoValue when no key ends at `node`.
    std::int32_t value(Node node) const { return values_[node]; }

private:
    static constexpr std::uint64_t kFree = 0;

    struct Slot {
        std::uint64_t edge = kFree;
        Node child = kNone;
    };

    /// Never kFree.
    static std::uint64_t edge(Node node, char byte) {
        return ((std::uint64_t{node} + 1) << 8) | static_cast<unsigned char>(byte);
    }

    /// Fibonacci hashing (Knuth, volume 3, section 6.4).
    std::size_t place(std::uint64_t key) const {
        return (key * 0x9E3779B97F4A7C15U) >> (64 - std::countr_zero(slots_.size()));
    }

    Node child_or_new(Node node, char byte) {
        const Node found = child(node, byte);
        if (found != kNone) return found;
        if (values_.size() * 2 >= slots_.size()) grow();
        values_.push_back(kNoValue);
        const auto made = static_cast<Node>(values_.size() - 1);
        add({edge(node, byte), made});
        return made;
    }

    void add(Slot slot) {
        std::size_t at = place(slot.edge);
        while (slots_[at].edge != kFree) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = slot;
    }

    void grow() {
        std::vector<Slot> old(slots_.size() * 2);
        old.swap(slots_);
        for (const Slot& slot : old) {
            if (slot.edge != kFree) add(slot);
        }
    }

    std::vector<Slot> slots_;
    std::vector<std::int32_t> values_{kNoValue};
};

}  // namespace gale::zero_shot
