#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gale::zero_shot {

/// Bytes [first, last) of the text that was given.
struct Origin {
    std::uint32_t first = 0;
    std::uint32_t last = 0;

    bool operator==(const Origin&) const = default;
};

/// A character of a text written anew. It takes the place of the next old one (0), is added behind the
/// last (1), or takes a place and removes as many old ones behind it (below 0).
struct RewrittenCharacter {
    char32_t character;
    std::int32_t change;
};

/// A text in the making: each of its bytes remembers which bytes of the original it stands for. UTF-8
/// throughout; at most 4 GiB.
class TrackedText {
public:
    TrackedText() = default;

    /// `text` as it is, from byte `at` of the original on; each byte stands for its whole character.
    TrackedText(std::string_view text, std::size_t at);

    std::string_view text() const { return text_; }
    std::size_t size() const { return text_.size(); }
    bool empty() const { return text_.empty(); }

    /// What bytes [begin, end) stand for: not empty.
    Origin origin(std::size_t begin, std::size_t end) const { return {origins_[begin].first, origins_[end - 1].last}; }
    Origin origin_at(std::size_t byte) const { return origins_[byte]; }

    void reserve(std::size_t bytes);
    void append(char32_t character, Origin origin);
    void append(std::string_view characters, Origin origin);
    /// Bytes [begin, end) of `other` with their origins.
    void append(const TrackedText& other, std::size_t begin, std::size_t end);

    /// Becomes `characters`, each with the origin of the old character whose place it has.
    void rewrite(std::span<const RewrittenCharacter> characters);

    /// Puts `characters` in front, where they stand for what the first character does; nothing to do for
    /// an empty text.
    void prepend(std::string_view characters);

private:
    std::string text_;
    std::vector<Origin> origins_;
};

}  // namespace gale::zero_shot
