// A cron expression in words, in the wording that Airflow's users know.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "model/cron.hpp"

namespace gale {
namespace {

constexpr std::string_view kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
constexpr std::string_view kWeekdays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::string_view kOrdinals[] = {"", "first", "second", "third", "fourth", "fifth"};

// One element of a field's list: "5", "1-5", "*/2", "1-5/2", "mon#1".
struct Part {
    std::string low, high, step, nth;
    bool is_star() const { return low == "*"; }
};

Part part_of(std::string text) {
    Part part;
    const auto cut = [&](char separator, std::string& tail) {
        if (const size_t at = text.find(separator); at != std::string::npos) {
            tail = text.substr(at + 1);
            text.resize(at);
        }
    };
    cut('#', part.nth);
    cut('/', part.step);
    cut('-', part.high);
    part.low = text;
    if (part.step == "1") part.step.clear();
    return part;
}

std::vector<Part> parts_of(const std::string& field) {
    std::vector<Part> parts;
    for (size_t begin = 0; begin <= field.size();) {
        const size_t end = std::min(field.find(',', begin), field.size());
        parts.push_back(part_of(field.substr(begin, end - begin)));
        begin = end + 1;
    }
    const auto covers_all = [](const Part& part) { return part.low == "?" || (part.is_star() && part.step.empty()); };
    if (std::ranges::any_of(parts, covers_all)) parts = {Part{"*", "", "", ""}};
    return parts;
}

using Parts = std::vector<Part>;

bool is_all(const Parts& parts) {
    return parts.size() == 1 && parts[0].is_star() && parts[0].step.empty();
}
bool is_number(const Part& part) {
    return part.high.empty() && part.step.empty() && part.nth.empty() && !part.low.empty() &&
           std::ranges::all_of(part.low, [](char c) { return c >= '0' && c <= '9'; });
}
bool all_numbers(const Parts& parts) {
    return std::ranges::all_of(parts, is_number);
}

std::string two_digits(const std::string& number) {
    return number.size() < 2 ? "0" + number : number;
}

// "a", "a and b", "a, b and c".
template <class Show>
std::string listed(const Parts& parts, Show show) {
    std::string text;
    for (size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += i + 1 == parts.size() ? " and " : ", ";
        text += show(parts[i]);
    }
    return text;
}

std::string name_from(std::span<const std::string_view> names, const std::string& text, int first) {
    for (const auto name : names) {
        std::string start(name.substr(0, 3));
        start[0] = static_cast<char>(start[0] - 'A' + 'a');
        if (start == text) return std::string(name);
    }
    const size_t index = (static_cast<size_t>(std::stoi(text)) - static_cast<size_t>(first)) % names.size();
    return std::string(names[index]);
}

std::string month_name(const std::string& text) {
    return name_from(kMonths, text, 1);
}
std::string weekday_name(const std::string& text) {
    return name_from(kWeekdays, text, 0);
}

std::string minutes_words(const Parts& minutes) {
    if (is_all(minutes)) return "every minute";
    if (all_numbers(minutes))
        return fmt::format("at {} minutes past the hour", listed(minutes, [](const Part& part) { return part.low; }));
    return listed(minutes, [](const Part& part) -> std::string {
        const std::string range = fmt::format("minutes {} through {} past the hour", part.low, part.high);
        if (part.step.empty()) return part.high.empty() ? fmt::format("at {} minutes past the hour", part.low) : range;
        if (part.is_star()) return fmt::format("every {} minutes", part.step);
        return fmt::format("every {} minutes, {}", part.step,
                           part.high.empty() ? fmt::format("starting at {} minutes past the hour", part.low) : range);
    });
}

std::string hours_words(const Parts& hours) {
    if (is_all(hours)) return "every hour";
    if (hours.size() > 1)
        return "at " + listed(hours, [](const Part& part) {
                   const std::string range =
                       part.high.empty() ? "" : fmt::format(" through {}:59", two_digits(part.high));
                   const std::string step = part.step.empty() ? "" : fmt::format(" every {} hours", part.step);
                   return part.is_star() ? fmt::format("every {} hours", part.step)
                                         : two_digits(part.low) + ":00" + range + step;
               });
    const Part& only = hours[0];
    if (only.is_star()) return fmt::format("every {} hours", only.step);
    const std::string step = only.step.empty() ? "" : fmt::format("every {} hours, ", only.step);
    if (!only.step.empty() && only.high.empty()) return fmt::format("{}starting at {}:00", step, two_digits(only.low));
    return fmt::format("{}between {}:00 and {}:59", step, two_digits(only.low),
                       two_digits(only.high.empty() ? only.low : only.high));
}

std::string time_words(const Parts& minutes, const Parts& hours) {
    if (minutes.size() == 1 && is_number(minutes[0]) && all_numbers(hours))
        return "at " +
               listed(hours, [&](const Part& hour) { return two_digits(hour.low) + ":" + two_digits(minutes[0].low); });
    // "At 0 minutes past the hour" goes without saying where hours are named one by one.
    const bool on_the_hour = minutes.size() == 1 && minutes[0].low == "0" && is_number(minutes[0]);
    if (on_the_hour && (hours.size() > 1 || hours[0].is_star())) return hours_words(hours);
    return is_all(hours) ? minutes_words(minutes) : minutes_words(minutes) + ", " + hours_words(hours);
}

std::string upper_l(std::string text) {
    return text == "l" ? "L" : text;
}

std::string day_words(const Parts& days, std::optional<int> nearest) {
    if (is_all(days)) return "";
    if (nearest)
        return *nearest == 1 ? "on the first weekday of the month"
                             : fmt::format("on the weekday nearest day {} of the month", *nearest);
    if (days.size() == 1 && days[0].low == "l") return "on the last day of the month";
    const auto plain = [](const Part& part) { return part.high.empty() && part.step.empty(); };
    if (std::ranges::all_of(days, plain))
        return fmt::format("on day {} of the month", listed(days, [](const Part& part) { return upper_l(part.low); }));
    return listed(days, [](const Part& part) -> std::string {
        const std::string range = fmt::format("between day {} and {} of the month", part.low, upper_l(part.high));
        if (part.step.empty())
            return part.high.empty() ? fmt::format("on day {} of the month", upper_l(part.low)) : range;
        if (part.is_star()) return fmt::format("every {} days", part.step);
        return fmt::format("every {} days, {}", part.step,
                           part.high.empty() ? fmt::format("starting on day {} of the month", part.low) : range);
    });
}

std::string month_words(const Parts& months) {
    if (is_all(months)) return "";
    const auto plain = [](const Part& part) { return part.high.empty() && part.step.empty(); };
    if (std::ranges::all_of(months, plain))
        return "only in " + listed(months, [](const Part& part) { return month_name(part.low); });
    return listed(months, [](const Part& part) -> std::string {
        if (part.is_star()) return fmt::format("every {} months", part.step);
        const std::string range = part.high.empty() ? (part.step.empty() ? "" : "starting in ") + month_name(part.low)
                                                    : month_name(part.low) + " through " + month_name(part.high);
        return part.step.empty() ? range : fmt::format("every {} months, {}", part.step, range);
    });
}

std::string weekday_part_words(const Part& part) {
    if (part.low[0] == 'l') return fmt::format("the last {} of the month", weekday_name(part.low.substr(1)));
    const std::string days =
        part.high.empty() ? weekday_name(part.low) : weekday_name(part.low) + " through " + weekday_name(part.high);
    if (part.nth.empty()) return days;
    return fmt::format("the {} {} of the month", kOrdinals[static_cast<size_t>(std::stoi(part.nth))], days);
}

std::string weekday_words(const Parts& weekdays) {
    if (is_all(weekdays)) return "";
    if (weekdays.size() == 1) {
        const Part& only = weekdays[0];
        if (only.is_star()) return fmt::format("every {} days of the week", only.step);
        if (!only.step.empty())
            return fmt::format("every {} days of the week, {}{}", only.step, only.high.empty() ? "starting on " : "",
                               weekday_part_words(only));
        if (!only.nth.empty() || only.low[0] == 'l') return "on " + weekday_part_words(only);
        return only.high.empty() ? "only on " + weekday_part_words(only) : weekday_part_words(only);
    }
    const bool is_nth = !weekdays[0].nth.empty() || weekdays[0].low[0] == 'l';
    return (is_nth ? "on " : "only on ") + listed(weekdays, [](const Part& part) {
               if (part.is_star()) return fmt::format("every {} days of the week", part.step);
               return part.step.empty() ? weekday_part_words(part)
                                        : fmt::format("{} every {} days", weekday_part_words(part), part.step);
           });
}

std::string joined(std::string time, std::initializer_list<std::string> rest) {
    time[0] = static_cast<char>(time[0] - 'a' + 'A');
    for (const std::string& words : rest)
        if (!words.empty()) time += ", " + words;
    return time;
}

}  // namespace

std::string Cron::description() const {
    if (field_count_ > 5) return {};
    const std::string time = time_words(parts_of(texts_[kMinute]), parts_of(texts_[kHour]));
    const std::string day = day_words(parts_of(texts_[kDay]), nearest_weekday_);
    const std::string month = month_words(parts_of(texts_[kMonth]));
    const std::string weekday = weekday_words(parts_of(texts_[kWeekday]));
    if (!day.empty() && !weekday.empty()) return joined(time, {day, month}) + " (or) " + joined(time, {weekday, month});
    return joined(time, {day, weekday, month});
}

}  // namespace gale
