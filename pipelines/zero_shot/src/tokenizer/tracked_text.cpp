#include "tokenizer/tracked_text.hpp"

#include <utility>

#include "tokenizer/characters.hpp"
#include "tsv/utf8.hpp"

namespace gale::zero_shot {

TrackedText::TrackedText(std::string_view text, std::size_t at) : text_(text) {
    origins_.reserve(text.size());
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t begin = text.size() - rest.size();
        take_character(rest);
        const std::size_t end = text.size() - rest.size();
        const Origin origin{static_cast<std::uint32_t>(at + begin), static_cast<std::uint32_t>(at + end)};
        origins_.insert(origins_.end(), end - begin, origin);
    }
}

void TrackedText::reserve(std::size_t bytes) {
    text_.reserve(bytes);
    origins_.reserve(bytes);
}

void TrackedText::append(char32_t character, Origin origin) {
    append_utf8(text_, character);
    origins_.resize(text_.size(), origin);
}

void TrackedText::append(std::string_view characters, Origin origin) {
    text_ += characters;
    origins_.resize(text_.size(), origin);
}

void TrackedText::append(const TrackedText& other, std::size_t begin, std::size_t end) {
    text_.append(other.text_, begin, end - begin);
    origins_.insert(origins_.end(), other.origins_.begin() + static_cast<std::ptrdiff_t>(begin),
                    other.origins_.begin() + static_cast<std::ptrdiff_t>(end));
}

void TrackedText::rewrite(std::span<const RewrittenCharacter> characters) {
    TrackedText result;
    result.reserve(text_.size());
    std::size_t at = 0;  // the next old character
    const auto skip = [&] {
        if (at == text_.size()) return;
        ++at;
        while (at < text_.size() && continues_character(text_[at])) ++at;
    };
    for (const auto& [character, change] : characters) {
        if (change > 0) {
            result.append(character, at == 0 ? Origin{} : origins_[at - 1]);
            continue;
        }
        result.append(character, at < text_.size() ? origins_[at] : origins_.back());
        for (std::int32_t i = change; i <= 0; ++i) skip();
    }
    *this = std::move(result);
}

void TrackedText::prepend(std::string_view characters) {
    if (text_.empty()) return;
    text_.insert(0, characters);
    const Origin first = origins_.front();
    origins_.insert(origins_.begin(), characters.size(), first);
}

}  // namespace gale::zero_shot
