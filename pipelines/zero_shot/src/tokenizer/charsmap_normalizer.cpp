// SentencePiece's compiled map of characters: a Darts double array (Yata's darts-clone) that finds the
// place of a text in a block of NUL-terminated texts.
//
// The reference applies it to grapheme clusters in a way of its own, which models were trained and are
// used with, so it is done the same here: a cluster of fewer than six bytes is replaced as a whole by
// what its shortest known beginning maps to; else each of its characters is looked up alone.

#include <fmt/format.h>

#include <cstring>
#include <limits>
#include <optional>

#include "tokenizer/characters.hpp"
#include "tokenizer/normalizer.hpp"
#include "tsv/utf8.hpp"

namespace gale::zero_shot {

namespace {

constexpr std::size_t kWholeClusterBytes = 6;

/// One unit of a double array, as darts-clone packs it.
struct Unit {
    std::uint32_t bits;

    bool has_leaf() const { return ((bits >> 8) & 1U) != 0; }
    std::uint32_t value() const { return bits & 0x7FFFFFFFU; }
    std::uint32_t label() const { return bits & 0x800000FFU; }
    std::uint32_t offset() const { return (bits >> 10) << ((bits & (1U << 9)) >> 6); }
};

std::size_t count_characters(std::string_view text) {
    std::size_t count = 0;
    for (const char byte : text) count += continues_character(byte) ? 0 : 1;
    return count;
}

class CharsmapNormalizer final : public Normalizer {
public:
    CharsmapNormalizer(std::vector<Unit> units, std::string texts)
        : units_(std::move(units)), texts_(std::move(texts)) {}

    void normalize(TrackedText& text) const override {
        Rewriting done;
        done.characters.reserve(text.size());
        for (std::size_t at = 0; at < text.size();) {
            const std::string_view cluster = text.text().substr(at, cluster_length(text.text().substr(at)));
            if (cluster.size() >= kWholeClusterBytes || !replace(cluster, done)) add_characters(cluster, done);
            at += cluster.size();
        }
        if (done.modified) text.rewrite(done.characters);
    }

private:
    struct Rewriting {
        std::vector<RewrittenCharacter> characters;
        bool modified = false;
    };

    /// Two printable ASCII characters in a row are always two clusters.
    static std::size_t cluster_length(std::string_view text) {
        const auto is_plain = [](char byte) { return byte >= ' ' && byte <= '~'; };
        if (is_plain(text[0]) && (text.size() == 1 || is_plain(text[1]))) return 1;
        return grapheme_length(text);
    }

    void add_characters(std::string_view cluster, Rewriting& done) const {
        while (!cluster.empty()) {
            std::string_view rest = cluster;
            const char32_t character = take_character(rest);
            if (!replace(cluster.substr(0, cluster.size() - rest.size()), done))
                done.characters.push_back({character, 0});
            cluster = rest;
        }
    }

    /// Adds what `key` maps to, if it is known. Surplus new characters are marked as added; what is
    /// missing is marked as removed after the character before it. Where there is none, at the start of
    /// a text, the reference forgets about it, and offsets behind it are off by as much.
    bool replace(std::string_view key, Rewriting& done) const {
        const auto found = lookup(key);
        if (!found) return false;
        done.modified = true;
        const auto removed = static_cast<std::ptrdiff_t>(count_characters(key));
        std::ptrdiff_t added = 0;
        for (std::string_view rest = *found; !rest.empty(); ++added) {
            const char32_t character = take_character(rest);
            done.characters.push_back({character, added < removed ? 0 : 1});
        }
        if (added < removed && !done.characters.empty()) {
            done.characters.back().change += static_cast<std::int32_t>(added - removed);
        }
        return true;
    }

    /// The text that the shortest known beginning of `key` maps to.
    std::optional<std::string_view> lookup(std::string_view key) const {
        std::size_t node = units_[0].offset();
        for (const char byte : key) {
            if (byte == 0) return std::nullopt;
            node ^= static_cast<unsigned char>(byte);
            if (node >= units_.size()) return std::nullopt;
            const Unit unit = units_[node];
            if (unit.label() != static_cast<unsigned char>(byte)) return std::nullopt;
            node ^= unit.offset();
            if (!unit.has_leaf()) continue;
            if (node >= units_.size()) return std::nullopt;
            const std::size_t place = units_[node].value();
            if (place >= texts_.size() || continues_character(texts_[place])) return std::nullopt;  // damaged
            return std::string_view(texts_.c_str() + place);
        }
        return std::nullopt;
    }

    std::vector<Unit> units_;
    std::string texts_;
};

}  // namespace

Result<std::unique_ptr<Normalizer>> make_charsmap_normalizer(std::string_view charsmap, std::string_view name) {
    const auto damaged = [&](std::string_view what) {
        return fail(ErrorKind::kInput,
                    fmt::format("tokenizer {}: its precompiled_charsmap {}; get the file again", name, what));
    };
    std::uint32_t trie_bytes = 0;
    if (charsmap.size() < sizeof(trie_bytes)) return damaged("is cut off");
    std::memcpy(&trie_bytes, charsmap.data(), sizeof(trie_bytes));
    charsmap.remove_prefix(sizeof(trie_bytes));
    if (trie_bytes > charsmap.size() || trie_bytes % sizeof(Unit) != 0 || trie_bytes == 0) {
        return damaged(fmt::format("says {} bytes of {}", trie_bytes, charsmap.size()));
    }
    std::vector<Unit> units(trie_bytes / sizeof(Unit));
    std::memcpy(units.data(), charsmap.data(), trie_bytes);
    const std::string_view texts = charsmap.substr(trie_bytes);
    if (find_invalid_utf8(texts) != std::string_view::npos) return damaged("has texts that are no UTF-8");
    return std::make_unique<CharsmapNormalizer>(std::move(units), std::string(texts));
}

}  // namespace gale::zero_shot
