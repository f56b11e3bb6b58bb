#include "service/log_search.hpp"

#include <string.h>

#include <algorithm>

namespace gale {
namespace {

constexpr std::int64_t kParseCost = 3;  // a parsed byte beside a read one

struct Folded {
    unsigned char first, second;
};

// The lower case of a letter of two bytes. Capitals of the three alphabets that are written in blocks.
Folded fold_pair(unsigned char first, unsigned char second) {
    const unsigned code = ((first & 0x1fU) << 6) | (second & 0x3fU);
    unsigned lower = code;
    if (code >= 0xc0 && code <= 0xde && code != 0xd7) lower = code + 0x20;  // Latin-1
    if (code >= 0x391 && code <= 0x3a9) lower = code + 0x20;                // Greek
    if (code >= 0x410 && code <= 0x42f) lower = code + 0x20;                // Cyrillic
    if (code >= 0x400 && code <= 0x40f) lower = code + 0x50;                // Ѐ to Џ, Ё among them
    return {static_cast<unsigned char>(0xc0 | (lower >> 6)), static_cast<unsigned char>(0x80 | (lower & 0x3f))};
}

bool written_as_it_is(char c) {
    return c != '"' && c != '\\' && c != '/' && static_cast<unsigned char>(c) >= 0x20;
}

std::string longest_plain_part(std::string_view text) {
    std::string_view best;
    for (size_t start = 0; start < text.size();) {
        size_t end = start;
        while (end < text.size() && written_as_it_is(text[end])) ++end;
        if (end - start > best.size()) best = text.substr(start, end - start);
        start = end + 1;
    }
    return std::string(best);
}

void add_texts(const json::value& value, std::string& into) {
    if (value.is_string()) {
        into += value.get_string();
        into += '\n';
    } else if (value.is_array()) {
        for (const auto& one : value.get_array()) add_texts(one, into);
    } else if (value.is_object()) {
        for (const auto& one : value.get_object()) add_texts(one.value(), into);
    } else if (!value.is_null()) {
        into += json::serialize(value);
        into += '\n';
    }
}

std::string_view line_at(std::string_view segment, size_t start) {
    return segment.substr(start, segment.find('\n', start) - start);
}

}  // namespace

std::string fold_case(std::string_view utf8) {
    std::string folded(utf8);
    unsigned char high = 0;
    for (char& c : folded) {  // without a branch: this runs over gigabytes
        const auto byte = static_cast<unsigned char>(c);
        high |= byte;
        c = static_cast<char>(byte + (static_cast<unsigned char>(byte - 'A') < 26 ? 32 : 0));
    }
    if (high < 0x80) return folded;
    for (size_t i = 0; i + 1 < folded.size(); ++i) {
        const auto first = static_cast<unsigned char>(folded[i]);
        const auto second = static_cast<unsigned char>(folded[i + 1]);
        if (first < 0xc3 || first > 0xd0 || (second & 0xc0) != 0x80) continue;
        const Folded pair = fold_pair(first, second);
        folded[i] = static_cast<char>(pair.first);
        folded[++i] = static_cast<char>(pair.second);
    }
    return folded;
}

std::string shown_text(const json::object& line) {
    std::string text;
    if (const auto* event = line.if_contains("event")) add_texts(*event, text);
    for (const auto& member : line) {
        const std::string_view key = member.key();
        if (key == "event" || key == "timestamp" || key == "level" || key == "logger") continue;
        if (!member.value().is_structured() && key != "exception") {
            text += key;
            text += '=';
        }
        add_texts(member.value(), text);
    }
    return text;
}

LogMatcher::LogMatcher(std::vector<std::string> levels, std::string_view text)
    : levels_(std::move(levels)), text_(fold_case(text)), needle_(longest_plain_part(text_)) {}

bool LogMatcher::fits(std::string_view line, ScanBudget& budget) const {
    if (!levels_.empty() && std::ranges::find(levels_, level_of_line(line)) == levels_.end()) return false;
    if (text_.empty()) return true;
    budget.bytes -= kParseCost * static_cast<std::int64_t>(line.size());
    const auto parsed = line.starts_with('{') ? json::parse_object(line) : fail(ErrorCode::invalid_argument, "");
    return fold_case(parsed ? shown_text(*parsed) : line).find(text_) != std::string::npos;
}

void LogMatcher::find(std::string_view segment, std::int64_t first_line, std::vector<std::int64_t>& into,
                      ScanBudget& budget) const {
    const std::string folded = needle_.empty() ? std::string() : fold_case(segment);
    std::int64_t number = first_line;
    size_t start = 0;
    while (start < segment.size()) {
        if (!needle_.empty()) {
            const void* hit = ::memmem(folded.data() + start, folded.size() - start, needle_.data(), needle_.size());
            if (hit == nullptr) return;
            const auto at = static_cast<size_t>(static_cast<const char*>(hit) - folded.data());
            const size_t before = at == 0 ? std::string_view::npos : segment.rfind('\n', at - 1);
            const size_t begin = before == std::string_view::npos ? 0 : before + 1;
            number += std::count(segment.begin() + static_cast<std::ptrdiff_t>(start),
                                 segment.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
            start = begin;
        }
        const auto line = line_at(segment, start);
        if (fits(line, budget)) into.push_back(number);
        start += line.size() + 1;
        ++number;
    }
}

}  // namespace gale
