#include <utility>

#include "classifier/zero_shot_model.hpp"

namespace gale::zero_shot {

SentenceEmbeddingModel::SentenceEmbeddingModel(SentenceEmbedder embedder) : embedder_(std::move(embedder)) {}

Result<void> SentenceEmbeddingModel::embed_labels(std::vector<std::string> hypotheses) {
    if (hypotheses == hypotheses_) return {};
    auto embedded = embedder_.embed(hypotheses);
    if (!embedded) return std::unexpected(embedded.error());
    labels_ = std::move(*embedded);
    hypotheses_ = std::move(hypotheses);
    return {};
}

Result<std::vector<LabelScores>> SentenceEmbeddingModel::classify(std::span<const std::string> texts,
                                                                  std::span<const std::string> labels,
                                                                  const ScoringOptions& options) {
    auto hypotheses = make_hypotheses(labels, options.hypothesis_template);
    if (!hypotheses) return std::unexpected(hypotheses.error());
    if (auto embedded = embed_labels(std::move(*hypotheses)); !embedded) return std::unexpected(embedded.error());
    const auto text_embeddings = embedder_.embed(texts);
    if (!text_embeddings) return std::unexpected(text_embeddings.error());

    std::vector<LabelScores> scores;
    scores.reserve(texts.size());
    for (const Embedding& text : *text_embeddings) {
        LabelScores row;
        row.reserve(labels.size());
        for (const Embedding& label : labels_) row.push_back(cosine(text, label));
        scores.push_back(std::move(row));
    }
    return scores;
}

}  // namespace gale::zero_shot
