#include "tokenizer/hugging_face_tokenizer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "tokenizer/characters.hpp"
#include "tokenizer/decoded_text.hpp"
#include "tokenizer/text_files.hpp"
#include "tokenizer/tokenizer_parts.hpp"
#include "tokenizer/try.hpp"
#include "tsv/utf8.hpp"

namespace gale::zero_shot {

namespace {

using Parts = HuggingFaceTokenizer::Parts;

constexpr std::size_t kMaxTextBytes = 0xFFFFFFF0;  // what Origin can point into
constexpr std::size_t kShortTextBytes = 8192;
constexpr std::size_t kBytesPerToken = 16;  // more than tokens of prose have

/// Tokens of one well-formed text.
class Run {
public:
    Run(const Parts& parts, std::string_view text) : parts_(parts), text_(text) {}

    Encoding tokens() {
        std::vector<TextPart> parts;
        parts_.raw_tokens.split(text_, parts);
        for (const TextPart& part : parts) {
            const std::string_view inside = text_.substr(part.begin, part.end - part.begin);
            if (part.token != nullptr) {
                add_token(*part.token, inside, origin(part.begin, part.end));
            } else {
                add_given(TrackedText(inside, part.begin));
            }
        }
        return std::move(encoding_);
    }

private:
    static Origin origin(std::size_t begin, std::size_t end) {
        return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    }

    void add_given(TrackedText text) {
        if (parts_.normalizer) parts_.normalizer->normalize(text);
        if (parts_.normalized_tokens.tokens().empty()) return add_text(std::move(text));
        std::vector<TextPart> parts;
        parts_.normalized_tokens.split(text.text(), parts);
        for (const TextPart& part : parts) {
            if (part.token != nullptr) {
                add_token(*part.token, text.text().substr(part.begin, part.end - part.begin),
                          text.origin(part.begin, part.end));
                continue;
            }
            TrackedText between;
            between.append(text, part.begin, part.end);
            add_text(std::move(between));
        }
    }

    void add_text(TrackedText text) {
        if (text.empty()) return;
        std::vector<TrackedText> pieces;
        if (parts_.pre_tokenizer) {
            parts_.pre_tokenizer->split(std::move(text), pieces);
        } else {
            pieces.push_back(std::move(text));
        }
        for (const TrackedText& piece : pieces) {
            spans_.clear();
            parts_.model->tokenize(piece.text(), spans_);
            for (const TokenSpan& span : spans_) {
                add(span.id, piece.origin(span.begin, span.end), parts_.model->spaces(span.id));
            }
        }
    }

    void add_token(const AddedToken& token, std::string_view text, Origin where) {
        TokenSpaces spaces;
        std::string_view rest = text;
        while (!rest.empty() && is_white_space(take_character(rest))) ++spaces.leading;
        for (rest = text; !rest.empty();) {
            spaces.trailing = is_white_space(take_character(rest)) ? spaces.trailing + 1 : 0;
        }
        add(token.id, where, spaces);
    }

    void add(std::int32_t id, Origin where, TokenSpaces spaces) {
        for (const OffsetTrim& trim : parts_.trims) where = trimmed(where, spaces, trim);
        encoding_.ids.push_back(id);
        encoding_.type_ids.push_back(0);
        encoding_.offsets.emplace_back(where.first, where.last);
    }

    /// As the reference does: it counts spaces of the token, not of the text it stands for.
    Origin trimmed(Origin where, TokenSpaces spaces, OffsetTrim trim) const {
        std::size_t leading = spaces.leading;
        const bool is_first = encoding_.ids.empty() || where.first == 0;
        if (leading == 1 && is_first && trim.add_prefix_space) leading = 0;  // not in the text
        for (; leading > 0 && where.first < where.last; --leading) {
            ++where.first;
            while (where.first < where.last && continues_character(text_[where.first])) ++where.first;
        }
        for (std::size_t trailing = spaces.trailing; trailing > 0 && where.last > where.first; --trailing) {
            --where.last;
            while (where.last > where.first && continues_character(text_[where.last])) --where.last;
        }
        return where;
    }

