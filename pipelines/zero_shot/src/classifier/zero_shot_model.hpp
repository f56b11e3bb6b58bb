#pragma once
// The seam of the classifier: a model that scores texts against labels it was never trained on.
//
// A family turns (text, label) into a score its own way; callers see only scores. Which family a folder belongs
// to is decided in read_model_folder, which one runs it in load_zero_shot_model.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/model_folder.hpp"
#include "classifier/sentence_embedder.hpp"
#include "tokenizer/hugging_face_tokenizer.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// One text's score for each label, in the labels' order; higher fits better.
using LabelScores = std::vector<float>;

struct ScoringOptions {
    /// The sentence whose `{}` stands for the label, in Python's format language without names and formats.
    std::string hypothesis_template = "This example is {}.";
    /// Each label is judged by itself, so that several may hold: entailment against contradiction. Else the
    /// scores of a text's labels add up to 1. Sentence embeddings are cosines either way.
    bool multi_label = false;
};

class ZeroShotModel {
public:
    virtual ~ZeroShotModel() = default;

    /// Row i scores `texts[i]`. kInput when the template has no place for the label, or a label is so long that
    /// no text fits beside it.
    virtual Result<std::vector<LabelScores>> classify(std::span<const std::string> texts,
                                                      std::span<const std::string> labels,
                                                      const ScoringOptions& options) = 0;
};

/// Scores by the cosine of the text's and the hypothesis' embedding, in [-1, 1].
class SentenceEmbeddingModel final : public ZeroShotModel {
public:
    explicit SentenceEmbeddingModel(SentenceEmbedder embedder);

    Result<std::vector<LabelScores>> classify(std::span<const std::string> texts, std::span<const std::string> labels,
                                              const ScoringOptions& options) override;

private:
    Result<void> embed_labels(std::vector<std::string> hypotheses);

    SentenceEmbedder embedder_;
    std::vector<std::string> hypotheses_;  ///< those of `labels_`: files are labelled a part at a time
    std::vector<Embedding> labels_;
};

/// Scores as the zero-shot-classification pipeline of `transformers`: each text is paired with each label's
/// hypothesis, too long texts are cut, and the pairs' logits become scores by `label_scores`.
class EntailmentModel final : public ZeroShotModel {
public:
    EntailmentModel(std::unique_ptr<HuggingFaceTokenizer> tokenizer, std::unique_ptr<EncoderNetwork> network,
                    const EntailmentLabels& labels, std::size_t max_tokens);

    Result<std::vector<LabelScores>> classify(std::span<const std::string> texts, std::span<const std::string> labels,
                                              const ScoringOptions& options) override;

private:
    struct Pairs {
        std::vector<TokenIds> ids;
        std::vector<TokenIds> types;
    };

    Result<Pairs> pair(std::span<const std::string_view> texts, std::span<const Encoding> hypotheses,
                       std::span<const std::string> labels) const;
    /// The logits of each pair, in the pairs' order.
    Result<std::vector<float>> logits(const Pairs& pairs);
    Result<std::vector<LabelScores>> score(std::span<const std::string_view> texts,
                                           std::span<const Encoding> hypotheses, std::span<const std::string> labels,
                                           bool multi_label);

    std::unique_ptr<HuggingFaceTokenizer> tokenizer_;
    std::unique_ptr<EncoderNetwork> network_;
    EntailmentLabels labels_;
    std::size_t max_tokens_;
};

/// One text's scores from its pairs' logits, `outputs.count` for each label: the softmax of the labels'
/// entailments; with `multi_label`, or a single label, each label's entailment against its contradiction.
LabelScores label_scores(std::span<const float> logits, const EntailmentLabels& outputs, bool multi_label);

/// The hypothesis of each label. `{}` and `{0}` stand for the label, `{{` and `}}` for braces; kInput for any
/// other brace, and when the label stands nowhere.
Result<std::vector<std::string>> make_hypotheses(std::span<const std::string> labels,
                                                 std::string_view hypothesis_template);

}  // namespace gale::zero_shot
