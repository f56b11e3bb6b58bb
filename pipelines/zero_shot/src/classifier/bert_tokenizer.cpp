#include "classifier/bert_tokenizer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "classifier/bert_normalizer.hpp"
#include "tsv/utf8.hpp"
#include "weights/mapped_file.hpp"

namespace gale::zero_shot {

BertTokenizer::BertTokenizer(BertVocabulary vocabulary, std::size_t max_tokens)
    : vocabulary_(std::move(vocabulary)), max_tokens_(max_tokens) {}

Result<std::unique_ptr<Tokenizer>> BertTokenizer::open(const std::string& path, std::size_t vocabulary_size,
                                                       std::size_t max_tokens) {
    const auto file = MappedFile::open(path);
    if (!file) return std::unexpected(file.error());
    const auto bytes = (*file)->bytes();
    auto vocabulary = parse_bert_vocabulary({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
    if (!vocabulary) return std::unexpected(vocabulary.error());
    std::int32_t highest = 0;
    for (const auto& [piece, id] : vocabulary->pieces) highest = std::max(highest, id);
    for (const auto& [token, id] : vocabulary->added_tokens) highest = std::max(highest, id);
    if (static_cast<std::size_t>(highest) >= vocabulary_size) {
        return fail(ErrorKind::kInput, fmt::format("tokenizer {} has token ids up to {}, the model beside it knows {} "
                                                   "tokens; do they belong together?",
                                                   path, highest, vocabulary_size));
    }
    if (vocabulary->before.size() + vocabulary->after.size() >= max_tokens) {
        return fail(ErrorKind::kInput,
                    fmt::format("tokenizer {} adds {} special tokens, the model takes {} tokens in all", path,
                                vocabulary->before.size() + vocabulary->after.size(), max_tokens));
    }
    return std::make_unique<BertTokenizer>(std::move(*vocabulary), max_tokens);
}

Result<std::vector<TokenIds>> BertTokenizer::tokenize(std::span<const std::string> texts) {
    std::vector<TokenIds> rows;
    rows.reserve(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (const auto bad = find_invalid_utf8(texts[i]); bad != std::string::npos) {
            return fail(ErrorKind::kInput, fmt::format("text {} is no UTF-8 from byte {} on", i, bad));
        }
        rows.push_back(tokenize_one(texts[i]));
    }
    return rows;
}

TokenIds BertTokenizer::tokenize_one(std::string_view text) const {
    TokenIds ids = vocabulary_.before;
    add_text(ids, text);
    ids.resize(std::min(ids.size(), max_tokens_ - vocabulary_.after.size()));
    ids.insert(ids.end(), vocabulary_.after.begin(), vocabulary_.after.end());
    return ids;
}

void BertTokenizer::add_text(TokenIds& ids, std::string_view text) const {
    const auto add_words = [&](std::string_view part) {
        for (const std::u32string& word : split_words(part, max_tokens_)) {
            if (ids.size() >= max_tokens_) return;
            add_word(ids, word);
        }
    };
    while (!text.empty() && ids.size() < max_tokens_) {
        std::size_t start = std::string_view::npos;
        const std::pair<std::string, std::int32_t>* token = nullptr;
        for (const auto& added : vocabulary_.added_tokens) {
            const std::size_t found = text.substr(0, start).find(added.first);
            if (found == std::string_view::npos) continue;
            start = found;
            token = &added;
        }
        add_words(text.substr(0, start));
        if (token == nullptr) return;
        ids.push_back(token->second);
        text.remove_prefix(start + token->first.size());
    }
}

void BertTokenizer::add_word(TokenIds& ids, std::u32string_view word) const {
    if (word.size() > vocabulary_.max_word_characters) {
        ids.push_back(vocabulary_.unknown);
        return;
    }
    TokenIds pieces;
    while (!word.empty()) {
        std::string piece = pieces.empty() ? "" : vocabulary_.continuing_prefix;
        std::vector<std::size_t> ends;  // of the piece after each of its characters
        for (const char32_t character : word) {
            append_utf8(piece, character);
            ends.push_back(piece.size());
        }
        auto found = vocabulary_.pieces.end();
        while (!ends.empty() && found == vocabulary_.pieces.end()) {
            piece.resize(ends.back());
            found = vocabulary_.pieces.find(piece);
            if (found == vocabulary_.pieces.end()) ends.pop_back();
        }
        if (found == vocabulary_.pieces.end()) {
            ids.push_back(vocabulary_.unknown);
            return;
        }
        pieces.push_back(found->second);
        word.remove_prefix(ends.size());
    }
    ids.insert(ids.end(), pieces.begin(), pieces.end());
}

}  // namespace gale::zero_shot
