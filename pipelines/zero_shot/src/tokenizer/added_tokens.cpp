#include "tokenizer/added_tokens.hpp"

#include <algorithm>
#include <utility>

#include "tokenizer/characters.hpp"

namespace gale::zero_shot {

namespace {

/// Where the white space that ends `text` begins.
std::size_t trailing_space(std::string_view text) {
    std::size_t begin = text.size();
    while (begin > 0) {
        std::size_t at = begin - 1;
        while (at > 0 && continues_character(text[at])) --at;
        if (!is_white_space(first_character(text.substr(at)))) break;
        begin = at;
    }
    return begin;
}

std::size_t leading_space(std::string_view text) {
    std::string_view rest = text;
    while (!rest.empty() && is_white_space(first_character(rest))) take_character(rest);
    return text.size() - rest.size();
}

}  // namespace

AddedTokens::AddedTokens(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
    std::ranges::stable_sort(tokens_, std::ranges::greater{},
                             [](const AddedToken& token) { return token.content.size(); });
    for (const AddedToken& token : tokens_) {
        if (!first_bytes_.contains(token.content.front())) first_bytes_ += token.content.front();
    }
}

const AddedToken* AddedTokens::match(std::string_view text) const {
    const auto found =
        std::ranges::find_if(tokens_, [&](const AddedToken& token) { return text.starts_with(token.content); });
    return found == tokens_.end() ? nullptr : &*found;
}

void AddedTokens::split(std::string_view text, std::vector<TextPart>& parts) const {
    std::size_t done = 0;
    std::size_t at = tokens_.empty() ? std::string_view::npos : text.find_first_of(first_bytes_);
    while (at != std::string_view::npos && at < text.size()) {
        const AddedToken* token = match(text.substr(at));
        if (token == nullptr) {
            at = text.find_first_of(first_bytes_, at + 1);
            continue;
        }
        std::size_t begin = at;
        std::size_t end = at + token->content.size();
        at = end;
        if (token->takes_space_before) begin = std::max(trailing_space(text.substr(0, begin)), done);
        if (token->takes_space_behind) end += leading_space(text.substr(end));
        if (done < begin) parts.push_back({nullptr, done, begin});
        parts.push_back({token, begin, end});
        done = end;
        at = text.find_first_of(first_bytes_, at);
    }
    if (done < text.size()) parts.push_back({nullptr, done, text.size()});
}

}  // namespace gale::zero_shot
