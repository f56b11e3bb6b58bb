#include <utility>

#include "classifier/zero_shot_model.hpp"

namespace gale::zero_shot {

SentenceEmbeddingModel::SentenceEmbeddingModel(SentenceEmbedder embedder) : embedder_(std::move(embedder)) {}

Result<std::vector<LabelScores>> SentenceEmbeddingModel::classify(std::span<const std::string> texts,
                                                                  std::span<const std::string> labels,
                                                                  std::string_view hypothesis_template) {
    const auto hypotheses = make_hypotheses(labels, hypothesis_template);
    if (!hypotheses) return std::unexpected(hypotheses.error());
    const auto label_embeddings = embedder_.embed(*hypotheses);
    if (!label_embeddings) return std::unexpected(label_embeddings.error());
    const auto text_embeddings = embedder_.embed(texts);
    if (!text_embeddings) return std::unexpected(text_embeddings.error());

    std::vector<LabelScores> scores;
    scores.reserve(texts.size());
    for (const Embedding& text : *text_embeddings) {
        LabelScores row;
        row.reserve(labels.size());
        for (const Embedding& label : *label_embeddings) row.push_back(cosine(text, label));
        scores.push_back(std::move(row));
    }
    return scores;
}

}  // namespace gale::zero_shot
