// The models and post-processors of tokenizer.json.

#include <algorithm>

#include "tokenizer/tokenizer_json_parts.hpp"
#include "tokenizer/try.hpp"

namespace gale::zero_shot {

namespace {

using Parts = HuggingFaceTokenizer::Parts;
using ModelPointer = std::unique_ptr<TokenModel>;

Result<TokenIdsByText> read_vocabulary(const JsonPart& part, Parts& parts) {
    if (!part.is_there() || !part.value()->is_object()) return part.wrong("an object of ids");
    TokenIdsByText vocabulary;
    vocabulary.reserve(part.value()->get_object().size());
    for (const auto& [text, value] : part.value()->get_object()) {
        const std::int32_t id = TRY(JsonPart(&value, part.file(), std::string(text)).id());
        vocabulary.emplace(text, id);
        parts.vocabulary_size = std::max(parts.vocabulary_size, static_cast<std::size_t>(id) + 1);
    }
    return vocabulary;
}

Result<ModelPointer> read_word_piece(const JsonPart& part, Parts& parts) {
    const auto vocabulary = TRY(read_vocabulary(part.member("vocab"), parts));
    const JsonPart unknown = part.member("unk_token");
    const auto found = vocabulary.find(TRY(unknown.text()));
    if (found == vocabulary.end()) return unknown.wrong("in the vocabulary");
    WordPieceOptions options;
    options.unknown = found->second;
    options.continuing_prefix = TRY(part.member("continuing_subword_prefix").text());
    options.max_word_characters = static_cast<std::size_t>(TRY(part.member("max_input_chars_per_word").id()));
    return make_word_piece_model(vocabulary, std::move(options));
}

Result<std::pair<std::string, std::string>> read_merge(const JsonPart& part) {
    if (part.value()->is_array()) {
        const auto sides = TRY(part.items());
        if (sides.size() != 2) return part.wrong("two tokens");
        auto left = TRY(sides[0].text());
        return std::pair(std::move(left), TRY(sides[1].text()));
    }
    const auto text = TRY(part.text());
    const std::size_t space = text.find(' ');
    if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) return part.wrong("two tokens");
    return std::pair(text.substr(0, space), text.substr(space + 1));
}

Result<ModelPointer> read_bpe(const JsonPart& part, std::string_view name, Parts& parts) {
    if (!parts.is_byte_level) return part.wrong("behind a ByteLevel pre-tokenizer, when it is a BPE");
    for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
        const JsonPart text = part.member(affix);
        if (text.is_there() && !TRY(text.text()).empty()) return text.wrong("empty");
    }
    if (part.member("dropout").is_there()) return part.member("dropout").wrong("null");
    if (TRY(part.member("byte_fallback").flag(false))) return part.member("byte_fallback").wrong("false");
    const auto vocabulary = TRY(read_vocabulary(part.member("vocab"), parts));
    BpeOptions options;
    options.fuse_unknown = TRY(part.member("fuse_unk").flag(false));
    options.ignore_merges = TRY(part.member("ignore_merges").flag(false));
    if (const JsonPart unknown = part.member("unk_token"); unknown.is_there()) {
        const auto found = vocabulary.find(TRY(unknown.text()));
        if (found != vocabulary.end()) options.unknown = found->second;
    }
    Merges merges;
    for (const JsonPart& merge : TRY(part.member("merges").items())) merges.push_back(TRY(read_merge(merge)));
    return make_byte_level_bpe_model(vocabulary, merges, options, name);
}

Result<ModelPointer> read_unigram(const JsonPart& part, std::string_view name, Parts& parts) {
    if (TRY(part.member("byte_fallback").flag(false))) return part.member("byte_fallback").wrong("false");
    std::vector<UnigramPiece> pieces;
    for (const JsonPart& item : TRY(part.member("vocab").items())) {
        const auto sides = TRY(item.items());
        if (sides.size() != 2) return item.wrong("a token and its score");
        auto text = TRY(sides[0].text());
        pieces.push_back({std::move(text), TRY(sides[1].number())});
    }
    parts.vocabulary_size = std::max(parts.vocabulary_size, pieces.size());
    const auto unknown = static_cast<std::size_t>(TRY(part.member("unk_id").id()));
    return make_unigram_model(std::move(pieces), unknown, name);
}

/// Some special token of a post-processor: ["</s>", 2].
Result<FramePart> read_special_token(const JsonPart& part, std::int64_t type_id) {
    const auto sides = TRY(part.items());
    if (sides.size() != 2) return part.wrong("a token and its id");
    return FramePart{FramePart::Kind::kSpecialToken, type_id, TRY(sides[1].id())};
}

