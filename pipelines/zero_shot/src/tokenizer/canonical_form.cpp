#include "tokenizer/canonical_form.hpp"

#include <algorithm>
#include <vector>

#include "tokenizer/characters.hpp"

namespace gale::zero_shot {

namespace {

using Characters = std::vector<RewrittenCharacter>;

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

/// Each run of marks in the order of their classes.
void reorder(Characters& characters) {
    const auto is_starter = [](const RewrittenCharacter& each) { return combining_class(each.character) == 0; };
    const auto class_of = [](const RewrittenCharacter& each) { return combining_class(each.character); };
    for (auto at = characters.begin(); at != characters.end();) {
        const auto begin = std::find_if_not(at, characters.end(), is_starter);
        at = std::find_if(begin, characters.end(), is_starter);
        if (at - begin > 1) std::ranges::stable_sort(begin, at, {}, class_of);
    }
}

Characters decomposed(const TrackedText& text) {
    Characters characters;
    characters.reserve(text.size());
    for (std::string_view rest = text.text(); !rest.empty();) {
        const MappedCharacter parts = canonical_parts(take_character(rest));
        std::int32_t change = 0;  // the first takes the character's place, the others are added
        for (const char32_t part : parts.characters()) {
            characters.push_back({part, change});
            change = 1;
        }
    }
    reorder(characters);
    return characters;
}

/// Each mark joins the last starter when nothing of its class or higher stands between; what joins is
/// one character less.
Characters composed(const Characters& characters) {
    constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    Characters result;
    result.reserve(characters.size());
    std::size_t starter = kNone;
    int last_class = 0;  // of what stands between; 0: nothing does
    for (const RewrittenCharacter& next : characters) {
        const int next_class = combining_class(next.character);
        const bool is_blocked = starter == kNone || (last_class != 0 && last_class >= next_class);
        const char32_t joined = is_blocked ? 0 : canonical_composite(result[starter].character, next.character);
        if (joined != 0) {
            result[starter] = {joined, result[starter].change + next.change - 1};
            continue;
        }
        last_class = next_class;
        if (next_class == 0) starter = result.size();
        result.push_back(next);
    }
    return result;
}

}  // namespace

void decompose(TrackedText& text) {
    if (!is_ascii(text.text())) text.rewrite(decomposed(text));
}

void compose(TrackedText& text) {
    if (!is_ascii(text.text())) text.rewrite(composed(decomposed(text)));
}

}  // namespace gale::zero_shot
