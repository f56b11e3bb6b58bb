#include "tokenizer/normalizer.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "tokenizer/canonical_form.hpp"
#include "tokenizer/characters.hpp"

namespace gale::zero_shot {

namespace {

/// Calls `each(character, origin)` for every character.
template <typename Each>
void for_each_character(const TrackedText& text, Each each) {
    for (std::string_view rest = text.text(); !rest.empty();) {
        const std::size_t begin = text.size() - rest.size();
        const char32_t character = take_character(rest);
        each(character, text.origin(begin, text.size() - rest.size()));
    }
}

/// Calls `add(result, character, origin)` for every character; `text` becomes the result.
template <typename Add>
void rebuild(TrackedText& text, Add add) {
    TrackedText result;
    result.reserve(text.size());
    for_each_character(text, [&](char32_t character, Origin origin) { add(result, character, origin); });
    text = std::move(result);
}

void lower(TrackedText& text) {
    rebuild(text, [](TrackedText& result, char32_t character, Origin origin) {
        for (const char32_t lower : lower_case(character).characters()) result.append(lower, origin);
    });
}

class BertNormalizer final : public Normalizer {
public:
    explicit BertNormalizer(BertNormalizerOptions options) : options_(options) {}

    void normalize(TrackedText& text) const override {
        if (options_.clean_text) clean(text);
        if (options_.handle_chinese_chars) set_ideographs_apart(text);
        if (options_.strip_accents) {
            decompose(text);
            drop_marks(text);
        }
        if (options_.lowercase) lower(text);
    }

private:
    static void clean(TrackedText& text) {
        rebuild(text, [](TrackedText& result, char32_t character, Origin origin) {
            if (!is_dropped_by_bert(character)) result.append(is_white_space(character) ? U' ' : character, origin);
        });
    }

    static void set_ideographs_apart(TrackedText& text) {
        rebuild(text, [](TrackedText& result, char32_t character, Origin origin) {
            const bool is_apart = is_ideograph(character);
            if (is_apart) result.append(' ', origin);
            result.append(character, origin);
            if (is_apart) result.append(' ', origin);
        });
    }

    static void drop_marks(TrackedText& text) {
        rebuild(text, [](TrackedText& result, char32_t character, Origin origin) {
            if (!is_mark(character)) result.append(character, origin);
        });
    }

    BertNormalizerOptions options_;
};

class LowercaseNormalizer final : public Normalizer {
public:
    void normalize(TrackedText& text) const override { lower(text); }
};

class ComposingNormalizer final : public Normalizer {
public:
    void normalize(TrackedText& text) const override { compose(text); }
};

class StripNormalizer final : public Normalizer {
public:
    StripNormalizer(bool left, bool right) : left_(left), right_(right) {}

    void normalize(TrackedText& text) const override {
        std::size_t begin = text.size();  // of what stays, up to `end`
        std::size_t end = 0;
        for (std::string_view rest = text.text(); !rest.empty();) {
            const std::size_t at = text.size() - rest.size();
            if (is_white_space(take_character(rest))) continue;
            begin = std::min(begin, at);
            end = text.size() - rest.size();
        }
        if (!left_) begin = 0;
        if (!right_) end = text.size();
        if (begin == 0 && end == text.size()) return;
        TrackedText result;
        if (begin < end) result.append(text, begin, end);
        text = std::move(result);
    }

private:
    bool left_;
    bool right_;
};

/// What `find(text, from)` gives, {begin, end}, becomes `content` and stands for the last byte of it.
template <typename Find>
void replace_all(TrackedText& text, std::string_view content, Find find) {
    TrackedText result;
    std::size_t done = 0;
    for (auto [begin, end] = find(text.text(), 0); begin != std::string_view::npos;
         std::tie(begin, end) = find(text.text(), done)) {
        result.append(text, done, begin);
        result.append(content, text.origin_at(end - 1));
        done = end;
    }
    if (done == 0) return;
    result.append(text, done, text.size());
    text = std::move(result);
}

class ReplaceNormalizer final : public Normalizer {
public:
    ReplaceNormalizer(std::string pattern, std::string content)
        : pattern_(std::move(pattern)), content_(std::move(content)) {}

    void normalize(TrackedText& text) const override {
        replace_all(text, content_, [this](std::string_view in, std::size_t from) {
            const std::size_t begin = in.find(pattern_, from);
            return std::pair(begin, begin + pattern_.size());
        });
    }

private:
    std::string pattern_;
    std::string content_;
};

/// Replaces runs of two and more spaces; with `any`, of white space, and single line ends and tabs.
class SpaceRunNormalizer final : public Normalizer {
public:
    SpaceRunNormalizer(std::string content, bool any) : content_(std::move(content)), any_(any) {}

    void normalize(TrackedText& text) const override {
        replace_all(text, content_, [this](std::string_view in, std::size_t from) { return find(in, from); });
    }

private:
    std::pair<std::size_t, std::size_t> find(std::string_view in, std::size_t from) const {
        while (from < in.size()) {
            std::string_view rest = in.substr(from);
            std::size_t count = 0;
            while (!rest.empty() && is_space(first_character(rest))) {
                take_character(rest);
                ++count;
            }
            const bool is_alone = count == 1 && any_ && std::string_view("\n\r\t").contains(in[from]);
            if (count >= 2 || is_alone) return {from, in.size() - rest.size()};
            ++from;
            while (from < in.size() && continues_character(in[from])) ++from;
        }
        return {std::string_view::npos, std::string_view::npos};
    }

    bool is_space(char32_t character) const { return any_ ? is_white_space(character) : character == ' '; }

    std::string content_;
    bool any_;
};

class NormalizerSequence final : public Normalizer {
public:
    explicit NormalizerSequence(std::vector<std::unique_ptr<Normalizer>> steps) : steps_(std::move(steps)) {}

    void normalize(TrackedText& text) const override {
        for (const auto& step : steps_) step->normalize(text);
    }

private:
    std::vector<std::unique_ptr<Normalizer>> steps_;
};

}  // namespace

std::unique_ptr<Normalizer> make_bert_normalizer(BertNormalizerOptions options) {
    return std::make_unique<BertNormalizer>(options);
}

std::unique_ptr<Normalizer> make_lowercase_normalizer() {
    return std::make_unique<LowercaseNormalizer>();
}

std::unique_ptr<Normalizer> make_strip_normalizer(bool left, bool right) {
    return std::make_unique<StripNormalizer>(left, right);
}

std::unique_ptr<Normalizer> make_replace_normalizer(std::string pattern, std::string content) {
    return std::make_unique<ReplaceNormalizer>(std::move(pattern), std::move(content));
}

std::unique_ptr<Normalizer> make_space_run_normalizer(std::string content) {
    return std::make_unique<SpaceRunNormalizer>(std::move(content), false);
}

std::unique_ptr<Normalizer> make_white_space_run_normalizer(std::string content) {
    return std::make_unique<SpaceRunNormalizer>(std::move(content), true);
}

std::unique_ptr<Normalizer> make_composing_normalizer() {
    return std::make_unique<ComposingNormalizer>();
}

std::unique_ptr<Normalizer> make_normalizer_sequence(std::vector<std::unique_ptr<Normalizer>> steps) {
    return std::make_unique<NormalizerSequence>(std::move(steps));
}

}  // namespace gale::zero_shot
