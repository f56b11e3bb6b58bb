#pragma once
// The seam of the classifier: a model that scores texts against labels it was never trained on.
//
// A family turns (text, label) into a score its own way; callers see only scores. Which family a
// folder belongs to is decided in read_model_folder, which one runs it in load_zero_shot_model.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/sentence_embedder.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// One text's score for each label, in the labels' order; higher fits better.
using LabelScores = std::vector<float>;

class ZeroShotModel {
public:
    virtual ~ZeroShotModel() = default;

    /// Row i scores `texts[i]`. A label becomes a hypothesis by replacing the `{}` of
    /// `hypothesis_template`; kInput when the template has none.
    virtual Result<std::vector<LabelScores>> classify(std::span<const std::string> texts,
                                                      std::span<const std::string> labels,
                                                      std::string_view hypothesis_template) = 0;
};

/// Scores by the cosine of the text's and the hypothesis' embedding, in [-1, 1].
class SentenceEmbeddingModel final : public ZeroShotModel {
public:
    explicit SentenceEmbeddingModel(SentenceEmbedder embedder);

    Result<std::vector<LabelScores>> classify(std::span<const std::string> texts, std::span<const std::string> labels,
                                              std::string_view hypothesis_template) override;

private:
    SentenceEmbedder embedder_;
};

/// The hypothesis of each label; kInput when `hypothesis_template` has no `{}`.
Result<std::vector<std::string>> make_hypotheses(std::span<const std::string> labels,
                                                 std::string_view hypothesis_template);

}  // namespace gale::zero_shot