/// <s> A </s>, and for a pair <s> A </s></s> B </s>, all of one type; BERT's has one [SEP] between and
/// another type for B.
Result<Frame> read_fixed_frame(const JsonPart& part, bool is_roberta) {
    const FramePart begin = TRY(read_special_token(part.member("cls"), 0));
    const FramePart end = TRY(read_special_token(part.member("sep"), 0));
    const FramePart first{FramePart::Kind::kFirstText, 0};
    Frame frame;
    frame.single = {begin, first, end};
    frame.pair = {begin, first, end};
    if (is_roberta) frame.pair.push_back(end);
    const std::int64_t type_id = is_roberta ? 0 : 1;
    frame.pair.push_back({FramePart::Kind::kSecondText, type_id});
    frame.pair.push_back({end.kind, type_id, end.id});
    return frame;
}

Result<std::vector<FramePart>> read_template(const JsonPart& part, const JsonPart& special_tokens) {
    std::vector<FramePart> frame;
    for (const JsonPart& item : TRY(part.items())) {
        const bool is_text = item.member("Sequence").is_there();
        const JsonPart inside = item.member(is_text ? "Sequence" : "SpecialToken");
        const std::string name = TRY(inside.member("id").text());
        const std::int64_t type_id = TRY(inside.member("type_id").id());
        if (is_text) {
            if (name != "A" && name != "B") return inside.member("id").wrong("A or B");
            frame.push_back({name == "A" ? FramePart::Kind::kFirstText : FramePart::Kind::kSecondText, type_id});
            continue;
        }
        for (const JsonPart& id : TRY(special_tokens.member(name).member("ids").items())) {
            frame.push_back({FramePart::Kind::kSpecialToken, type_id, TRY(id.id())});
        }
    }
    const auto count = [&](FramePart::Kind kind) { return std::ranges::count(frame, kind, &FramePart::kind); };
    if (count(FramePart::Kind::kFirstText) != 1) return part.wrong("a template with one place for the text");
    if (count(FramePart::Kind::kSecondText) > 1) return part.wrong("a template with one place for each text");
    return frame;
}

Result<void> read_trim(const JsonPart& part, Parts& parts) {
    if (!TRY(part.member("trim_offsets").flag(true))) return {};
    if (!parts.is_byte_level) return part.member("trim_offsets").wrong("false, but behind a ByteLevel pre-tokenizer");
    parts.trims.push_back({TRY(part.member("add_prefix_space").flag(true))});
    return {};
}

Result<void> read_one_post_processor(const JsonPart& part, Parts& parts) {
    const std::string type = part.type();
    if (type == "ByteLevel") return read_trim(part, parts);
    if (type == "RobertaProcessing" || type == "BertProcessing") {
        parts.frame = TRY(read_fixed_frame(part, type == "RobertaProcessing"));
        return type == "RobertaProcessing" ? read_trim(part, parts) : Result<void>{};
    }
    if (type != "TemplateProcessing") {
        return part.member("type").wrong(
            "BertProcessing, ByteLevel, RobertaProcessing, Sequence or TemplateProcessing");
    }
    const JsonPart special_tokens = part.member("special_tokens");
    parts.frame.single = TRY(read_template(part.member("single"), special_tokens));
    parts.frame.pair = TRY(read_template(part.member("pair"), special_tokens));
    const auto has_second = std::ranges::count(parts.frame.pair, FramePart::Kind::kSecondText, &FramePart::kind);
    if (has_second != 1) return part.member("pair").wrong("a template with a place for each text");
    return {};
}

}  // namespace

Result<void> read_model(const JsonPart& part, std::string_view name, Parts& parts) {
    const std::string type = part.type();
    if (type == "WordPiece") {
        parts.model = TRY(read_word_piece(part, parts));
    } else if (type == "BPE") {
        parts.model = TRY(read_bpe(part, name, parts));
    } else if (type == "Unigram") {
        parts.model = TRY(read_unigram(part, name, parts));
    } else {
        return part.member("type").wrong("BPE, Unigram or WordPiece");
    }
    return {};
}

Result<void> read_post_processor(const JsonPart& part, Parts& parts) {
    if (!part.is_there()) return {};
    if (part.type() != "Sequence") return read_one_post_processor(part, parts);
    for (const JsonPart& item : TRY(part.member("processors").items())) {
        TRY_VOID(read_one_post_processor(item, parts));
    }
    return {};
}

}  // namespace gale::zero_shot
