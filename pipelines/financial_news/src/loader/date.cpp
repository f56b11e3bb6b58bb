#include "loader/date.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <vector>

namespace financial_news {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

struct Zone {
    std::string_view name;
    int minutes;  // east of UTC
};

constexpr std::array<Zone, 36> kZones = {{
    {"a", -60},    {"adt", -180}, {"aedt", 660}, {"aest", 600}, {"akdt", -480}, {"akst", -540},
    {"ast", -240}, {"bst", 60},   {"cdt", -300}, {"cest", 120}, {"cet", 60},    {"cst", -360},
    {"edt", -240}, {"eest", 180}, {"eet", 120},  {"est", -300}, {"gmt", 0},     {"hkt", 480},
    {"hst", -600}, {"ist", 330},  {"jst", 540},  {"kst", 540},  {"m", -720},    {"mdt", -360},
    {"msk", 180},  {"mst", -420}, {"n", 60},     {"pdt", -420}, {"pst", -480},  {"sgt", 480},
    {"ut", 0},     {"utc", 0},    {"west", 60},  {"wet", 0},    {"y", 720},     {"z", 0},
}};

constexpr std::array<Zone, 4> kUsZones = {{{"ct", -360}, {"et", -300}, {"mt", -420}, {"pt", -480}}};

constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
    return out;
}

/// The whole of `text` as a number without sign.
std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || !is_digit(text[0]) || error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

/// One to twelve, for a month's name of at least three letters.
std::optional<int> month_number(std::string_view text) {
    const std::string name = lower(text);
    if (name.size() < 3) return std::nullopt;
    for (std::size_t i = 0; i < kMonths.size(); ++i) {
        if (kMonths[i].starts_with(name)) return static_cast<int>(i) + 1;
    }
    return std::nullopt;
}

std::optional<sys_days> make_date(int year, int month, int day) {
    const year_month_day date{std::chrono::year{year}, std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (year < 1 || year > 9999 || !date.ok()) return std::nullopt;
    return sys_days{date};
}

/// `HH:MM`, `HH:MM:SS`, `HH:MM:SS.fraction`; a leap second counts as the second before it.
std::optional<seconds> parse_time(std::string_view text) {
    text = text.substr(0, text.find_first_of(".,"));
    std::array<int, 3> parts = {0, 0, 0};
    std::size_t count = 0;
    for (;; ++count) {
        const std::size_t colon = text.find(':');
        const auto part = number(text.substr(0, std::min<std::size_t>(colon, 3)));
        if (!part || count == parts.size()) return std::nullopt;
        parts[count] = *part;
        if (colon == std::string_view::npos) break;
        text.remove_prefix(colon + 1);
    }
    const bool midnight = parts[0] == 24 && parts[1] == 0 && parts[2] == 0;
    if (count == 0 || (parts[0] > 23 && !midnight) || parts[1] > 59 || parts[2] > 60) return std::nullopt;
    return hours{parts[0]} + minutes{parts[1]} + seconds{std::min(parts[2], 59)};
}

/// `+hh:mm`, `+hhmm`, `+hh`, `-…`.
std::optional<minutes> parse_offset(std::string_view text) {
    if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    std::string digits(text.substr(1));
    if (digits.size() == 5 && digits[2] == ':') digits.erase(2, 1);
    if (digits.size() == 2) digits += "00";
    const auto value = number(digits);
    if (digits.size() != 4 || !value || *value / 100 > 23 || *value % 100 > 59) return std::nullopt;
    const minutes offset = hours{*value / 100} + minutes{*value % 100};
    return text[0] == '-' ? -offset : offset;
}

/// Daylight time runs from 2:00 on March's second Sunday to 2:00 on November's first.
bool is_us_daylight_time(sys_seconds local) {
    using namespace std::chrono;
    const year_month_day date{floor<days>(local)};
    const sys_seconds start = sys_days{date.year() / March / Sunday[2]} + hours{2};
    const sys_seconds end = sys_days{date.year() / November / Sunday[1]} + hours{2};
    return local >= start && local < end;
}

std::optional<sys_seconds> to_utc(sys_seconds local, std::string_view zone) {
    if (zone.empty()) return local;
    if (const auto offset = parse_offset(zone)) return local - *offset;
    std::string name = lower(zone);
    // "GMT+0200" and "UTC-05:00"
    if (const std::size_t sign = name.find_first_of("+-"); sign == 2 || sign == 3) {
        const std::string base = name.substr(0, sign);
        const auto offset = parse_offset(std::string_view(name).substr(sign));
        if ((base == "gmt" || base == "utc" || base == "ut") && offset) return local - *offset;
    }
    for (const Zone& known : kUsZones) {
        if (known.name == name) return local - minutes{known.minutes} - hours{is_us_daylight_time(local) ? 1 : 0};
    }
    for (const Zone& known : kZones) {
        if (known.name == name) return local - minutes{known.minutes};
    }
    return std::nullopt;
}

/// `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, `YYYYMMDD`.
std::optional<sys_days> parse_iso_date(std::string_view text) {
    std::array<int, 3> parts = {1, 1, 1};
    std::array<std::string_view, 3> fields = {text.substr(0, 4)};
    if (text.size() == 8 && !text.contains('-')) {
        fields = {text.substr(0, 4), text.substr(4, 2), text.substr(6, 2)};
    } else if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
        fields = {text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)};
    } else if (text.size() == 7 && text[4] == '-') {
        fields[1] = text.substr(5, 2);
    } else if (text.size() != 4) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].empty()) continue;
        const auto part = number(fields[i]);
        if (!part) return std::nullopt;
        parts[i] = *part;
    }
    return make_date(parts[0], parts[1], parts[2]);
}

