// Reads tokenizer.json. What is not known here is refused with its name: a tokenizer that is almost
// right gives labels that are quietly wrong.

#include <algorithm>

#include "tokenizer/base64.hpp"
#include "tokenizer/json_part.hpp"
#include "tokenizer/text_files.hpp"
#include "tokenizer/tokenizer_json_parts.hpp"
#include "tokenizer/tokenizer_parts.hpp"
#include "tokenizer/try.hpp"

namespace gale::zero_shot {

namespace {

Result<std::vector<AddedToken>> read_added_tokens(const JsonPart& part) {
    std::vector<AddedToken> tokens;
    if (!part.is_there()) return tokens;
    for (const JsonPart& item : TRY(part.items())) {
        AddedToken token;
        token.content = TRY(item.member("content").text());
        token.id = TRY(item.member("id").id());
        token.takes_space_before = TRY(item.member("lstrip").flag(false));
        token.takes_space_behind = TRY(item.member("rstrip").flag(false));
        token.normalized = TRY(item.member("normalized").flag(false));
        if (TRY(item.member("single_word").flag(false))) return item.member("single_word").wrong("false");
        if (!token.content.empty()) tokens.push_back(std::move(token));
    }
    return tokens;
}

Result<std::optional<std::string>> read_pad_token(const std::string& path) {
    const auto text = TRY(read_file_if_there(path));
    if (!text) return std::nullopt;
    const auto root = TRY(parse_json(*text, path));
    const JsonPart token = JsonPart(&root, path, "").member("pad_token");
    if (!token.is_there()) return std::nullopt;
    return TRY((token.value()->is_object() ? token.member("content") : token).text());
}

}  // namespace

Result<TokenizerParts> parse_tokenizer_json(std::string_view text, std::string_view name) {
    const auto root_value = TRY(parse_json(text, name));
    const JsonPart root(&root_value, name, "");
    if (!root_value.is_object()) return root.wrong("an object");
    auto parts = std::make_unique<HuggingFaceTokenizer::Parts>();
    parts->splits_at_spaces = true;
    TRY_VOID(read_normalizer(root.member("normalizer"), name, *parts));
    TRY_VOID(read_pre_tokenizer(root.member("pre_tokenizer"), *parts));
    TRY_VOID(read_model(root.member("model"), name, *parts));
    set_added_tokens(*parts, TRY(read_added_tokens(root.member("added_tokens"))));
    TRY_VOID(read_post_processor(root.member("post_processor"), *parts));
    const JsonPart pad = root.member("padding").member("pad_id");
    if (pad.is_there()) parts->pad_id = TRY(pad.id());
    return parts;
}

Result<void> set_pad_id(HuggingFaceTokenizer::Parts& parts, const std::string& folder) {
    for (const char* file : {"/tokenizer_config.json", "/special_tokens_map.json"}) {
        const auto token = TRY(read_pad_token(folder + file));
        if (!token) continue;
        for (const AddedTokens* added : {&parts.raw_tokens, &parts.normalized_tokens}) {
            const auto found = std::ranges::find(added->tokens(), *token, &AddedToken::content);
            if (found == added->tokens().end()) continue;
            parts.pad_id = found->id;
            return {};
        }
    }
    return {};
}

}  // namespace gale::zero_shot
