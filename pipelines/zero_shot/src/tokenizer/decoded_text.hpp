#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gale::zero_shot {

/// Bytes that are not all UTF-8, with U+FFFD for each maximal part of an ill-formed sequence (Unicode,
/// section 3.9), which is what Python's `bytes.decode(errors="replace")` gives.
class DecodedText {
public:
    explicit DecodedText(std::string_view bytes);

    std::string_view text() const { return text_; }

    /// The place in the bytes given that the place `at`, the start or the end of a character, stands for.
    std::size_t given(std::size_t at) const;

private:
    struct Shift {
        std::size_t at;     ///< behind a replacement in the text
        std::size_t given;  ///< and in the bytes given
    };

    std::string text_;
    std::vector<Shift> shifts_{{0, 0}};
};

}  // namespace gale::zero_shot
