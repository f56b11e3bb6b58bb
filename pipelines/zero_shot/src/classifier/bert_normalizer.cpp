#include "classifier/bert_normalizer.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "classifier/code_points.hpp"

namespace gale::zero_shot {

namespace {

struct CharacterRange {
    std::uint32_t first;
    std::uint32_t last;
};

struct Replacement {
    std::uint32_t from;
    std::uint32_t to[3];  ///< ends at a 0
};

#include "classifier/bert_characters.inc"

// Hangul syllables by arithmetic: Unicode, section 3.12.
constexpr std::uint32_t kFirstSyllable = 0xAC00;
constexpr std::uint32_t kLastSyllable = 0xD7A3;
constexpr std::uint32_t kVowels = 21;
constexpr std::uint32_t kTails = 28;

bool is_in(std::span<const CharacterRange> ranges, std::uint32_t point) {
    const auto after = std::ranges::upper_bound(ranges, point, {}, &CharacterRange::first);
    return after != ranges.begin() && point <= std::prev(after)->last;
}

const Replacement* find_replacement(std::uint32_t point) {
    const auto* found = std::ranges::lower_bound(kReplaced, point, {}, &Replacement::from);
    return found != std::end(kReplaced) && found->from == point ? found : nullptr;
}

class WordSplitter {
public:
    void add(std::uint32_t point) {
        if (point >= 'a' && point <= 'z') {
            word_ += point;
        } else if (const auto* replacement = find_replacement(point)) {
            for (const std::uint32_t to : replacement->to) {
                if (to == 0) break;
                add_normal(to);
            }
        } else if (is_in(kDropped, point)) {
            return;
        } else if (is_in(kSpaced, point)) {
            add_word(point);
        } else if (point >= kFirstSyllable && point <= kLastSyllable) {
            add_syllable(point - kFirstSyllable);
        } else {
            add_normal(point);
        }
    }

    std::size_t words() const { return words_.size(); }

    std::vector<std::u32string> finish() {
        end_word();
        return std::move(words_);
    }

private:
    /// A character after the normalizer.
    void add_normal(std::uint32_t point) {
        if (point == ' ') {
            end_word();
        } else if (is_in(kPunctuation, point)) {
            add_word(point);
        } else {
            word_ += point;
        }
    }

    void add_syllable(std::uint32_t place) {
        word_ += 0x1100 + place / (kVowels * kTails);
        word_ += 0x1161 + place % (kVowels * kTails) / kTails;
        if (place % kTails != 0) word_ += 0x11A7 + place % kTails;
    }

    void add_word(std::uint32_t point) {
        end_word();
        words_.emplace_back(1, point);
    }

    void end_word() {
        if (!word_.empty()) words_.push_back(std::exchange(word_, {}));
    }

    std::u32string word_;
    std::vector<std::u32string> words_;
};

}  // namespace

std::vector<std::u32string> split_words(std::string_view text, std::size_t max_words) {
    WordSplitter splitter;
    while (!text.empty() && splitter.words() < max_words) splitter.add(take_code_point(text));
    return splitter.finish();
}

}  // namespace gale::zero_shot
