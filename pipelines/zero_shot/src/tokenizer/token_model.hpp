#pragma once
// What turns a piece of a text into tokens, and the vocabulary it does so with.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// Bytes [begin, end) of a piece as one token.
struct TokenSpan {
    std::int32_t id;
    std::uint32_t begin;
    std::uint32_t end;
};

/// How many spaces a token starts and ends with.
struct TokenSpaces {
    std::uint16_t leading = 0;
    std::uint16_t trailing = 0;
};

class TokenModel {
public:
    virtual ~TokenModel() = default;

    /// Appends the tokens of `piece`, which is not empty.
    virtual void tokenize(std::string_view piece, std::vector<TokenSpan>& tokens) const = 0;

    /// Of the token `id`, for post-processors that take spaces out of offsets; only byte-level models
    /// know.
    virtual TokenSpaces spaces(std::int32_t) const { return {}; }
};

/// Tokens and their ids; texts of tokens are unique.
using TokenIdsByText = std::unordered_map<std::string, std::int32_t>;

struct WordPieceOptions {
    std::int32_t unknown = 0;
    std::string continuing_prefix;  ///< marks a token inside a word: ##
    std::size_t max_word_characters = 0;
};

/// The greedy longest match of Wu et al. 2016, section 4.1.
std::unique_ptr<TokenModel> make_word_piece_model(const TokenIdsByText& vocabulary, WordPieceOptions options);

struct BpeOptions {
    std::optional<std::int32_t> unknown;
    bool fuse_unknown = false;
    bool ignore_merges = false;  ///< a piece that is a token as a whole is that token
};

using Merges = std::vector<std::pair<std::string, std::string>>;

/// Byte-pair encoding (Sennrich et al. 2016) on bytes. Tokens are written in GPT-2's alphabet of 256
/// printable characters, one for each byte. kInput when a merge is of or makes something that is no token.
Result<std::unique_ptr<TokenModel>> make_byte_level_bpe_model(const TokenIdsByText& vocabulary, const Merges& merges,
                                                              BpeOptions options, std::string_view name);

struct UnigramPiece {
    std::string text;
    double score;
};

/// The most likely split under a unigram language model (Kudo 2018); a piece's place is its id.
/// Neighbouring unknown characters are one token. kInput when `unknown` is no place.
Result<std::unique_ptr<TokenModel>> make_unigram_model(std::vector<UnigramPiece> pieces,
                                                       std::optional<std::size_t> unknown, std::string_view name);

}  // namespace gale::zero_shot
