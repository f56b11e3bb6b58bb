// The files that tokenizers had before tokenizer.json, as `transformers` converts them.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tokenizer/json_part.hpp"
#include "tokenizer/sentencepiece_model.hpp"
#include "tokenizer/text_files.hpp"
#include "tokenizer/tokenizer_parts.hpp"
#include "tokenizer/try.hpp"

namespace gale::zero_shot {

namespace {

using Parts = HuggingFaceTokenizer::Parts;

/// The lines of `text`; a line feed at its end begins no other line.
std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// A flag of tokenizer_config.json.
Result<bool> config_flag(const std::string& folder, std::string_view name, bool when_missing) {
    const std::string path = folder + "/tokenizer_config.json";
    const auto text = TRY(read_file_if_there(path));
    if (!text) return when_missing;
    const auto root = TRY(parse_json(*text, path));
    return JsonPart(&root, path, "").member(name).flag(when_missing);
}

/// A <s>, a </s> and so on of a vocabulary, as added tokens; kInput when one is missing.
Result<std::vector<AddedToken>> special_tokens(const TokenIdsByText& vocabulary, std::span<const char* const> names,
                                               std::string_view path) {
    std::vector<AddedToken> tokens;
    for (const char* name : names) {
        const auto found = vocabulary.find(name);
        if (found == vocabulary.end()) {
            return fail(ErrorKind::kInput,
                        fmt::format("tokenizer {}: it has no {}; use a folder with a tokenizer.json", path, name));
        }
        tokens.push_back({.content = name, .id = found->second});
    }
    return tokens;
}

std::vector<FramePart> frame_of(std::initializer_list<FramePart> parts) {
    return parts;
}

FramePart special(std::int64_t id, std::int64_t type_id = 0) {
    return {FramePart::Kind::kSpecialToken, type_id, id};
}

constexpr FramePart kFirst{FramePart::Kind::kFirstText, 0};

/// [CLS] A [SEP], [CLS] A [SEP] B [SEP] with another type for B.
Frame bert_frame(std::int64_t begin, std::int64_t end) {
    const FramePart second{FramePart::Kind::kSecondText, 1};
    return {frame_of({special(begin), kFirst, special(end)}),
            frame_of({special(begin), kFirst, special(end), second, special(end, 1)})};
}

/// <s> A </s>, <s> A </s></s> B </s>.
Frame roberta_frame(std::int64_t begin, std::int64_t end) {
    const FramePart second{FramePart::Kind::kSecondText, 0};
    return {frame_of({special(begin), kFirst, special(end)}),
            frame_of({special(begin), kFirst, special(end), special(end), second, special(end)})};
}

Result<TokenizerParts> read_bert(const std::string& folder, std::string_view text, const std::string& path) {
    TokenIdsByText vocabulary;
    const auto lines = lines_of(text);
    for (std::size_t id = 0; id < lines.size(); ++id)
        vocabulary[std::string(lines[id])] = static_cast<std::int32_t>(id);
    constexpr std::array kSpecial = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
    auto tokens = TRY(special_tokens(vocabulary, kSpecial, path));
    BertNormalizerOptions options;
    options.lowercase = TRY(config_flag(folder, "do_lower_case", true));
    options.strip_accents = TRY(config_flag(folder, "strip_accents", options.lowercase));
    options.handle_chinese_chars = TRY(config_flag(folder, "tokenize_chinese_chars", true));
    auto parts = std::make_unique<Parts>();
    parts->normalizer = make_bert_normalizer(options);
    parts->pre_tokenizer = make_bert_pre_tokenizer();
    parts->model = make_word_piece_model(vocabulary, {vocabulary["[UNK]"], "##", 100});
    parts->frame = bert_frame(vocabulary["[CLS]"], vocabulary["[SEP]"]);
    parts->vocabulary_size = lines.size();
    parts->splits_at_spaces = true;
    parts->pad_id = vocabulary["[PAD]"];
    set_added_tokens(*parts, std::move(tokens));
    return parts;
}

Result<Merges> read_merges(const std::string& path) {
    const auto text = TRY(read_file_if_there(path));
    if (!text) return fail(ErrorKind::kDisk, fmt::format("there is no {} beside vocab.json; copy it there", path));
    Merges merges;
    for (const std::string_view line : lines_of(*text)) {
        if (line.empty() || (merges.empty() && line.starts_with("#version"))) continue;
        const std::size_t space = line.find(' ');
        if (space == std::string_view::npos) {
            return fail(ErrorKind::kInput, fmt::format("tokenizer {}: \"{}\" is no pair of tokens", path, line));
        }
        merges.emplace_back(line.substr(0, space), line.substr(space + 1));
    }
    return merges;
}

Result<TokenizerParts> read_roberta(const std::string& folder, std::string_view text, const std::string& path) {
    const auto root = TRY(parse_json(text, path));
    if (!root.is_object()) return JsonPart(&root, path, "").wrong("an object of ids");
    auto parts = std::make_unique<Parts>();
    TokenIdsByText vocabulary;
    for (const auto& [token, value] : root.get_object()) {
        const std::int32_t id = TRY(JsonPart(&value, path, std::string(token)).id());
        vocabulary.emplace(token, id);
        parts->vocabulary_size = std::max(parts->vocabulary_size, static_cast<std::size_t>(id) + 1);
    }
    constexpr std::array kSpecial = {"<s>", "<pad>", "</s>", "<unk>", "<mask>"};
    auto tokens = TRY(special_tokens(vocabulary, kSpecial, path));
    tokens.back().takes_space_before = true;
    const bool add_prefix_space = TRY(config_flag(folder, "add_prefix_space", false));
    parts->pre_tokenizer = make_byte_level_pre_tokenizer(add_prefix_space, true);
    parts->model = TRY(make_byte_level_bpe_model(vocabulary, TRY(read_merges(folder + "/merges.txt")), {}, path));
    parts->frame = roberta_frame(vocabulary["<s>"], vocabulary["</s>"]);
    parts->trims = {{add_prefix_space}};
    parts->pad_id = vocabulary["<pad>"];
    parts->splits_at_spaces = true;
    parts->is_byte_level = true;
    set_added_tokens(*parts, std::move(tokens));
    return parts;
}

/// `transformers` moves fairseq's four special tokens to the front and puts <mask> behind.
Result<TokenizerParts> read_xlm_roberta(std::string_view bytes, const std::string& path) {
    SentencePieceModel model = TRY(parse_sentencepiece_model(bytes, path));
    std::vector<UnigramPiece> pieces = {{"<s>", 0}, {"<pad>", 0}, {"</s>", 0}, {"<unk>", 0}};
    constexpr std::size_t kOwnSpecial = 3;  // <unk>, <s> and </s> of SentencePiece
    for (std::size_t i = kOwnSpecial; i < model.pieces.size(); ++i) pieces.push_back(std::move(model.pieces[i]));
    pieces.push_back({"<mask>", 0});
    const auto mask = static_cast<std::int32_t>(pieces.size() - 1);
    auto parts = std::make_unique<Parts>();
    if (!model.charsmap.empty()) parts->normalizer = TRY(make_charsmap_normalizer(model.charsmap, path));
    std::vector<std::unique_ptr<PreTokenizer>> steps;
    steps.push_back(make_white_space_pre_tokenizer());
    steps.push_back(make_metaspace_pre_tokenizer("\xE2\x96\x81", PrependScheme::kAlways, true));
    parts->pre_tokenizer = make_pre_tokenizer_sequence(std::move(steps));
    parts->vocabulary_size = pieces.size();
    parts->model = TRY(make_unigram_model(std::move(pieces), 3, path));
    parts->frame = roberta_frame(0, 2);
    parts->pad_id = 1;
    parts->splits_at_spaces = true;
    set_added_tokens(*parts, {{.content = "<s>", .id = 0},
                              {.content = "<pad>", .id = 1},
                              {.content = "</s>", .id = 2},
                              {.content = "<unk>", .id = 3},
                              {.content = "<mask>", .id = mask, .takes_space_before = true}});
    return parts;
}

/// DeBERTa-v2 and v3: the ids are SentencePiece's own; [MASK] comes behind them when it is none of them.
Result<TokenizerParts> read_deberta(const std::string& folder, std::string_view bytes, const std::string& path) {
    SentencePieceModel model = TRY(parse_sentencepiece_model(bytes, path));
    TokenIdsByText vocabulary;
    for (std::size_t id = 0; id < model.pieces.size(); ++id) {
        vocabulary.emplace(model.pieces[id].text, static_cast<std::int32_t>(id));
    }
    vocabulary.emplace("[MASK]", static_cast<std::int32_t>(model.pieces.size()));
    constexpr std::array kSpecial = {"[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"};
    auto tokens = TRY(special_tokens(vocabulary, kSpecial, path));
    auto parts = std::make_unique<Parts>();
    std::vector<std::unique_ptr<Normalizer>> steps;
    if (TRY(config_flag(folder, "do_lower_case", false))) steps.push_back(make_lowercase_normalizer());
    steps.push_back(make_strip_normalizer(true, true));
    if (!model.charsmap.empty()) steps.push_back(TRY(make_charsmap_normalizer(model.charsmap, path)));
    steps.push_back(make_space_run_normalizer(" "));
    parts->normalizer = make_normalizer_sequence(std::move(steps));
    std::vector<std::unique_ptr<PreTokenizer>> splitters;
    if (TRY(config_flag(folder, "split_by_punct", false))) splitters.push_back(make_punctuation_pre_tokenizer());
    splitters.push_back(make_metaspace_pre_tokenizer("\xE2\x96\x81", PrependScheme::kAlways, true));
    parts->pre_tokenizer = make_pre_tokenizer_sequence(std::move(splitters));
    parts->vocabulary_size = model.pieces.size();
    const auto unknown = static_cast<std::size_t>(vocabulary["[UNK]"]);
    parts->model = TRY(make_unigram_model(std::move(model.pieces), unknown, path));
    parts->frame = bert_frame(vocabulary["[CLS]"], vocabulary["[SEP]"]);
    parts->pad_id = vocabulary["[PAD]"];
    parts->splits_at_spaces = true;
    set_added_tokens(*parts, std::move(tokens));
    return parts;
}

}  // namespace

Result<TokenizerParts> read_legacy_files(const std::string& folder) {
    const std::string roberta = folder + "/vocab.json";
    if (const auto text = TRY(read_file_if_there(roberta))) return read_roberta(folder, *text, roberta);
    const std::string xlm_roberta = folder + "/sentencepiece.bpe.model";
    if (const auto text = TRY(read_file_if_there(xlm_roberta))) return read_xlm_roberta(*text, xlm_roberta);
    const std::string deberta = folder + "/spm.model";
    if (const auto text = TRY(read_file_if_there(deberta))) return read_deberta(folder, *text, deberta);
    const std::string bert = folder + "/vocab.txt";
    if (const auto text = TRY(read_file_if_there(bert))) return read_bert(folder, *text, bert);
    return fail(ErrorKind::kDisk,
                fmt::format("{} has no tokenizer.json, and no vocab.json with merges.txt, vocab.txt, "
                            "sentencepiece.bpe.model or spm.model; copy the model's tokenizer files there",
                            folder));
}

}  // namespace gale::zero_shot
