#pragma once
// The tokenizer of a Hugging Face model folder: token ids, type ids and offsets equal to those of the
// `tokenizers` package for the kinds below. Any other component is refused by name, never guessed at.
//
// A text goes through the parts that `tokenizer.json` names: added tokens are cut out, a normalizer
// rewrites the rest and keeps track of where each byte came from, a pre-tokenizer splits it, a model
// (byte-level BPE, Unigram or WordPiece) turns each piece into tokens, and a post-processor puts the
// special tokens around. Without `tokenizer.json`, `vocab.json` + `merges.txt` (RoBERTa's kind),
// `vocab.txt` (BERT's) and `sentencepiece.bpe.model` / `spm.model` are read, as `transformers` converts
// them.
//
// Not done: padding (batches are padded by their user), truncation from the left, overflowing parts.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// The tokens of a text or of a pair; the three vectors are equally long.
struct Encoding {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> type_ids;
    /// Bytes [first, second) of the text given; {0, 0} for a special token.
    std::vector<std::pair<std::size_t, std::size_t>> offsets;

    std::size_t size() const { return ids.size(); }
};

/// Immutable once made: all of it may be called by several threads at a time.
class HuggingFaceTokenizer {
public:
    static constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

    /// kDisk when the folder has no tokenizer files or one cannot be read; kInput, naming the file and
    /// the part of it, when it is damaged or of a kind that is not done here.
    static Result<std::unique_ptr<HuggingFaceTokenizer>> open(const std::string& folder);

    /// From the text of a `tokenizer.json`; `name` stands for it in messages.
    static Result<std::unique_ptr<HuggingFaceTokenizer>> parse(std::string_view tokenizer_json, std::string_view name);

    ~HuggingFaceTokenizer();

    /// One text with its special tokens, cut to `max_length` tokens. Bytes that are no UTF-8 are read as
    /// U+FFFD, as Python's `bytes.decode(errors="replace")` does. kInput when `max_length` has no room
    /// for the special tokens.
    Result<Encoding> encode(std::string_view text, std::size_t max_length = kNoLimit) const;

    /// A pair with its special tokens. When it is too long only the premise is cut (`only_first`);
    /// kInput when the hypothesis leaves no room for a single token of it.
    Result<Encoding> encode_pair(std::string_view premise, std::string_view hypothesis,
                                 std::size_t max_length = kNoLimit) const;

    /// The two steps of `encode_pair`, for a text that is paired with many others: the tokens of a text
    /// alone, at least the first `enough` of them when there are so many, and the pair of two such.
    Encoding encode_bare(std::string_view text, std::size_t enough = kNoLimit) const;
    Result<Encoding> join_pair(const Encoding& premise, const Encoding& hypothesis,
                               std::size_t max_length = kNoLimit) const;

    /// What the folder says that a batch is padded with; 0 when it says nothing.
    std::int64_t pad_id() const;

    /// One more than the highest token id: no model with fewer embeddings belongs to this tokenizer.
    std::size_t vocabulary_size() const;

    struct Parts;
    explicit HuggingFaceTokenizer(std::unique_ptr<const Parts> parts);

private:
    std::unique_ptr<const Parts> parts_;
};

}  // namespace gale::zero_shot
