// The normalizers and pre-tokenizers of tokenizer.json.

#include "tokenizer/base64.hpp"
#include "tokenizer/characters.hpp"
#include "tokenizer/tokenizer_json_parts.hpp"
#include "tokenizer/try.hpp"

namespace gale::zero_shot {

namespace {

using Parts = HuggingFaceTokenizer::Parts;
using NormalizerPointer = std::unique_ptr<Normalizer>;
using PreTokenizerPointer = std::unique_ptr<PreTokenizer>;

constexpr int kMaxDepth = 8;  // of sequences in sequences

Result<NormalizerPointer> read_bert_normalizer(const JsonPart& part) {
    BertNormalizerOptions options;
    options.clean_text = TRY(part.member("clean_text").flag(true));
    options.handle_chinese_chars = TRY(part.member("handle_chinese_chars").flag(true));
    options.lowercase = TRY(part.member("lowercase").flag(true));
    options.strip_accents = TRY(part.member("strip_accents").flag(options.lowercase));
    return make_bert_normalizer(options);
}

Result<NormalizerPointer> read_replace(const JsonPart& part, Parts& parts) {
    auto content = TRY(part.member("content").text());
    const JsonPart pattern = part.member("pattern");
    if (pattern.member("Regex").is_there()) {
        const std::string regex = TRY(pattern.member("Regex").text());
        if (regex == " {2,}") return make_space_run_normalizer(std::move(content));
        if (regex == R"(\s{2,}|[\n\r\t])") return make_white_space_run_normalizer(std::move(content));
        return pattern.member("Regex").wrong(R"(" {2,}" or "\s{2,}|[\n\r\t]", the ones known)");
    }
    auto text = TRY(pattern.member("String").text());
    if (text.empty()) return pattern.member("String").wrong("not empty");
    if (text.size() > 1) parts.splits_at_spaces = false;
    return make_replace_normalizer(std::move(text), std::move(content));
}

Result<NormalizerPointer> read_one_normalizer(const JsonPart& part, std::string_view name, Parts& parts, int depth) {
    const std::string type = part.type();
    if (type == "BertNormalizer") return read_bert_normalizer(part);
    if (type == "NFC") return make_composing_normalizer();
    if (type == "Lowercase") return make_lowercase_normalizer();
    if (type == "Replace") return read_replace(part, parts);
    if (type == "Strip") {
        const bool left = TRY(part.member("strip_left").flag(true));
        return make_strip_normalizer(left, TRY(part.member("strip_right").flag(true)));
    }
    if (type == "Precompiled") {
        const JsonPart charsmap = part.member("precompiled_charsmap");
        const auto bytes = decode_base64(TRY(charsmap.text()));
        if (!bytes) return charsmap.wrong("base64");
        return make_charsmap_normalizer(*bytes, name);
    }
    if (type != "Sequence" || depth == kMaxDepth) {
        return part.member("type").wrong("BertNormalizer, Lowercase, NFC, Precompiled, Replace, Sequence or Strip");
    }
    std::vector<NormalizerPointer> steps;
    for (const JsonPart& item : TRY(part.member("normalizers").items())) {
        steps.push_back(TRY(read_one_normalizer(item, name, parts, depth + 1)));
    }
    return make_normalizer_sequence(std::move(steps));
}

Result<PreTokenizerPointer> read_metaspace(const JsonPart& part, Parts& parts) {
    const auto replacement = TRY(part.member("replacement").text());
    const JsonPart scheme = part.member("prepend_scheme");
    // Before 0.15 there was only add_prefix_space, which means always.
    const bool prefixes = TRY(part.member("add_prefix_space").flag(true));
    const std::string name = scheme.is_there() ? TRY(scheme.text()) : prefixes ? "always" : "never";
    const bool splits = TRY(part.member("split").flag(true));
    if (!splits) parts.splits_at_spaces = false;
    std::string_view rest = replacement;
    if (rest.empty()) return part.member("replacement").wrong("one character");
    take_character(rest);
    if (!rest.empty()) return part.member("replacement").wrong("one character");
    if (name == "always") return make_metaspace_pre_tokenizer(replacement, PrependScheme::kAlways, splits);
    if (name == "first") return make_metaspace_pre_tokenizer(replacement, PrependScheme::kFirst, splits);
    if (name == "never") return make_metaspace_pre_tokenizer(replacement, PrependScheme::kNever, splits);
    return scheme.wrong("always, first or never");
}

Result<PreTokenizerPointer> read_byte_level(const JsonPart& part, Parts& parts) {
    const bool use_regex = TRY(part.member("use_regex").flag(true));
    if (!use_regex) parts.splits_at_spaces = false;
    parts.is_byte_level = true;
    return make_byte_level_pre_tokenizer(TRY(part.member("add_prefix_space").flag(true)), use_regex);
}

Result<PreTokenizerPointer> read_one_pre_tokenizer(const JsonPart& part, Parts& parts, int depth) {
    const std::string type = part.type();
    if (parts.is_byte_level) return part.wrong("before ByteLevel, which comes last");
    if (type == "BertPreTokenizer") return make_bert_pre_tokenizer();
    if (type == "WhitespaceSplit") return make_white_space_pre_tokenizer();
    if (type == "Metaspace") return read_metaspace(part, parts);
    if (type == "ByteLevel") return read_byte_level(part, parts);
    if (type == "Punctuation") {
        const JsonPart behavior = part.member("behavior");
        if (behavior.is_there() && TRY(behavior.text()) != "Isolated") return behavior.wrong("Isolated");
        return make_punctuation_pre_tokenizer();
    }
    if (type != "Sequence" || depth == kMaxDepth) {
        return part.member("type").wrong(
            "BertPreTokenizer, ByteLevel, Metaspace, Punctuation, Sequence or WhitespaceSplit");
    }
    std::vector<PreTokenizerPointer> steps;
    for (const JsonPart& item : TRY(part.member("pretokenizers").items())) {
        steps.push_back(TRY(read_one_pre_tokenizer(item, parts, depth + 1)));
    }
    return make_pre_tokenizer_sequence(std::move(steps));
}

}  // namespace

Result<void> read_normalizer(const JsonPart& part, std::string_view name, Parts& parts) {
    if (part.is_there()) parts.normalizer = TRY(read_one_normalizer(part, name, parts, 0));
    return {};
}

Result<void> read_pre_tokenizer(const JsonPart& part, Parts& parts) {
    if (part.is_there()) {
        parts.pre_tokenizer = TRY(read_one_pre_tokenizer(part, parts, 0));
    } else {
        parts.splits_at_spaces = false;
    }
    return {};
}

}  // namespace gale::zero_shot
