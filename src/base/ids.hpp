// Ids are types, so that a task id can never be passed for a run id.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace gale {

template <class Tag>
class StringId {
public:
    StringId() = default;
    explicit StringId(std::string value) : value_(std::move(value)) {}
    explicit StringId(std::string_view value) : value_(value) {}
    explicit StringId(const char* value) : value_(value) {}
    const std::string& str() const { return value_; }
    bool empty() const { return value_.empty(); }
    auto operator<=>(const StringId&) const = default;
    friend std::ostream& operator<<(std::ostream& out, const StringId& id) { return out << id.value_; }

private:
    std::string value_;
};

template <class Tag>
class IntId {
public:
    IntId() = default;
    explicit IntId(std::int64_t value) : value_(value) {}
    std::int64_t value() const { return value_; }
    auto operator<=>(const IntId&) const = default;
    friend std::ostream& operator<<(std::ostream& out, IntId id) { return out << id.value_; }

private:
    std::int64_t value_ = 0;
};

}  // namespace gale

template <class Tag>
struct std::hash<gale::StringId<Tag>> {
    size_t operator()(const gale::StringId<Tag>& id) const noexcept { return std::hash<std::string>{}(id.str()); }
};

template <class Tag>
struct std::hash<gale::IntId<Tag>> {
    size_t operator()(gale::IntId<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value()); }
};
