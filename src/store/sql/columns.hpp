// How our types stand in a database: times as microseconds UTC, ids as text or integers, states by name, JSON as text,
// truths as 0 and 1.
#pragma once

#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/json.hpp"
#include "model/states.hpp"

namespace gale::sql {

// A value whose type is known at run time only, for queries that are put together.
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

// The values of one run of a statement, in the order of their places.
class Params {
public:
    using One = std::variant<std::nullptr_t, std::int64_t, double, std::string_view>;
    void reserve(size_t count) { all_.reserve(count); }
    void null() { all_.emplace_back(nullptr); }
    void integer(std::int64_t value) { all_.emplace_back(value); }
    void real(double value) { all_.emplace_back(value); }
    // A view: the text must live until the statement was run. U+0000 and what is not UTF-8 make check() an error:
    // PostgreSQL cannot keep them, and what one database takes the other has to take, too.
    void text(std::string_view value);
    void own_text(std::string value) { text(owned_.emplace_front(std::move(value))); }

    const std::vector<One>& all() const { return all_; }
    Result<void> check() const;  // invalid_argument

private:
    std::vector<One> all_;
    std::forward_list<std::string> owned_;
    const char* bad_ = nullptr;
};

// A text that no person chose, such as a message of a program: what no database keeps is replaced by a mark.
struct Cleaned {
    std::string_view text;
};

inline void bind_value(Params& to, std::nullptr_t) {
    to.null();
}
inline void bind_value(Params& to, bool value) {
    to.integer(value ? 1 : 0);
}
inline void bind_value(Params& to, int value) {
    to.integer(value);
}
inline void bind_value(Params& to, std::int64_t value) {
    to.integer(value);
}
inline void bind_value(Params& to, double value) {
    to.real(value);
}
inline void bind_value(Params& to, std::string_view value) {
    to.text(value);
}
inline void bind_value(Params& to, const std::string& value) {
    to.text(value);
}
inline void bind_value(Params& to, const char* value) {
    to.text(value);
}
inline void bind_value(Params& to, TimePoint value) {
    to.integer(value.time_since_epoch().count());
}
inline void bind_value(Params& to, const json::value& value) {
    to.own_text(json::serialize(value));
}
inline void bind_value(Params& to, const json::object& value) {
    to.own_text(json::serialize(value));
}
inline void bind_value(Params& to, DagRunState value) {
    to.text(to_string(value));
}
inline void bind_value(Params& to, RunType value) {
    to.text(to_string(value));
}
inline void bind_value(Params& to, TriggeredBy value) {
    to.text(to_string(value));
}
inline void bind_value(Params& to, TaskState value) {
    if (value == TaskState::none) return to.null();
    to.text(to_string(value));
}
template <class Tag>
void bind_value(Params& to, const StringId<Tag>& value) {
    to.text(value.str());
}
template <class Tag>
void bind_value(Params& to, IntId<Tag> value) {
    to.integer(value.value());
}
template <class T>
void bind_value(Params& to, const std::optional<T>& value) {
    if (!value) return to.null();
    bind_value(to, *value);
}
void bind_value(Params& to, Cleaned value);
inline void bind_value(Params& to, const std::vector<Value>& values) {
    for (const auto& value : values) std::visit([&](const auto& held) { bind_value(to, held); }, value);
}

template <class... Args>
Params params(const Args&... args) {
    Params values;
    values.reserve(sizeof...(args));
    (bind_value(values, args), ...);
    return values;
}

// The rows of one statement, and the columns of the present one.
class Rows {
public:
    virtual ~Rows() = default;
    virtual Result<bool> next() = 0;
    virtual int columns() const = 0;  // known before the first row
    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;  // a truth: 0 or 1; NULL: 0
    virtual double real(int column) const = 0;
    virtual std::string_view text(int column) const = 0;  // valid until the next row; NULL: empty
    virtual std::string_view name(int column) const = 0;
};

// Reads a row's columns one after the other and remembers the first that does not hold what it should.
class ColumnReader {
public:
    explicit ColumnReader(const Rows& row) : row_(row) {}
    bool is_null() const { return row_.is_null(index_); }
    void skip() { ++index_; }
    std::int64_t integer() { return row_.integer(index_++); }
    double real() { return row_.real(index_++); }
    std::string_view text() { return row_.text(index_++); }  // valid until the cursor moves
    // Of the column read last.
    void bad(std::string_view why);
    Result<void> finish(std::string_view table) const;

private:
    const Rows& row_;
    int index_ = 0;
    std::string bad_;
};

inline void read_column(ColumnReader& from, std::int64_t& out) {
    out = from.integer();
}
inline void read_column(ColumnReader& from, bool& out) {
    out = from.integer() != 0;
}
inline void read_column(ColumnReader& from, double& out) {
    out = from.real();
}
inline void read_column(ColumnReader& from, std::string& out) {
    out = from.text();
}
inline void read_column(ColumnReader& from, TimePoint& out) {
    out = TimePoint(Duration(from.integer()));
}
void read_column(ColumnReader& from, int& out);
void read_column(ColumnReader& from, json::value& out);
void read_column(ColumnReader& from, json::object& out);
void read_column(ColumnReader& from, std::vector<std::string>& out);  // a JSON array of strings
void read_column(ColumnReader& from, TaskState& out);                 // NULL: none
void read_column(ColumnReader& from, DagRunState& out);
void read_column(ColumnReader& from, RunType& out);
void read_column(ColumnReader& from, TriggeredBy& out);
template <class Tag>
void read_column(ColumnReader& from, StringId<Tag>& out) {
    out = StringId<Tag>(from.text());
}
template <class Tag>
void read_column(ColumnReader& from, IntId<Tag>& out) {
    out = IntId<Tag>(from.integer());
}
template <class T>
void read_column(ColumnReader& from, std::optional<T>& out) {
    if (from.is_null()) {
        from.skip();
        out.reset();
    } else {
        read_column(from, out.emplace());
    }
}

}  // namespace gale::sql
