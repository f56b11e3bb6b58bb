#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "classifier/text_encoder.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// What a `tokenizer.json` of the BERT family says: WordPiece vocabulary, special tokens, and the
/// frame that a text gets.
struct BertVocabulary {
    std::unordered_map<std::string, std::int32_t> pieces;
    std::vector<std::pair<std::string, std::int32_t>> added_tokens;  ///< taken out of a text as they are
    std::vector<std::int32_t> before;  ///< special tokens in front of a text, such as [CLS]
    std::vector<std::int32_t> after;   ///< and behind it, such as [SEP]
    std::string continuing_prefix;     ///< marks a piece inside a word: ##
    std::size_t max_word_characters = 0;
    std::int32_t unknown = 0;
};

/// Parses the text of a `tokenizer.json`; `name` stands for it in messages. kInput names the part
/// that is missing or of a kind that this tokenizer does not do.
Result<BertVocabulary> parse_bert_vocabulary(std::string_view json, std::string_view name);

/// The WordPiece tokenizer of uncased BERT models (Devlin et al. 2018; the greedy longest match of
/// Wu et al. 2016, section 4.1), token for token the one of Hugging Face.
class BertTokenizer final : public Tokenizer {
public:
    /// Reads `path`; a token id of `vocabulary_size` or more means a tokenizer of another model
    /// (kInput). Inputs are cut at `max_tokens`, special tokens included.
    static Result<std::unique_ptr<Tokenizer>> open(const std::string& path, std::size_t vocabulary_size,
                                                   std::size_t max_tokens);

    BertTokenizer(BertVocabulary vocabulary, std::size_t max_tokens);

    Result<std::vector<TokenIds>> tokenize(std::span<const std::string> texts) override;

private:
    TokenIds tokenize_one(std::string_view text) const;
    void add_text(TokenIds& ids, std::string_view text) const;
    void add_word(TokenIds& ids, std::u32string_view word) const;

    BertVocabulary vocabulary_;
    std::size_t max_tokens_;
};

}  // namespace gale::zero_shot
