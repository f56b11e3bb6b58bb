#include <fmt/format.h>

#include <boost/json.hpp>
#include <limits>
#include <optional>

#include "classifier/bert_tokenizer.hpp"

namespace gale::zero_shot {

namespace {

namespace json = boost::json;

const json::value* member(const json::value* value, std::string_view name) {
    return value == nullptr || !value->is_object() ? nullptr : value->get_object().if_contains(name);
}

std::optional<std::string> as_text(const json::value* value) {
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

std::optional<std::int32_t> as_id(const json::value* value) {
    if (value == nullptr || !value->is_int64()) return std::nullopt;
    const std::int64_t id = value->get_int64();
    if (id < 0 || id > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
    return static_cast<std::int32_t>(id);
}

bool is_true(const json::value* value) {
    return value != nullptr && value->is_bool() && value->get_bool();
}

class Parser {
public:
    Parser(const json::value& root, std::string_view name) : root_(&root), name_(name) {}

    Result<BertVocabulary> parse() {
        for (const auto step :
             {&Parser::check_normalizer, &Parser::read_model, &Parser::read_added_tokens, &Parser::read_frame}) {
            if (auto done = (this->*step)(); !done) return std::unexpected(done.error());
        }
        return std::move(vocabulary_);
    }

private:
    std::unexpected<Error> wrong(std::string_view part, std::string_view wanted) const {
        return fail(ErrorKind::kInput,
                    fmt::format("tokenizer {}: {} must be {}; this program has the tokenizer of uncased "
                                "BERT models",
                                name_, part, wanted));
    }

    Result<void> check_normalizer() {
        const auto* normalizer = member(root_, "normalizer");
        const auto* accents = member(normalizer, "strip_accents");
        const bool drops_accents = accents == nullptr || accents->is_null() || is_true(accents);
        if (as_text(member(normalizer, "type")) != "BertNormalizer" || !drops_accents ||
            !is_true(member(normalizer, "clean_text")) || !is_true(member(normalizer, "lowercase")) ||
            !is_true(member(normalizer, "handle_chinese_chars"))) {
            return wrong("normalizer", "a BertNormalizer that cleans, lowers and drops accents");
        }
        if (as_text(member(member(root_, "pre_tokenizer"), "type")) != "BertPreTokenizer") {
            return wrong("pre_tokenizer", "a BertPreTokenizer");
        }
        return {};
    }

    Result<void> read_model() {
        const auto* model = member(root_, "model");
        if (as_text(member(model, "type")) != "WordPiece") return wrong("model", "a WordPiece");
        const auto* pieces = member(model, "vocab");
        if (pieces == nullptr || !pieces->is_object()) return wrong("model.vocab", "an object of ids");
        vocabulary_.pieces.reserve(pieces->get_object().size());
        for (const auto& [piece, value] : pieces->get_object()) {
            const auto id = as_id(&value);
            if (!id) return wrong(fmt::format("model.vocab[\"{}\"]", std::string_view(piece)), "an id");
            vocabulary_.pieces.emplace(piece, *id);
        }
        const auto unknown = as_text(member(model, "unk_token"));
        const auto found = vocabulary_.pieces.find(unknown.value_or(""));
        if (found == vocabulary_.pieces.end()) return wrong("model.unk_token", "in the vocabulary");
        vocabulary_.unknown = found->second;
        const auto prefix = as_text(member(model, "continuing_subword_prefix"));
        const auto longest = as_id(member(model, "max_input_chars_per_word"));
        if (!prefix) return wrong("model.continuing_subword_prefix", "a text");
        if (!longest) return wrong("model.max_input_chars_per_word", "a number");
        vocabulary_.continuing_prefix = *prefix;
        vocabulary_.max_word_characters = static_cast<std::size_t>(*longest);
        return {};
    }

    Result<void> read_added_tokens() {
        const auto* tokens = member(root_, "added_tokens");
        if (tokens == nullptr) return {};
        if (!tokens->is_array()) return wrong("added_tokens", "a list");
        for (const auto& token : tokens->get_array()) {
            const auto content = as_text(member(&token, "content"));
            const auto id = as_id(member(&token, "id"));
            if (!content || content->empty() || !id) return wrong("added_tokens", "tokens with ids");
            for (const char* flag : {"single_word", "lstrip", "rstrip", "normalized"}) {
                if (is_true(member(&token, flag))) {
                    return wrong(fmt::format("{} of the added token {}", flag, *content), "false");
                }
            }
            vocabulary_.added_tokens.emplace_back(*content, *id);
        }
        return {};
    }

    Result<void> read_frame() {
        const auto* processor = member(root_, "post_processor");
        const auto* parts = member(processor, "single");
        if (as_text(member(processor, "type")) != "TemplateProcessing" || parts == nullptr || !parts->is_array()) {
            return wrong("post_processor", "a TemplateProcessing with a template for one text");
        }
        bool text_seen = false;
        for (const auto& part : parts->get_array()) {
            if (member(&part, "Sequence") != nullptr) {
                text_seen = true;
                continue;
            }
            const auto token = as_text(member(member(&part, "SpecialToken"), "id"));
            const auto* special = member(member(processor, "special_tokens"), token.value_or(""));
            const auto* ids = member(special, "ids");
            if (ids == nullptr || !ids->is_array()) return wrong("post_processor", "whole");
            for (const auto& value : ids->get_array()) {
                const auto id = as_id(&value);
                if (!id) return wrong("post_processor.special_tokens", "tokens with ids");
                (text_seen ? vocabulary_.after : vocabulary_.before).push_back(*id);
            }
        }
        return {};
    }

    const json::value* root_;
    std::string_view name_;
    BertVocabulary vocabulary_;
};

}  // namespace

Result<BertVocabulary> parse_bert_vocabulary(std::string_view text, std::string_view name) {
    boost::system::error_code code;
    const auto root = json::parse(text, code);
    if (code) {
        return fail(ErrorKind::kInput,
                    fmt::format("tokenizer {} is no JSON ({}); get the file again", name, code.message()));
    }
    return Parser(root, name).parse();
}

}  // namespace gale::zero_shot
