// How our types stand in SQLite: times as microseconds UTC, ids as text or integers, states by name, JSON as text.
#pragma once

#include <sqlite3.h>

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

namespace gale::sqlite {

// A value whose type is known at run time only, for queries that are put together.
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

class Binder {
public:
    explicit Binder(sqlite3_stmt* statement) : statement_(statement) {}
    void null() { keep(sqlite3_bind_null(statement_, ++index_)); }
    void integer(std::int64_t value) { keep(sqlite3_bind_int64(statement_, ++index_, value)); }
    void real(double value) { keep(sqlite3_bind_double(statement_, ++index_, value)); }
    void text(std::string_view value) {
        // A null pointer would bind NULL.
        keep(sqlite3_bind_text64(statement_, ++index_, value.data() == nullptr ? "" : value.data(), value.size(),
                                 SQLITE_TRANSIENT, SQLITE_UTF8));
    }
    int failed() const { return failed_; }  // SQLITE_OK when everything was bound

private:
    void keep(int code) {
        if (code != SQLITE_OK) failed_ = code;
    }
    sqlite3_stmt* statement_;
    int index_ = 0;
    int failed_ = SQLITE_OK;
};

inline void bind_value(Binder& to, std::nullptr_t) {
    to.null();
}
inline void bind_value(Binder& to, bool value) {
    to.integer(value ? 1 : 0);
}
inline void bind_value(Binder& to, int value) {
    to.integer(value);
}
inline void bind_value(Binder& to, std::int64_t value) {
    to.integer(value);
}
inline void bind_value(Binder& to, double value) {
    to.real(value);
}
inline void bind_value(Binder& to, std::string_view value) {
    to.text(value);
}
inline void bind_value(Binder& to, const std::string& value) {
    to.text(value);
}
inline void bind_value(Binder& to, const char* value) {
    to.text(value);
}
inline void bind_value(Binder& to, TimePoint value) {
    to.integer(value.time_since_epoch().count());
}
inline void bind_value(Binder& to, const json::value& value) {
    to.text(json::serialize(value));
}
inline void bind_value(Binder& to, const json::object& value) {
    to.text(json::serialize(value));
}
inline void bind_value(Binder& to, DagRunState value) {
    to.text(to_string(value));
}
inline void bind_value(Binder& to, RunType value) {
    to.text(to_string(value));
}
inline void bind_value(Binder& to, TriggeredBy value) {
    to.text(to_string(value));
}
inline void bind_value(Binder& to, TaskState value) {
    if (value == TaskState::none) return to.null();
    to.text(to_string(value));
}
template <class Tag>
void bind_value(Binder& to, const StringId<Tag>& value) {
    to.text(value.str());
}
template <class Tag>
void bind_value(Binder& to, IntId<Tag> value) {
    to.integer(value.value());
}
template <class T>
void bind_value(Binder& to, const std::optional<T>& value) {
    if (!value) return to.null();
    bind_value(to, *value);
}
inline void bind_value(Binder& to, const std::vector<Value>& values) {
    for (const auto& value : values) std::visit([&](const auto& held) { bind_value(to, held); }, value);
}

// Reads a row's columns one after the other and remembers the first that does not hold what it should.
class ColumnReader {
public:
    explicit ColumnReader(sqlite3_stmt* statement) : statement_(statement) {}
    bool is_null() const { return sqlite3_column_type(statement_, index_) == SQLITE_NULL; }
    void skip() { ++index_; }
    std::int64_t integer() { return sqlite3_column_int64(statement_, index_++); }
    double real() { return sqlite3_column_double(statement_, index_++); }
    std::string_view text();  // valid until the cursor moves
    // Of the column read last.
    void bad(std::string_view why);
    Result<void> finish(std::string_view table) const;

private:
    sqlite3_stmt* statement_;
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

}  // namespace gale::sqlite
