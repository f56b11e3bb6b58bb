#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <queue>

#include "tokenizer/byte_alphabet.hpp"
#include "tokenizer/token_model.hpp"
#include "tokenizer/try.hpp"

namespace gale::zero_shot {

namespace {

constexpr std::int32_t kNoToken = -1;
constexpr std::uint32_t kNoSymbol = 0xFFFFFFFF;

struct Merge {
    std::uint32_t rank;
    std::int32_t result;
};

/// A token in the making; `size` 0 once it has become part of the one before it.
struct Symbol {
    std::int32_t id;
    std::uint32_t previous;
    std::uint32_t next;
    std::uint32_t size;
};

struct Candidate {
    std::uint32_t rank;
    std::uint32_t at;
    std::int32_t result;

    /// The lowest rank comes first, of equal ones the leftmost.
    bool operator<(const Candidate& other) const { return rank != other.rank ? rank > other.rank : at > other.at; }
};

std::uint64_t pair_key(std::int32_t left, std::int32_t right) {
    return (std::uint64_t{static_cast<std::uint32_t>(left)} << 32) | static_cast<std::uint32_t>(right);
}

TokenSpaces count_spaces(std::string_view bytes) {
    const std::size_t leading = std::min(bytes.find_first_not_of(' '), bytes.size());
    const std::size_t last = bytes.find_last_not_of(' ');
    const std::size_t trailing = last == std::string_view::npos ? bytes.size() : bytes.size() - last - 1;
    const auto fit = [](std::size_t count) { return static_cast<std::uint16_t>(std::min<std::size_t>(count, 0xFFFF)); };
    return {fit(leading), fit(trailing)};
}

class ByteLevelBpeModel final : public TokenModel {
public:
    explicit ByteLevelBpeModel(BpeOptions options) : options_(options) { byte_tokens_.fill(kNoToken); }

    Result<void> read(const TokenIdsByText& vocabulary, const Merges& merges, std::string_view name) {
        for (const auto& [text, id] : vocabulary) {
            const auto bytes = bytes_of_token(text);
            if (!bytes || bytes->empty()) continue;  // can't come out of a text
            tokens_.emplace(*bytes, id);
            spaces_.emplace(id, count_spaces(*bytes));
            if (bytes->size() == 1) byte_tokens_[static_cast<unsigned char>(bytes->front())] = id;
        }
        std::erase_if(spaces_, [](const auto& entry) { return entry.second.leading + entry.second.trailing == 0; });
        merges_.reserve(merges.size());
        for (std::size_t rank = 0; rank < merges.size(); ++rank) {
            const auto& [left, right] = merges[rank];
            const auto first = vocabulary.find(left);
            const auto second = vocabulary.find(right);
            const auto result = vocabulary.find(left + right);
            if (first == vocabulary.end() || second == vocabulary.end() || result == vocabulary.end()) {
                return fail(ErrorKind::kInput,
                            fmt::format("tokenizer {}: merge {} ({} {}) is not of tokens of the vocabulary; do the "
                                        "merges and the vocabulary belong together?",
                                        name, rank, left, right));
            }
            merges_[pair_key(first->second, second->second)] = {static_cast<std::uint32_t>(rank), result->second};
        }
        return {};
    }

    void tokenize(std::string_view piece, std::vector<TokenSpan>& tokens) const override {
        if (options_.ignore_merges) {
            if (const auto whole = tokens_.find(std::string(piece)); whole != tokens_.end()) {
                tokens.push_back({whole->second, 0, static_cast<std::uint32_t>(piece.size())});
                return;
            }
        }
        std::vector<Symbol> symbols = first_symbols(piece);
        merge(symbols);
        std::uint32_t begin = 0;
        for (const Symbol& symbol : symbols) {
            if (symbol.size == 0) continue;
            tokens.push_back({symbol.id, begin, begin + symbol.size});
            begin += symbol.size;
        }
    }

    TokenSpaces spaces(std::int32_t id) const override {
        const auto found = spaces_.find(id);
        return found == spaces_.end() ? TokenSpaces{} : found->second;
    }

private:
    /// One for each byte. A byte that is no token is unknown, or, without such a token, left out, as the
    /// reference has it.
    std::vector<Symbol> first_symbols(std::string_view piece) const {
        std::vector<Symbol> symbols;
        symbols.reserve(piece.size());
        bool fuses = false;
        for (const char byte : piece) {
            std::int32_t id = byte_tokens_[static_cast<unsigned char>(byte)];
            const bool is_unknown = id == kNoToken;
            if (is_unknown && !options_.unknown) continue;
            if (is_unknown && fuses && options_.fuse_unknown) {
                ++symbols.back().size;
                continue;
            }
            if (is_unknown) id = *options_.unknown;
            fuses = is_unknown;
            const auto at = static_cast<std::uint32_t>(symbols.size());
            symbols.push_back({id, at == 0 ? kNoSymbol : at - 1, at + 1, 1});
        }
        if (!symbols.empty()) symbols.back().next = kNoSymbol;
        return symbols;
    }

    void merge(std::vector<Symbol>& symbols) const {
        std::vector<Candidate> storage;
        storage.reserve(symbols.size());
        std::priority_queue<Candidate> queue({}, std::move(storage));
        for (std::uint32_t at = 0; at + 1 < symbols.size(); ++at) offer(symbols, at, queue);
        while (!queue.empty()) {
            const Candidate best = queue.top();
            queue.pop();
            Symbol& left = symbols[best.at];
            if (left.size == 0 || left.next == kNoSymbol) continue;
            Symbol& right = symbols[left.next];
            const auto found = merges_.find(pair_key(left.id, right.id));
            if (found == merges_.end() || found->second.result != best.result) continue;  // outdated
            left.id = best.result;
            left.size += right.size;
            right.size = 0;
            left.next = right.next;
            if (left.next != kNoSymbol) symbols[left.next].previous = best.at;
            if (left.previous != kNoSymbol) offer(symbols, left.previous, queue);
            if (left.next != kNoSymbol) offer(symbols, best.at, queue);
        }
    }

    void offer(const std::vector<Symbol>& symbols, std::uint32_t at, std::priority_queue<Candidate>& queue) const {
        const Symbol& left = symbols[at];
        const auto found = merges_.find(pair_key(left.id, symbols[left.next].id));
        if (found != merges_.end()) queue.push({found->second.rank, at, found->second.result});
    }

    BpeOptions options_;
    TokenIdsByText tokens_;  ///< by their bytes
    std::array<std::int32_t, 256> byte_tokens_{};
    std::unordered_map<std::uint64_t, Merge> merges_;
    std::unordered_map<std::int32_t, TokenSpaces> spaces_;
};

}  // namespace

Result<std::unique_ptr<TokenModel>> make_byte_level_bpe_model(const TokenIdsByText& vocabulary, const Merges& merges,
                                                              BpeOptions options, std::string_view name) {
    auto model = std::make_unique<ByteLevelBpeModel>(options);
    TRY_VOID(model->read(vocabulary, merges, name));
    return model;
}

}  // namespace gale::zero_shot