std::optional<sys_seconds> parse_iso(std::string_view text) {
    const std::size_t split = text.find_first_of("Tt ");
    const auto date = parse_iso_date(text.substr(0, split));
    if (!date) return std::nullopt;
    if (split == std::string_view::npos) return *date;
    std::string_view rest = text.substr(split + 1);
    const std::size_t zone_at = std::min(rest.find_first_not_of("0123456789:.,"), rest.size());
    std::string time(rest.substr(0, zone_at));
    if (!time.contains(':') && time.size() >= 4) {
        time.insert(2, ":");
        if (time.size() >= 7 && is_digit(time[5])) time.insert(5, ":");
    }
    std::string_view zone = rest.substr(zone_at);
    zone.remove_prefix(std::min(zone.find_first_not_of(' '), zone.size()));
    const auto time_of_day = parse_time(time);
    if (!time_of_day) return std::nullopt;
    return to_utc(*date + *time_of_day, zone);
}

/// The words of an RFC 822 date without comments, weekday and commas.
std::vector<std::string> rfc822_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    int depth = 0;
    const auto finish = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '(') ++depth;
        const bool dash_in_date = c == '-' && words.size() < 3 && !word.empty() && !word.contains(':');
        if (depth > 0 || c == ' ' || c == ',' || c == '\t' || c == '\n' || c == '\r' || dash_in_date) {
            finish();
        } else {
            word += c;
        }
        if (c == ')' && depth > 0) --depth;
    }
    finish();
    static constexpr std::array<std::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const bool weekday =
        !words.empty() && std::ranges::find(kWeekdays, lower(words[0]).substr(0, 3)) != kWeekdays.end();
    if (weekday) words.erase(words.begin());
    return words;
}

/// A year of two digits is of 1950 to 2049, one of three counts from 1900 (RFC 2822, 4.3).
std::optional<int> parse_year(const std::string& word) {
    const auto year = number(word);
    if (!year || word.size() > 4 || word.size() < 2) return std::nullopt;
    if (word.size() == 4) return year;
    return *year + (word.size() == 2 && *year < 50 ? 2000 : 1900);
}

std::optional<sys_seconds> parse_rfc822(std::string_view text) {
    std::vector<std::string> words = rfc822_words(text);
    if (words.size() < 3) return std::nullopt;
    if (month_number(words[0])) std::swap(words[0], words[1]);  // "Nov 24" of asctime
    std::string time;
    std::string zone;
    std::string year;
    for (std::size_t i = 2; i < words.size(); ++i) {
        std::string& slot = words[i].contains(':') && !parse_offset(words[i]) ? time
                            : year.empty() && is_digit(words[i][0])           ? year
                                                                              : zone;
        if (!slot.empty()) return std::nullopt;
        slot = words[i];
    }
    const auto day = number(words[0]);
    const auto month = month_number(words[1]);
    const auto full_year = parse_year(year);
    if (!day || !month || !full_year) return std::nullopt;
    const auto date = make_date(*full_year, *month, *day);
    const auto time_of_day = time.empty() ? std::optional(seconds{0}) : parse_time(time);
    if (!date || !time_of_day) return std::nullopt;
    return to_utc(*date + *time_of_day, zone);
}

}  // namespace

std::optional<sys_seconds> parse_feed_date(std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return std::nullopt;
    text = text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto time = digits >= 4 ? parse_iso(text) : parse_rfc822(text);
    // An offset can lead out of the years that the table's form can hold.
    const bool in_range = time && *time >= *make_date(1, 1, 1) && *time < *make_date(9999, 12, 31) + days{1};
    return in_range ? time : std::nullopt;
}

std::string format_utc(sys_seconds time) {
    const auto day = std::chrono::floor<days>(time);
    const year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

}  // namespace financial_news