    const Parts& parts_;
    std::string_view text_;
    Encoding encoding_;
    std::vector<TokenSpan> spans_;
};

/// The first place from `from` on where a text can be cut without a change to the tokens before.
std::size_t find_cut(std::string_view text, std::size_t from) {
    const auto is_plain = [](char byte) {
        return is_letter(static_cast<unsigned char>(byte)) || is_number(static_cast<unsigned char>(byte));
    };
    const auto is_ascii = [](char byte) { return static_cast<unsigned char>(byte) < 0x80; };
    for (std::size_t at = text.find(' ', from); at != std::string_view::npos; at = text.find(' ', at + 1)) {
        if (at == 0 || at + 1 >= text.size()) continue;
        const char before = text[at - 1];
        const char behind = text[at + 1];
        if (is_ascii(before) && is_ascii(behind) && is_plain(before) && is_plain(behind)) return at;
    }
    return text.size();
}

/// The text's tokens; of a long one no more than its beginning that holds `enough` of them.
Encoding run(const Parts& parts, std::string_view text, std::size_t enough) {
    const bool may_cut = parts.splits_at_spaces && enough < text.size() / kBytesPerToken;
    std::size_t cut = may_cut ? std::max(kShortTextBytes, enough * kBytesPerToken) : text.size();
    for (;; cut *= 4) {
        cut = cut >= text.size() ? text.size() : find_cut(text, cut);
        Encoding encoding = Run(parts, text.substr(0, cut)).tokens();
        if (cut == text.size() || encoding.size() >= enough) return encoding;
    }
}

}  // namespace

HuggingFaceTokenizer::HuggingFaceTokenizer(std::unique_ptr<const Parts> parts) : parts_(std::move(parts)) {}

HuggingFaceTokenizer::~HuggingFaceTokenizer() = default;

Result<std::unique_ptr<HuggingFaceTokenizer>> HuggingFaceTokenizer::open(const std::string& folder) {
    const std::string path = folder + "/tokenizer.json";
    if (const auto text = TRY(read_file_if_there(path))) {
        auto parts = TRY(parse_tokenizer_json(*text, path));
        TRY_VOID(set_pad_id(*parts, folder));
        return std::make_unique<HuggingFaceTokenizer>(std::move(parts));
    }
    auto parts = TRY(read_legacy_files(folder));
    TRY_VOID(set_pad_id(*parts, folder));
    return std::make_unique<HuggingFaceTokenizer>(std::move(parts));
}

Result<std::unique_ptr<HuggingFaceTokenizer>> HuggingFaceTokenizer::parse(std::string_view tokenizer_json,
                                                                          std::string_view name) {
    return std::make_unique<HuggingFaceTokenizer>(TRY(parse_tokenizer_json(tokenizer_json, name)));
}

Encoding HuggingFaceTokenizer::encode_bare(std::string_view text, std::size_t enough) const {
    text = text.substr(0, kMaxTextBytes);
    if (find_invalid_utf8(text) == std::string_view::npos) return run(*parts_, text, enough);
    const DecodedText decoded(text);
    Encoding encoding = run(*parts_, decoded.text(), enough);
    for (auto& [first, last] : encoding.offsets) {
        first = decoded.given(first);
        last = decoded.given(last);
    }
    return encoding;
}

Result<Encoding> HuggingFaceTokenizer::encode(std::string_view text, std::size_t max_length) const {
    const std::size_t special = count_special_tokens(parts_->frame.single);
    if (special > max_length) {
        return fail(ErrorKind::kInput,
                    fmt::format("{} tokens have no room for the {} special tokens around a text", max_length, special));
    }
    const Encoding bare = encode_bare(text, max_length);
    return fill_frame(parts_->frame.single, bare, std::min(bare.size(), max_length - special), {});
}

Result<Encoding> HuggingFaceTokenizer::encode_pair(std::string_view premise, std::string_view hypothesis,
                                                   std::size_t max_length) const {
    return join_pair(encode_bare(premise, max_length), encode_bare(hypothesis), max_length);
}

Result<Encoding> HuggingFaceTokenizer::join_pair(const Encoding& premise, const Encoding& hypothesis,
                                                 std::size_t max_length) const {
    const std::size_t fixed = count_special_tokens(parts_->frame.pair) + hypothesis.size();
    const bool fits = fixed <= max_length && premise.size() <= max_length - fixed;
    if (!fits && fixed >= max_length) {
        return fail(ErrorKind::kInput,
                    fmt::format("a hypothesis of {} tokens leaves no room for a text beside it in the {} that the "
                                "model takes; make the label or the template shorter",
                                hypothesis.size(), max_length));
    }
    const std::size_t keep = fits ? premise.size() : max_length - fixed;
    return fill_frame(parts_->frame.pair, premise, keep, hypothesis);
}

std::int64_t HuggingFaceTokenizer::pad_id() const {
    return parts_->pad_id;
}

std::size_t HuggingFaceTokenizer::vocabulary_size() const {
    return parts_->vocabulary_size;
}

void set_added_tokens(HuggingFaceTokenizer::Parts& parts, std::vector<AddedToken> tokens) {
    std::vector<AddedToken> raw;
    std::vector<AddedToken> normalized;
    for (AddedToken& token : tokens) {
        parts.vocabulary_size = std::max(parts.vocabulary_size, static_cast<std::size_t>(token.id) + 1);
        if (token.content.contains(' ')) parts.splits_at_spaces = false;
        if (!token.normalized) {
            raw.push_back(std::move(token));
            continue;
        }
        TrackedText text(token.content, 0);
        if (parts.normalizer) parts.normalizer->normalize(text);
        token.content = text.text();
        if (!token.content.empty()) normalized.push_back(std::move(token));
    }
    parts.raw_tokens = AddedTokens(std::move(raw));
    parts.normalized_tokens = AddedTokens(std::move(normalized));
}

}  // namespace gale::zero_shot
