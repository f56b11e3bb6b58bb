// Reading a cron expression. The grammar is croniter's, without its random and hashed ('R', 'H') fields.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "base/text.hpp"
#include "model/cron.hpp"

namespace gale {
namespace {

struct FieldRule {
    std::string_view name;
    int least, most;
    std::span<const std::string_view> words;  // the first one means `first_word`
    int first_word = 0;
};

constexpr std::string_view kMonthNames[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                            "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kWeekdayNames[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

constexpr FieldRule kRules[Cron::kFieldCount] = {
    {"minute", 0, 59, {}},
    {"hour", 0, 23, {}},
    {"day of month", 1, 31, {}},
    {"month", 1, 12, kMonthNames, 1},
    {"day of week", 0, 6, kWeekdayNames, 0},
    {"second", 0, 59, {}},
    {"year", Cron::kFirstYear, 2099, {}},
};

// How the wider world writes them (croniter) after Airflow's own, which also are what Cron::expression() shows.
struct Preset {
    std::string_view name, expression;
    bool is_airflows;
};
constexpr Preset kPresets[] = {
    {"@hourly", "0 * * * *", true},    {"@daily", "0 0 * * *", true},       {"@weekly", "0 0 * * 0", true},
    {"@monthly", "0 0 1 * *", true},   {"@quarterly", "0 0 1 */3 *", true}, {"@yearly", "0 0 1 1 *", true},
    {"@midnight", "0 0 * * *", false}, {"@annually", "0 0 1 1 *", false},
};

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Numbers too large for any field saturate, and are then out of its range.
int to_number(std::string_view digits) {
    int number = 0;
    for (const char c : digits) number = std::min(number * 10 + (c - '0'), 1'000'000);
    return number;
}

std::vector<std::string> split(std::string_view text, std::string_view separators, bool keep_empty) {
    std::vector<std::string> parts;
    for (size_t begin = 0; begin <= text.size();) {
        const size_t end = std::min(text.find_first_of(separators, begin), text.size());
        if (keep_empty || end > begin) parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

}  // namespace

class CronParser {
public:
    explicit CronParser(std::string_view expression) : written_(expression) { cron_.expression_ = expression; }

    Result<Cron> parse(std::string_view timezone) {
        auto zone = Zone::find(timezone);
        if (!zone)
            return std::unexpected(Error(zone.error().code(), fmt::format("cron expression '{}'", shown(written_)))
                                       .caused_by(std::move(zone).error()));
        cron_.zone_ = *zone;
        cron_.timezone_ = timezone;
        TRY(split_fields(resolve_preset()));
        for (index_ = 0; index_ < cron_.field_count_; ++index_) TRY(parse_field());
        for (size_t i = 0; i < Cron::kFieldCount; ++i) close_field(i);
        TRY(check_nth_weekdays());
        return std::move(cron_);
    }

private:
    Cron::Field& field() { return cron_.fields_[index_]; }
    const FieldRule& rule() const { return kRules[index_]; }

    // An expression can be of any length and hold any bytes; a message must stay readable.
    static std::string shown(std::string_view text) {
        std::string safe(text.substr(0, 80));
        for (char& c : safe)
            if (c < ' ' || c > '~') c = '?';
        return safe + (text.size() > 80 ? "..." : "");
    }

    std::unexpected<Error> reject(std::string_view part, std::string_view why) const {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("cron expression '{}': {} '{}' {}", shown(written_), rule().name, shown(part), why));
    }

    std::unexpected<Error> reject_range(std::string_view part) const {
        return reject(part, fmt::format("is out of range: {} to {} are allowed", rule().least,
                                        index_ == Cron::kWeekday ? 7 : rule().most));
    }

    std::string resolve_preset() {
        for (const Preset& preset : kPresets) {
            if (preset.is_airflows && preset.name == written_) cron_.expression_ = preset.expression;
            if (preset.name == lower_case(written_) && (preset.name != "@quarterly" || preset.name == written_))
                return std::string(preset.expression);
        }
        return lower_case(written_);
    }

    Result<void> split_fields(const std::string& expression) {
        const auto parts = split(expression, " \t\n\r\f\v", false);
        if (parts.size() < 5 || parts.size() > Cron::kFieldCount)
            return fail(
                ErrorCode::invalid_argument,
                fmt::format("cron expression '{}' has {} fields: write 5 (minute, hour, day of month, month, day of "
                            "week), 6 with seconds last, 7 with years after those, or a preset such as @daily",
                            shown(written_), parts.size()));
        cron_.field_count_ = parts.size();
        std::ranges::copy(parts, cron_.texts_.begin());
        for (size_t i = parts.size(); i < Cron::kFieldCount; ++i) cron_.texts_[i] = i == Cron::kSecond ? "0" : "*";
        return {};
    }

    Result<void> parse_field() {
        const std::string& text = cron_.texts_[index_];
        if (text.contains('?')) {
            if (index_ != Cron::kDay && index_ != Cron::kWeekday)
                return reject(text, "holds '?': only day of month and day of week may be '?'");
            if (text != "?") return reject(text, "holds '?' with more: '?' stands alone");
            field().star = true;
            return {};
        }
        const auto parts = split(text, ",", true);
        for (const std::string& part : parts) {
            if (const auto day = nearest_weekday_of(part)) {
                if (parts.size() > 1) return reject(text, "holds 'W' in a list: 'W' takes a single day");
                if (*day < 1 || *day > 31) return reject_range(part);
                cron_.nearest_weekday_ = *day;
                field().values.set(static_cast<size_t>(*day));
                continue;
            }
            TRY(parse_part(part));
        }
        return {};
    }

    std::optional<int> nearest_weekday_of(std::string_view part) const {
        if (index_ != Cron::kDay) return std::nullopt;
        if (part.ends_with('w') && is_digits(part.substr(0, part.size() - 1)))
            return to_number(part.substr(0, part.size() - 1));
        if (part.starts_with('w') && is_digits(part.substr(1))) return to_number(part.substr(1));
        return std::nullopt;
    }

    Result<void> parse_part(std::string_view part) {
        if (index_ != Cron::kWeekday) return parse_range(part, part, std::nullopt);
        if (part.size() > 1 && part[0] == 'l' && is_digits(part.substr(1)))
            return parse_range(part, part.substr(1), Cron::kLastWeek);
        const size_t hash = part.find('#');
        if (hash == std::string_view::npos) return parse_range(part, part, std::nullopt);
        const auto days = part.substr(0, hash);
        const auto nth = part.substr(hash + 1);
        if (!is_digits(nth) || to_number(nth) < 1 || to_number(nth) > 5)
            return reject(part, "needs a number from 1 to 5 after '#'");
        // Ranges of names only, as croniter.
        if (days.contains('/') || days.contains('*') || (days.contains('-') && is_digits(days.substr(0, 1))))
            return reject(part, "needs one day, or a range of names such as mon-fri, before '#'");
        return parse_range(part, days, static_cast<size_t>(to_number(nth)));
    }

    // "*", "5", "mon", "1-5", "1-5/2", "*/2", "5/2"; `part` is what messages show.
    Result<void> parse_range(std::string_view part, std::string_view text, std::optional<size_t> nth) {
        if (text == "*") {
            field().star = true;
            return {};
        }
        if (text == "l" && index_ == Cron::kDay) {
            field().last = true;
            return {};
        }
        int step = 1;
        const size_t slash = text.find('/');
        const bool has_step = slash != std::string_view::npos;
        if (has_step) {
            const auto digits = text.substr(slash + 1);
            if (!is_digits(digits) || to_number(digits) == 0)
                return reject(part, "needs a step of 1 or more after '/'");
            step = to_number(digits);
            text = text.substr(0, slash);
        }
        if (text == "*") {
            add_steps(rule().least, rule().most, step, nth);
            return {};
        }
        const size_t dash = text.find('-');
        const bool is_range = dash != std::string_view::npos;
        const int low = TRY(parse_value(part, text.substr(0, dash)));
        if (!is_range) {
            add_steps(low, has_step ? rule().most : low, step, nth);
            return {};
        }
        const auto high_text = text.substr(dash + 1);
        const int high = index_ == Cron::kDay && high_text == "l" ? 31 : TRY(parse_value(part, high_text));
        // "sun-sun" is the whole cycle.
        if (low == high)
            add_steps(rule().least, rule().most, step, nth);
        else if (low < high)
            add_steps(low, high, step, nth);
        else
            add_backward_range(low, high, step, nth);
        return {};
    }

    Result<int> parse_value(std::string_view part, std::string_view text) {
        if (is_digits(text)) {
            int value = to_number(text);
            if (index_ == Cron::kWeekday && value == 7) value = 0;
            if (value < rule().least || value > rule().most) return reject_range(part);
            return value;
        }
        const auto words = rule().words;
        if (const auto found = std::ranges::find(words, text); found != words.end())
            return rule().first_word + static_cast<int>(found - words.begin());
        if (words.empty()) return reject(part, fmt::format("is no number from {} to {}", rule().least, rule().most));
        return reject(part, fmt::format("is neither a number from {} to {} nor a name such as '{}'", rule().least,
                                        index_ == Cron::kWeekday ? 7 : rule().most, words.front()));
    }

    void add_steps(int low, int high, int step, std::optional<size_t> nth) {
        for (int value = low; value <= high; value += step) add(value, nth);
    }

    // "sat-sun" or "nov-feb/2": to the end of the cycle, then from its start, keeping the step's phase as croniter
    // does.
    void add_backward_range(int low, int high, int step, std::optional<size_t> nth) {
        const int end = rule().most;
        const int last = low + (end - low) / step * step;
        const int left_over = end - last;
        const bool overshoots = last - rule().least + step > end - rule().least + 1 && left_over < step;
        add_steps(low, end, step, nth);
        add_steps(rule().least + (overshoots ? step - left_over : 0), high, step, nth);
    }

    void add(int value, std::optional<size_t> nth) {
        field().values.set(static_cast<size_t>(index_ == Cron::kYear ? value - Cron::kFirstYear : value));
        if (!nth) return;
        cron_.nth_weekdays_[static_cast<size_t>(value)].set(*nth);
        cron_.has_nth_weekday_ = true;
    }

    // All values written out are '*' again, except where that would change how day and weekday are joined.
    void close_field(size_t i) {
        Cron::Field& closed = cron_.fields_[i];
        if (i >= cron_.field_count_) {
            if (i == Cron::kSecond)
                closed.values.set(0);
            else
                closed.star = true;
        }
        const int size = static_cast<int>(closed.values.count()) + (closed.star ? 1 : 0) + (closed.last ? 1 : 0);
        const bool is_pinned = (i == Cron::kDay && !cron_.texts_[Cron::kWeekday].contains('*')) ||
                               (i == Cron::kWeekday && !cron_.texts_[Cron::kDay].contains('*'));
        closed.star_alone = closed.star && size == 1;
        if (size == kRules[i].most - kRules[i].least + 1 && !is_pinned) closed.star = closed.star_alone = true;
        if (closed.star && i != Cron::kYear)
            for (int value = kRules[i].least; value <= kRules[i].most; ++value)
                closed.values.set(static_cast<size_t>(value));
    }

    Result<void> check_nth_weekdays() {
        if (!cron_.has_nth_weekday_ || cron_.fields_[Cron::kWeekday].star) return {};
        const auto& days = cron_.fields_[Cron::kWeekday].values;
        if (days.count() == 7) return {};
        for (size_t day = 0; day < 7; ++day) {
            if (!days[day] || cron_.nth_weekdays_[day].any()) continue;
            index_ = Cron::kWeekday;
            return reject(cron_.texts_[index_], "mixes plain days with '#' or 'L' ones: write one kind only");
        }
        return {};
    }

    std::string written_;
    Cron cron_;
    size_t index_ = 0;
};

Result<Cron> Cron::parse(std::string_view expression, std::string_view timezone) {
    return CronParser(expression).parse(timezone);
}

}  // namespace gale
