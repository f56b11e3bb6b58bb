#include "classifier/zero_shot_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gale::zero_shot {

namespace {

std::unexpected<Error> bad_template(std::string_view hypothesis_template, std::string_view what) {
    return fail(ErrorKind::kInput, fmt::format("the hypothesis template \"{}\" {}", hypothesis_template, what));
}

/// The template's text around the label: one more than the label's places.
Result<std::vector<std::string>> split_template(std::string_view text) {
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto rest = text.substr(i);
        if (rest.starts_with("{{") || rest.starts_with("}}")) {
            parts.back() += text[i++];
        } else if (rest.starts_with("{}") && parts.size() == 1) {
            parts.emplace_back();
            ++i;
        } else if (rest.starts_with("{0}")) {
            parts.emplace_back();
            i += 2;
        } else if (text[i] == '{' || text[i] == '}') {
            return bad_template(text, "has a brace that is no place for the label; write {{ or }} for a brace");
        } else {
            parts.back() += text[i];
        }
    }
    if (parts.size() == 1) return bad_template(text, "has no {} for the label");
    return parts;
}

void softmax(std::span<float> values) {
    const float largest = *std::ranges::max_element(values);
    float sum = 0;
    for (float& value : values) sum += value = std::exp(value - largest);
    for (float& value : values) value /= sum;
}

}  // namespace

Result<std::vector<std::string>> make_hypotheses(std::span<const std::string> labels,
                                                 std::string_view hypothesis_template) {
    const auto parts = split_template(hypothesis_template);
    if (!parts) return std::unexpected(parts.error());
    std::vector<std::string> hypotheses;
    hypotheses.reserve(labels.size());
    for (const std::string& label : labels) {
        std::string hypothesis = parts->front();
        for (std::size_t i = 1; i < parts->size(); ++i) hypothesis += label + (*parts)[i];
        hypotheses.push_back(std::move(hypothesis));
    }
    return hypotheses;
}

LabelScores label_scores(std::span<const float> logits, const EntailmentLabels& outputs, bool multi_label) {
    const std::size_t labels = logits.size() / outputs.count;
    LabelScores scores(labels);
    for (std::size_t i = 0; i < labels; ++i) {
        const auto row = logits.subspan(i * outputs.count, outputs.count);
        scores[i] = row[outputs.entailment];
        if (!multi_label && labels > 1) continue;
        float pair[] = {row[outputs.contradiction], row[outputs.entailment]};
        softmax(pair);
        scores[i] = pair[1];
    }
    if (!multi_label && labels > 1) softmax(scores);
    return scores;
}

}  // namespace gale::zero_shot
