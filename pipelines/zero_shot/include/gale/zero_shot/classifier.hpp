#pragma once
// Zero-shot classification on the CPU: which of some labels fits a text, by a model that was never trained on
// them. The answers are those of the zero-shot-classification pipeline of `transformers`.
//
//     auto classifier = gale::zero_shot::Classifier::open("models/distilbart-mnli-12-1");
//     if (!classifier) return report(classifier.error().message);
//     auto found = classifier->classify(texts, labels);
//
// A model is a Hugging Face folder: config.json, the tokenizer's files, and model.safetensors (or its shards),
// pytorch_model.bin, openvino_model.xml or model.onnx. Families: BART, BERT, RoBERTa, XLM-R and DeBERTa v2 and v3
// as classifiers of entailment; BERT, RoBERTa and XLM-R as encoders of sentences.
//
// Reads only what it is given, writes only to `cache_dir`, and throws nothing of its own.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gale/zero_shot/precision.hpp"
#include "gale/zero_shot/result.hpp"

namespace gale::zero_shot {

struct ClassifierOptions {
    unsigned threads = 0;   ///< 0: what the CPU mask and the cgroup grant
    std::string cache_dir;  ///< compiled networks are kept here for the next start; empty: nowhere
    Precision precision = Precision::kF32;
};

struct ClassifyOptions {
    /// `{}` stands for the label, `{{` and `}}` for braces.
    std::string hypothesis_template = "This example is {}.";
    /// Several labels may hold: each is scored by itself, not against the others.
    bool multi_label = false;
};

struct ScoredLabel {
    std::size_t label;  ///< its place among the labels given
    float score;
};

/// Not thread-safe, but movable: one for each thread that classifies.
class Classifier {
public:
    /// kDisk when a file of `model_folder` is missing, kInput when one is damaged, belongs to another model, or is
    /// of a kind that this library cannot run. The message names the file and the setting or weight.
    static Result<Classifier> open(const std::string& model_folder, const ClassifierOptions& options = {});

    Classifier(Classifier&& other) noexcept;
    Classifier& operator=(Classifier&& other) noexcept;
    ~Classifier();

    /// Row i has all labels for `texts[i]` (UTF-8), the best first; equal scores as the labels stand. Texts too long
    /// for the model are cut at their end, labels never: one that leaves no room is kInput.
    Result<std::vector<std::vector<ScoredLabel>>> classify(std::span<const std::string> texts,
                                                           std::span<const std::string> labels,
                                                           const ClassifyOptions& options = {});

    /// The same scores, each row in the labels' order.
    Result<std::vector<std::vector<float>>> score(std::span<const std::string> texts,
                                                  std::span<const std::string> labels,
                                                  const ClassifyOptions& options = {});

private:
    struct State;
    explicit Classifier(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace gale::zero_shot
