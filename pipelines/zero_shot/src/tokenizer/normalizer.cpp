#include "tokenizer/normalizer.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

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

class BertNormalizer final : public Normalizer {
public:
    explicit BertNormalizer(BertNormalizerOptions options) : options_(options) {}

    void normalize(TrackedText& text) const override {
        TrackedText result;
        result.reserve(text.size());
        for_each_character(text, [&](char32_t character, Origin origin) { add(result, character, origin); });
        text = std::move(result);
    }

private:
    void add(TrackedText& result, char32_t character, Origin origin) const {
        if (options_.clean_text) {
            if (is_dropped_by_bert(character)) return;
            if (is_white_space(character)) character = ' ';
        }
        if (options_.handle_chinese_chars && is_ideograph(character)) {
            result.append(' ', origin);
            add_plain(result, character, origin);
            result.append(' ', origin);
        } else {
            add_plain(result, character, origin);
        }
    }

    void add_plain(TrackedText& result, char32_t character, Origin origin) const {
        if (!options_.strip_accents) return add_lower(result, character, origin);
        for (const char32_t bare : without_accents(character).characters()) add_lower(result, bare, origin);
    }

    void add_lower(TrackedText& result, char32_t character, Origin origin) const {
        if (!options_.lowercase) return result.append(character, origin);
        for (const char32_t lower : lower_case(character).characters()) result.append(lower, origin);
    }

    BertNormalizerOptions options_;
};

class LowercaseNormalizer final : public Normalizer {
public:
    void normalize(TrackedText& text) const override {
        TrackedText result;
        result.reserve(text.size());
        for_each_character(text, [&](char32_t character, Origin origin) {
            for (const char32_t lower : lower_case(character).characters()) result.append(lower, origin);
        });
        text = std::move(result);
    }
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

class SpaceRunNormalizer final : public Normalizer {
public:
    explicit SpaceRunNormalizer(std::string content) : content_(std::move(content)) {}

    void normalize(TrackedText& text) const override {
        replace_all(text, content_, [](std::string_view in, std::size_t from) {
            const std::size_t begin = in.find("  ", from);
            const std::size_t end = in.find_first_not_of(' ', begin);
            return std::pair(begin, end == std::string_view::npos ? in.size() : end);
        });
    }

private:
    std::string content_;
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
    return std::make_unique<SpaceRunNormalizer>(std::move(content));
}

std::unique_ptr<Normalizer> make_normalizer_sequence(std::vector<std::unique_ptr<Normalizer>> steps) {
    return std::make_unique<NormalizerSequence>(std::move(steps));
}

}  // namespace gale::zero_shot
