#include "store/postgres/translate.hpp"

#include <array>
#include <cctype>
#include <utility>

namespace gale::postgres {
namespace {

// Whole phrases; the first that fits is taken.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kPhrases = {{
    // SQLite keeps the order that CROSS JOIN says, which its planner needs here and there.
    {"CROSS JOIN ", "JOIN "},
    // SQLite's LIKE: in any case of ASCII letters, and without an escape character.
    {"LIKE ?", "ILIKE ? ESCAPE ''"},
    {"json_group_array(name)", "coalesce(CAST(json_agg(name) AS TEXT), '[]')"},
    {"json_each(d.owners) o", "json_array_elements_text(CAST(d.owners AS JSON)) o (value)"},
    {"json_each(s.data, '$.tasks') t", "json_array_elements(CAST(s.data AS JSON) -> 'tasks') t (value)"},
    {"instr(", "strpos("},
}};
constexpr std::string_view kIndexHint = " INDEXED BY ";

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

class Translator {
public:
    explicit Translator(std::string_view sql) : sql_(sql) {}

    std::string run() {
        while (at_ < sql_.size()) {
            if (quoted() || hint() || phrase()) continue;
            if (sql_[at_] == '?')
                place();
            else
                out_ += sql_[at_++];
        }
        return std::move(out_);
    }

private:
    bool quoted() {
        if (sql_[at_] != '\'' && sql_[at_] != '"') return false;
        size_t end = sql_.find(sql_[at_], at_ + 1);
        end = end == sql_.npos ? sql_.size() : end + 1;
        out_ += sql_.substr(at_, end - at_);
        at_ = end;
        return true;
    }
    bool hint() {
        if (!sql_.substr(at_).starts_with(kIndexHint)) return false;
        at_ += kIndexHint.size();
        while (at_ < sql_.size() && is_word(sql_[at_])) ++at_;
        return true;
    }
    bool phrase() {
        if (at_ > 0 && is_word(sql_[at_ - 1])) return false;
        for (const auto& [from, to] : kPhrases) {
            if (!sql_.substr(at_).starts_with(from)) continue;
            at_ += from.size();
            if (const size_t value = to.find('?'); value != to.npos) {
                out_ += to.substr(0, value);
                number();
                out_ += to.substr(value + 1);
            } else {
                out_ += to;
            }
            return true;
        }
        return false;
    }
    void place() {
        ++at_;
        number();
    }
    // Behind a '?': its own number, or the next one.
    void number() {
        const size_t from = at_;
        while (at_ < sql_.size() && std::isdigit(static_cast<unsigned char>(sql_[at_])) != 0) ++at_;
        out_ += '$';
        out_ += at_ > from ? std::string(sql_.substr(from, at_ - from)) : std::to_string(++values_);
    }

    std::string_view sql_;
    size_t at_ = 0;
    int values_ = 0;
    std::string out_;
};

}  // namespace

std::string translate(std::string_view sql) {
    return Translator(sql).run();
}

}  // namespace gale::postgres
