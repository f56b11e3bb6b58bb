#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <unordered_map>
#include <utility>

#include "classifier/batches.hpp"
#include "classifier/zero_shot_model.hpp"

namespace gale::zero_shot {

namespace {

/// So many texts' pairs are in memory at a time; enough for batches of one length.
constexpr std::size_t kTextsAtATime = 512;
// Larger batches leave the CPU's caches, smaller ones leave its units idle.
constexpr BatchLimits kLimits{.rows = 32, .tokens = 1024};
constexpr std::size_t kShownLabel = 60;

TokenIds narrow(std::span<const std::int64_t> values) {
    return {values.begin(), values.end()};
}

std::string shown(const std::string& label) {
    return label.size() <= kShownLabel ? label : label.substr(0, kShownLabel) + "...";
}

/// The distinct texts in their order, and which of them each text is.
struct DistinctTexts {
    std::vector<std::string_view> texts;
    std::vector<std::size_t> place_of;

    explicit DistinctTexts(std::span<const std::string> all) {
        std::unordered_map<std::string_view, std::size_t> seen;
        place_of.reserve(all.size());
        for (const std::string& text : all) {
            const auto [found, is_new] = seen.try_emplace(text, texts.size());
            if (is_new) texts.push_back(text);
            place_of.push_back(found->second);
        }
    }
};

}  // namespace

EntailmentModel::EntailmentModel(std::unique_ptr<HuggingFaceTokenizer> tokenizer,
                                 std::unique_ptr<EncoderNetwork> network, const EntailmentLabels& labels,
                                 std::size_t max_tokens)
    : tokenizer_(std::move(tokenizer)), network_(std::move(network)), labels_(labels), max_tokens_(max_tokens) {}

Result<std::vector<LabelScores>> EntailmentModel::classify(std::span<const std::string> texts,
                                                           std::span<const std::string> labels,
                                                           const ScoringOptions& options) {
    const auto sentences = make_hypotheses(labels, options.hypothesis_template);
    if (!sentences) return std::unexpected(sentences.error());
    if (labels.empty()) return std::vector<LabelScores>(texts.size());
    std::vector<Encoding> hypotheses;
    for (const std::string& sentence : *sentences) hypotheses.push_back(tokenizer_->encode_bare(sentence));

    const DistinctTexts distinct(texts);
    std::vector<LabelScores> scored;
    for (std::size_t start = 0; start < distinct.texts.size(); start += kTextsAtATime) {
        const std::size_t count = std::min(kTextsAtATime, distinct.texts.size() - start);
        auto part = score(std::span(distinct.texts).subspan(start, count), hypotheses, labels, options.multi_label);
        if (!part) return std::unexpected(part.error());
        std::ranges::move(*part, std::back_inserter(scored));
    }
    std::vector<LabelScores> scores;
    scores.reserve(texts.size());
    for (const std::size_t place : distinct.place_of) scores.push_back(scored[place]);
    return scores;
}

Result<EntailmentModel::Pairs> EntailmentModel::pair(std::span<const std::string_view> texts,
                                                     std::span<const Encoding> hypotheses,
                                                     std::span<const std::string> labels) const {
    Pairs pairs;
    pairs.ids.reserve(texts.size() * hypotheses.size());
    pairs.types.reserve(pairs.ids.capacity());
    for (const std::string_view text : texts) {
        const Encoding premise = tokenizer_->encode_bare(text, max_tokens_);
        for (std::size_t label = 0; label < hypotheses.size(); ++label) {
            const auto joined = tokenizer_->join_pair(premise, hypotheses[label], max_tokens_);
            if (!joined) {
                return fail(
                    ErrorKind::kInput,
                    fmt::format("label \"{}\" has {} tokens in its hypothesis, which leaves no room for a text "
                                "in the model's {}: {}; shorten it",
                                shown(labels[label]), hypotheses[label].size(), max_tokens_, joined.error().message));
            }
            pairs.ids.push_back(narrow(joined->ids));
            pairs.types.push_back(narrow(joined->type_ids));
        }
    }
    return pairs;
}

Result<std::vector<float>> EntailmentModel::logits(const Pairs& pairs) {
    std::vector<std::size_t> lengths;
    lengths.reserve(pairs.ids.size());
    for (const TokenIds& ids : pairs.ids) lengths.push_back(ids.size());
    const auto pad_id = static_cast<std::int32_t>(tokenizer_->pad_id());
    std::vector<float> logits(pairs.ids.size() * labels_.count);
    std::atomic<std::size_t> wrong_size = 0;
    const auto make = [&](std::span<const std::size_t> places) { return pad(pairs.ids, pairs.types, places, pad_id); };
    const auto take = [&](std::span<const std::size_t> places, const PaddedBatch&, const NetworkOutput& output) {
        if (output.size != labels_.count || output.values.size() != places.size() * labels_.count) {
            wrong_size = output.size;
            return;
        }
        for (std::size_t row = 0; row < places.size(); ++row) {
            const auto values = output.values.subspan(row * labels_.count, labels_.count);
            std::ranges::copy(values, logits.begin() + static_cast<std::ptrdiff_t>(places[row] * labels_.count));
        }
    };
    if (auto done = run_batches(*network_, plan_batches(lengths, kLimits), make, take); !done) {
        return std::unexpected(done.error());
    }
    if (wrong_size != 0) {
        return fail(ErrorKind::kInput,
                    fmt::format("the network gives {} values for a pair, config.json beside it has {} "
                                "labels; do they belong to the same model?",
                                wrong_size.load(), labels_.count));
    }
    return logits;
}

Result<std::vector<LabelScores>> EntailmentModel::score(std::span<const std::string_view> texts,
                                                        std::span<const Encoding> hypotheses,
                                                        std::span<const std::string> labels, bool multi_label) {
    const auto pairs = pair(texts, hypotheses, labels);
    if (!pairs) return std::unexpected(pairs.error());
    const auto values = logits(*pairs);
    if (!values) return std::unexpected(values.error());
    const std::size_t row = hypotheses.size() * labels_.count;
    std::vector<LabelScores> scores;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        scores.push_back(label_scores(std::span(*values).subspan(i * row, row), labels_, multi_label));
    }
    return scores;
}

}  // namespace gale::zero_shot
