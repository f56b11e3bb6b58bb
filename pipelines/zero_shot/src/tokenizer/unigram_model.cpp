#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "tokenizer/characters.hpp"
#include "tokenizer/prefix_trie.hpp"
#include "tokenizer/token_model.hpp"

namespace gale::zero_shot {

namespace {

/// How much less likely an unknown character is than the least likely token.
constexpr double kUnknownPenalty = 10.0;
constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();

/// The best way to a byte of the piece: its last token.
struct BestPath {
    double score = 0;
    std::uint32_t begin = kNowhere;
    std::int32_t id = 0;

    void offer(double other_score, std::uint32_t other_begin, std::int32_t other_id) {
        if (begin == kNowhere || other_score > score) *this = {other_score, other_begin, other_id};
    }
};

class UnigramModel final : public TokenModel {
public:
    UnigramModel(const std::vector<UnigramPiece>& pieces, std::int32_t unknown) : unknown_(unknown) {
        double lowest = std::numeric_limits<double>::infinity();
        scores_.reserve(pieces.size());
        for (std::size_t id = 0; id < pieces.size(); ++id) {
            trie_.insert(pieces[id].text, static_cast<std::int32_t>(id));
            scores_.push_back(pieces[id].score);
            lowest = std::min(lowest, pieces[id].score);
        }
        unknown_score_ = lowest - kUnknownPenalty;
    }

    void tokenize(std::string_view piece, std::vector<TokenSpan>& tokens) const override {
        std::vector<BestPath> paths(piece.size() + 1);
        for (std::uint32_t at = 0; at < piece.size();) at += extend(piece, at, paths);
        const std::size_t before = tokens.size();
        for (auto end = static_cast<std::uint32_t>(piece.size()); end > 0;) {
            const BestPath& path = paths[end];
            const bool fuses = path.id == unknown_ && tokens.size() > before && tokens.back().id == unknown_;
            if (fuses) {
                tokens.back().begin = path.begin;
            } else {
                tokens.push_back({path.id, path.begin, end});
            }
            end = path.begin;
        }
        std::reverse(tokens.begin() + static_cast<std::ptrdiff_t>(before), tokens.end());
    }

private:
    /// Offers every token at `at`; returns the length of the character there.
    std::uint32_t extend(std::string_view piece, std::uint32_t at, std::vector<BestPath>& paths) const {
        const double score = paths[at].score;
        std::uint32_t character = 1;
        while (at + character < piece.size() && continues_character(piece[at + character])) ++character;
        bool has_character = false;
        PrefixTrie::Node node = PrefixTrie::kRoot;
        for (std::uint32_t end = at + 1; end <= piece.size(); ++end) {
            node = trie_.child(node, piece[end - 1]);
            if (node == PrefixTrie::kNone) break;
            const std::int32_t id = trie_.value(node);
            if (id == PrefixTrie::kNoValue) continue;
            paths[end].offer(scores_[static_cast<std::size_t>(id)] + score, at, id);
            has_character = has_character || end - at == character;
        }
        if (!has_character) paths[at + character].offer(unknown_score_ + score, at, unknown_);
        return character;
    }

    PrefixTrie trie_;
    std::vector<double> scores_;
    std::int32_t unknown_;
    double unknown_score_ = 0;
};

}  // namespace

Result<std::unique_ptr<TokenModel>> make_unigram_model(std::vector<UnigramPiece> pieces,
                                                       std::optional<std::size_t> unknown, std::string_view name) {
    if (!unknown || *unknown >= pieces.size()) {
        return fail(ErrorKind::kInput,
                    fmt::format("tokenizer {}: model.unk_id must be the place of a token in model.vocab", name));
    }
    return std::make_unique<UnigramModel>(pieces, static_cast<std::int32_t>(*unknown));
}

}  // namespace gale::zero_shot
