#pragma once
// The normalizers of a tokenizer.json. Each rewrites a text whose bytes know where they came from.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/tracked_text.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

class Normalizer {
public:
    virtual ~Normalizer() = default;
    virtual void normalize(TrackedText& text) const = 0;
};

struct BertNormalizerOptions {
    bool clean_text = true;
    bool handle_chinese_chars = true;
    bool strip_accents = true;
    bool lowercase = true;
};

std::unique_ptr<Normalizer> make_bert_normalizer(BertNormalizerOptions options);

std::unique_ptr<Normalizer> make_lowercase_normalizer();

/// Drops white space at the ends.
std::unique_ptr<Normalizer> make_strip_normalizer(bool left, bool right);

/// Each `pattern`, which is not empty, becomes `content`, from the left.
std::unique_ptr<Normalizer> make_replace_normalizer(std::string pattern, std::string content);

/// Each run of two and more spaces becomes `content`.
std::unique_ptr<Normalizer> make_space_run_normalizer(std::string content);

/// Each run of two and more white space characters, and each line end and tab, becomes `content`.
std::unique_ptr<Normalizer> make_white_space_run_normalizer(std::string content);

/// Unicode's form C.
std::unique_ptr<Normalizer> make_composing_normalizer();

/// SentencePiece's compiled map of characters (Darts trie and texts). kInput when it is damaged.
Result<std::unique_ptr<Normalizer>> make_charsmap_normalizer(std::string_view charsmap, std::string_view name);

std::unique_ptr<Normalizer> make_normalizer_sequence(std::vector<std::unique_ptr<Normalizer>> steps);

}  // namespace gale::zero_shot
