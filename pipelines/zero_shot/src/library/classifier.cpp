#include "gale/zero_shot/classifier.hpp"

#include <algorithm>

#include "classifier/cpu_quota.hpp"
#include "network/load_zero_shot_model.hpp"

namespace gale::zero_shot {

struct Classifier::State {
    std::unique_ptr<ZeroShotModel> model;
};

Classifier::Classifier(std::unique_ptr<State> state) : state_(std::move(state)) {}
Classifier::Classifier(Classifier&& other) noexcept = default;
Classifier& Classifier::operator=(Classifier&& other) noexcept = default;
Classifier::~Classifier() = default;

Result<Classifier> Classifier::open(const std::string& model_folder, const ClassifierOptions& options) {
    const auto folder = read_model_folder(model_folder);
    if (!folder) return std::unexpected(folder.error());
    const unsigned threads = options.threads == 0 ? usable_cpus() : options.threads;
    auto model = load_zero_shot_model(
        *folder, {.threads = threads, .cache_dir = options.cache_dir, .precision = options.precision});
    if (!model) return std::unexpected(model.error());
    return Classifier(std::make_unique<State>(std::move(*model)));
}

Result<std::vector<std::vector<float>>> Classifier::score(std::span<const std::string> texts,
                                                          std::span<const std::string> labels,
                                                          const ClassifyOptions& options) {
    return state_->model->classify(
        texts, labels, {.hypothesis_template = options.hypothesis_template, .multi_label = options.multi_label});
}

Result<std::vector<std::vector<ScoredLabel>>> Classifier::classify(std::span<const std::string> texts,
                                                                   std::span<const std::string> labels,
                                                                   const ClassifyOptions& options) {
    const auto scores = score(texts, labels, options);
    if (!scores) return std::unexpected(scores.error());
    std::vector<std::vector<ScoredLabel>> rows;
    rows.reserve(scores->size());
    for (const auto& score : *scores) {
        std::vector<ScoredLabel> row;
        for (std::size_t label = 0; label < score.size(); ++label) row.push_back({label, score[label]});
        std::ranges::stable_sort(row, std::ranges::greater{}, &ScoredLabel::score);
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace gale::zero_shot
