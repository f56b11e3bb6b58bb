#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gale::zero_shot {

/// A text that is always one token, wherever it stands.
struct AddedToken {
    std::string content;
    std::int32_t id = 0;
    bool takes_space_before = false;  ///< lstrip
    bool takes_space_behind = false;  ///< rstrip
    bool normalized = false;          ///< looked for in the normalized text, not in the given one
};

/// Bytes [begin, end) of a text: an added token, or (token nullptr) what stands between two of them.
struct TextPart {
    const AddedToken* token;
    std::size_t begin;
    std::size_t end;
};

/// Finds added tokens: the leftmost, of those the longest, then on behind it.
class AddedTokens {
public:
    /// None of them empty.
    explicit AddedTokens(std::vector<AddedToken> tokens);

    /// Appends the parts of `text`, none of them empty.
    void split(std::string_view text, std::vector<TextPart>& parts) const;

    const std::vector<AddedToken>& tokens() const { return tokens_; }

private:
    /// The longest token that `text` starts with, or nullptr.
    const AddedToken* match(std::string_view text) const;

    std::vector<AddedToken> tokens_;  ///< the longest first
    std::string first_bytes_;
};

}  // namespace gale::zero_shot
