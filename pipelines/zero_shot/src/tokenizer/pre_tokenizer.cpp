#include "tokenizer/pre_tokenizer.hpp"

#include <utility>

#include "tokenizer/characters.hpp"

namespace gale::zero_shot {

namespace {

void add_piece(const TrackedText& text, std::size_t begin, std::size_t end, std::vector<TrackedText>& pieces) {
    if (begin == end) return;
    if (begin == 0 && end == text.size()) return pieces.push_back(text);
    TrackedText piece;
    piece.reserve(end - begin);
    piece.append(text, begin, end);
    pieces.push_back(std::move(piece));
}

/// Splits at characters: some stand alone, some go.
class CharacterPreTokenizer final : public PreTokenizer {
public:
    CharacterPreTokenizer(bool drops_white_space, bool isolates_punctuation)
        : drops_white_space_(drops_white_space), isolates_punctuation_(isolates_punctuation) {}

    void split(TrackedText text, std::vector<TrackedText>& pieces) const override {
        std::size_t begin = 0;
        for (std::string_view rest = text.text(); !rest.empty();) {
            const std::size_t at = text.size() - rest.size();
            const char32_t character = take_character(rest);
            const bool drops = drops_white_space_ && is_white_space(character);
            if (!drops && !(isolates_punctuation_ && is_punctuation(character))) continue;
            const std::size_t after = text.size() - rest.size();
            add_piece(text, begin, at, pieces);
            if (!drops) add_piece(text, at, after, pieces);
            begin = after;
        }
        add_piece(text, begin, text.size(), pieces);
    }

private:
    bool drops_white_space_;
    bool isolates_punctuation_;
};

class MetaspacePreTokenizer final : public PreTokenizer {
public:
    MetaspacePreTokenizer(std::string replacement, PrependScheme scheme, bool splits)
        : replacement_(std::move(replacement)), scheme_(scheme), splits_(splits) {}

    void split(TrackedText text, std::vector<TrackedText>& pieces) const override {
        if (text.empty()) return;
        const bool is_first = text.origin_at(0).first == 0;
        TrackedText marked;
        marked.reserve(text.size() + replacement_.size());
        std::size_t done = 0;
        for (std::size_t space = 0; (space = text.text().find(' ', done)) != std::string_view::npos; done = space + 1) {
            marked.append(text, done, space);
            marked.append(replacement_, text.origin_at(space));
        }
        marked.append(text, done, text.size());
        const bool prepends = scheme_ == PrependScheme::kAlways || (scheme_ == PrependScheme::kFirst && is_first);
        if (prepends && !marked.text().starts_with(replacement_)) marked.prepend(replacement_);
        if (!splits_) return pieces.push_back(std::move(marked));
        for (std::size_t begin = 0; begin < marked.size();) {
            const std::size_t next = marked.text().find(replacement_, begin + 1);
            const std::size_t end = std::min(next, marked.size());
            add_piece(marked, begin, end, pieces);
            begin = end;
        }
    }

private:
    std::string replacement_;
    PrependScheme scheme_;
    bool splits_;
};

/// The words of 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
class ByteLevelWords {
public:
    explicit ByteLevelWords(std::string_view text) : text_(text) {}

    /// Where the word that starts at `begin` ends; `begin` is before the end of the text.
    std::size_t end_of_word(std::size_t begin) const {
        if (const std::size_t length = contraction_length(text_.substr(begin)); length > 0) return begin + length;
        const bool after_space = text_[begin] == ' ' && begin + 1 < text_.size();
        const std::size_t start = after_space ? begin + 1 : begin;
        const Kind kind = kind_of(first_character(text_.substr(start)));
        return kind == Kind::kSpace ? end_of_spaces(begin) : end_of_run(start, kind);
    }

private:
    enum class Kind { kLetter, kNumber, kSpace, kOther };

    static Kind kind_of(char32_t character) {
        if (is_letter(character)) return Kind::kLetter;
        if (is_number(character)) return Kind::kNumber;
        return is_white_space(character) ? Kind::kSpace : Kind::kOther;
    }

    static std::size_t contraction_length(std::string_view text) {
        if (text[0] != '\'') return 0;
        for (const std::string_view ending : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}) {
            if (text.starts_with(ending)) return ending.size();
        }
        return 0;
    }

    std::size_t end_of_run(std::size_t at, Kind kind) const {
        std::string_view rest = text_.substr(at);
        while (!rest.empty() && kind_of(first_character(rest)) == kind) take_character(rest);
        return text_.size() - rest.size();
    }

    /// All of the white space at the end of the text; before something else its last character is left,
    /// unless it is the only one.
    std::size_t end_of_spaces(std::size_t begin) const {
        const std::size_t end = end_of_run(begin, Kind::kSpace);
        if (end == text_.size()) return end;
        std::size_t last = end - 1;
        while (continues_character(text_[last])) --last;
        return last == begin ? end : last;
    }

    std::string_view text_;
};

class ByteLevelPreTokenizer final : public PreTokenizer {
public:
    ByteLevelPreTokenizer(bool add_prefix_space, bool use_regex)
        : add_prefix_space_(add_prefix_space), use_regex_(use_regex) {}

    void split(TrackedText text, std::vector<TrackedText>& pieces) const override {
        if (add_prefix_space_ && !text.text().starts_with(' ')) text.prepend(" ");
        if (!use_regex_) return add_piece(text, 0, text.size(), pieces);
        const ByteLevelWords words(text.text());
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = words.end_of_word(begin);
            add_piece(text, begin, end, pieces);
            begin = end;
        }
    }

private:
    bool add_prefix_space_;
    bool use_regex_;
};

class PreTokenizerSequence final : public PreTokenizer {
public:
    explicit PreTokenizerSequence(std::vector<std::unique_ptr<PreTokenizer>> steps) : steps_(std::move(steps)) {}

    void split(TrackedText text, std::vector<TrackedText>& pieces) const override {
        std::vector<TrackedText> current;
        current.push_back(std::move(text));
        for (const auto& step : steps_) {
            std::vector<TrackedText> next;
            for (TrackedText& piece : current) step->split(std::move(piece), next);
            current = std::move(next);
        }
        for (TrackedText& piece : current) pieces.push_back(std::move(piece));
    }

private:
    std::vector<std::unique_ptr<PreTokenizer>> steps_;
};

}  // namespace

std::unique_ptr<PreTokenizer> make_bert_pre_tokenizer() {
    return std::make_unique<CharacterPreTokenizer>(true, true);
}

std::unique_ptr<PreTokenizer> make_white_space_pre_tokenizer() {
    return std::make_unique<CharacterPreTokenizer>(true, false);
}

std::unique_ptr<PreTokenizer> make_punctuation_pre_tokenizer() {
    return std::make_unique<CharacterPreTokenizer>(false, true);
}

std::unique_ptr<PreTokenizer> make_metaspace_pre_tokenizer(std::string replacement, PrependScheme scheme, bool splits) {
    return std::make_unique<MetaspacePreTokenizer>(std::move(replacement), scheme, splits);
}

std::unique_ptr<PreTokenizer> make_byte_level_pre_tokenizer(bool add_prefix_space, bool use_regex) {
    return std::make_unique<ByteLevelPreTokenizer>(add_prefix_space, use_regex);
}

std::unique_ptr<PreTokenizer> make_pre_tokenizer_sequence(std::vector<std::unique_ptr<PreTokenizer>> steps) {
    return std::make_unique<PreTokenizerSequence>(std::move(steps));
}

}  // namespace gale::zero_shot
