#include "tokenizer/characters.hpp"
#include "tokenizer/prefix_trie.hpp"
#include "tokenizer/token_model.hpp"

namespace gale::zero_shot {

namespace {

class WordPieceModel final : public TokenModel {
public:
    WordPieceModel(const TokenIdsByText& vocabulary, WordPieceOptions options) : options_(std::move(options)) {
        for (const auto& [text, id] : vocabulary) trie_.insert(text, id);
        inside_ = trie_.find(options_.continuing_prefix);
    }

    void tokenize(std::string_view piece, std::vector<TokenSpan>& tokens) const override {
        const auto whole = static_cast<std::uint32_t>(piece.size());
        const std::size_t before = tokens.size();
        if (!is_longer_than_a_word(piece)) {
            std::uint32_t begin = 0;
            while (begin < whole) {
                const TokenSpan token = longest(piece, begin);
                if (token.end == begin) break;
                tokens.push_back(token);
                begin = token.end;
            }
            if (begin == whole) return;
        }
        tokens.resize(before);
        tokens.push_back({options_.unknown, 0, whole});
    }

private:
    bool is_longer_than_a_word(std::string_view piece) const {
        if (piece.size() <= options_.max_word_characters) return false;
        std::size_t characters = 0;
        for (const char byte : piece) characters += continues_character(byte) ? 0 : 1;
        return characters > options_.max_word_characters;
    }

    /// The longest token at `begin`; an empty one when there is none.
    TokenSpan longest(std::string_view piece, std::uint32_t begin) const {
        TokenSpan found{0, begin, begin};
        PrefixTrie::Node node = begin == 0 ? PrefixTrie::kRoot : inside_;
        for (std::uint32_t at = begin; at < piece.size() && node != PrefixTrie::kNone; ++at) {
            node = trie_.child(node, piece[at]);
            if (node == PrefixTrie::kNone || trie_.value(node) == PrefixTrie::kNoValue) continue;
            found = {trie_.value(node), begin, at + 1};
        }
        return found;
    }

    WordPieceOptions options_;
    PrefixTrie trie_;
    PrefixTrie::Node inside_ = PrefixTrie::kRoot;
};

}  // namespace

std::unique_ptr<TokenModel> make_word_piece_model(const TokenIdsByText& vocabulary, WordPieceOptions options) {
    return std::make_unique<WordPieceModel>(vocabulary, std::move(options));
}

}  // namespace gale::zero_shot
