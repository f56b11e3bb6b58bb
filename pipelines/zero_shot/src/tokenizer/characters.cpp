#include "tokenizer/characters.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <utility>

namespace gale::zero_shot {

namespace {

struct CharacterRange {
    std::uint32_t first;
    std::uint32_t last;
};

struct Replacement {
    std::uint32_t from;
    std::uint32_t to[4];  ///< ends at a 0
};

struct CombiningRange {
    std::uint32_t first;
    std::uint32_t last;
    int combining_class;
};

struct Composition {
    std::uint32_t first;
    std::uint32_t second;
    std::uint32_t composite;
};

#include "tokenizer/character_tables.inc"

// Hangul syllables by arithmetic: Unicode, section 3.12.
constexpr char32_t kFirstSyllable = 0xAC00;
constexpr char32_t kLastSyllable = 0xD7A3;
constexpr char32_t kFirstLead = 0x1100;
constexpr char32_t kFirstVowel = 0x1161;
constexpr char32_t kNoTail = 0x11A7;
constexpr char32_t kLeads = 19;
constexpr char32_t kVowels = 21;
constexpr char32_t kTails = 28;

bool is_in(std::span<const CharacterRange> ranges, char32_t character) {
    const auto after = std::ranges::upper_bound(ranges, character, {}, &CharacterRange::first);
    return after != ranges.begin() && character <= std::prev(after)->last;
}

bool is_between(char32_t character, char32_t first, char32_t last) {
    return character >= first && character <= last;
}

MappedCharacter replaced(std::span<const Replacement> table, char32_t character) {
    const auto found = std::ranges::lower_bound(table, character, {}, &Replacement::from);
    if (found == table.end() || found->from != character) return {{character}, 1};
    MappedCharacter mapped;
    while (mapped.length < 4 && found->to[mapped.length] != 0) {
        mapped.to[mapped.length] = found->to[mapped.length];
        ++mapped.length;
    }
    return mapped;
}

enum class Cluster { kOther, kControl, kJoining, kPrepended, kPictograph, kLead, kVowel, kTail, kLv, kLvt, kRegional };

Cluster cluster_class(char32_t character) {
    if (is_between(character, 0x20, 0x7E)) return Cluster::kOther;
    if (is_in(kControls, character)) return Cluster::kControl;
    if (is_in(kJoining, character)) return Cluster::kJoining;
    if (is_in(kPrepended, character)) return Cluster::kPrepended;
    if (is_in(kPictographs, character)) return Cluster::kPictograph;
    if (is_between(character, 0x1100, 0x115F) || is_between(character, 0xA960, 0xA97C)) return Cluster::kLead;
    if (is_between(character, 0x1160, 0x11A7) || is_between(character, 0xD7B0, 0xD7C6)) return Cluster::kVowel;
    if (is_between(character, 0x11A8, 0x11FF) || is_between(character, 0xD7CB, 0xD7FB)) return Cluster::kTail;
    if (is_between(character, 0x1F1E6, 0x1F1FF)) return Cluster::kRegional;
    if (!is_between(character, kFirstSyllable, kLastSyllable)) return Cluster::kOther;
    return (character - kFirstSyllable) % kTails == 0 ? Cluster::kLv : Cluster::kLvt;
}

/// What of the cluster so far decides whether the next character joins it.
struct ClusterState {
    Cluster last;
    char32_t last_character;
    bool after_pictograph;       ///< a pictograph and then only joining characters
    std::size_t regional_count;  ///< how many regional indicators end it
};

bool joins(const ClusterState& state, Cluster next, char32_t next_character) {
    constexpr char32_t kZeroWidthJoiner = 0x200D;
    using enum Cluster;
    if (state.last_character == '\r') return next_character == '\n';
    if (state.last == kControl || next == kControl) return false;
    if (next == kJoining || state.last == kPrepended) return true;
    switch (next) {
        case kLead: return state.last == kLead;
        case kLv:
        case kLvt: return state.last == kLead;
        case kVowel: return state.last == kLead || state.last == kLv || state.last == kVowel;
        case kTail: return state.last == kLv || state.last == kLvt || state.last == kVowel || state.last == kTail;
        case kPictograph: return state.after_pictograph && state.last_character == kZeroWidthJoiner;
        case kRegional: return state.regional_count % 2 == 1;
        default: return false;
    }
}

}  // namespace

bool is_letter(char32_t character) {
    if (character < 0x80) return is_between(character | 0x20U, 'a', 'z');
    return is_in(kLetters, character);
}

bool is_number(char32_t character) {
    if (character < 0x80) return is_between(character, '0', '9');
    return is_in(kNumbers, character);
}

bool is_white_space(char32_t character) {
    if (character < 0x80) return character == ' ' || is_between(character, '\t', '\r');
    return character == 0x85 || character == 0xA0 || character == 0x1680 || is_between(character, 0x2000, 0x200A) ||
           character == 0x2028 || character == 0x2029 || character == 0x202F || character == 0x205F ||
           character == 0x3000;
}

bool is_punctuation(char32_t character) {
    return is_in(kPunctuation, character);
}

bool is_dropped_by_bert(char32_t character) {
    return is_in(kDropped, character);
}

bool is_ideograph(char32_t character) {
    return character >= 0x2E80 && is_in(kIdeographs, character);
}

bool is_mark(char32_t character) {
    return character >= 0x300 && is_in(kMarks, character);
}

MappedCharacter canonical_parts(char32_t character) {
    if (character < 0x80) return {{character}, 1};
    if (!is_between(character, kFirstSyllable, kLastSyllable)) return replaced(kDecomposed, character);
    const char32_t place = character - kFirstSyllable;
    const char32_t tail = place % kTails;
    return {
        {kFirstLead + place / (kVowels * kTails), kFirstVowel + place % (kVowels * kTails) / kTails, kNoTail + tail},
        tail == 0 ? std::size_t{2} : std::size_t{3}};
}

char32_t canonical_composite(char32_t first, char32_t second) {
    if (is_between(first, kFirstLead, kFirstLead + kLeads - 1) &&
        is_between(second, kFirstVowel, kFirstVowel + kVowels - 1)) {
        return kFirstSyllable + ((first - kFirstLead) * kVowels + (second - kFirstVowel)) * kTails;
    }
    const bool is_open_syllable =
        is_between(first, kFirstSyllable, kLastSyllable) && (first - kFirstSyllable) % kTails == 0;
    if (is_open_syllable && is_between(second, kNoTail + 1, kNoTail + kTails - 1)) return first + (second - kNoTail);
    const auto key = [](const Composition& each) { return std::pair(each.first, each.second); };
    const std::pair wanted(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(second));
    const auto* found = std::ranges::lower_bound(kComposed, wanted, {}, key);
    return found != std::end(kComposed) && key(*found) == wanted ? found->composite : 0;
}

int combining_class(char32_t character) {
    if (character < 0x300) return 0;
    const auto* after = std::ranges::upper_bound(kCombining, character, {}, &CombiningRange::first);
    if (after == std::begin(kCombining)) return 0;
    const CombiningRange& range = *std::prev(after);
    return character <= range.last ? range.combining_class : 0;
}

MappedCharacter lower_case(char32_t character) {
    if (character >= 0x80) return replaced(kLower, character);
    return {{is_between(character, 'A', 'Z') ? character + ('a' - 'A') : character}, 1};
}

std::size_t grapheme_length(std::string_view text) {
    std::string_view rest = text;
    const char32_t first = take_character(rest);
    ClusterState state{cluster_class(first), first, false, 0};
    state.after_pictograph = state.last == Cluster::kPictograph;
    state.regional_count = state.last == Cluster::kRegional ? 1 : 0;
    while (!rest.empty()) {
        std::string_view after = rest;
        const char32_t next = take_character(after);
        const Cluster next_class = cluster_class(next);
        if (!joins(state, next_class, next)) break;
        state.after_pictograph =
            next_class == Cluster::kPictograph || (state.after_pictograph && next_class == Cluster::kJoining);
        state.regional_count = next_class == Cluster::kRegional ? state.regional_count + 1 : 0;
        state.last = next_class;
        state.last_character = next;
        rest = after;
    }
    return text.size() - rest.size();
}

}  // namespace gale::zero_shot
