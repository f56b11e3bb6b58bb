#include "classifier/embedding_math.hpp"

#include <algorithm>
#include <cmath>

namespace gale::zero_shot {

namespace {

double dot(std::span<const float> left, std::span<const float> right) {
    double sum = 0;
    for (std::size_t i = 0; i < left.size(); ++i) sum += static_cast<double>(left[i]) * right[i];
    return sum;
}

Embedding mean_of_row(std::span<const float> row, std::span<const std::int32_t> mask, std::size_t hidden_size) {
    Embedding mean(hidden_size, 0.0F);
    std::size_t tokens = 0;
    for (std::size_t place = 0; place < mask.size(); ++place) {
        if (mask[place] == 0) continue;
        ++tokens;
        const auto state = row.subspan(place * hidden_size, hidden_size);
        for (std::size_t i = 0; i < hidden_size; ++i) mean[i] += state[i];
    }
    for (float& value : mean) value /= static_cast<float>(std::max<std::size_t>(tokens, 1));
    return mean;
}

}  // namespace

std::vector<Embedding> pool(const NetworkOutput& states, const PaddedBatch& batch, Pooling pooling) {
    std::vector<Embedding> embeddings;
    embeddings.reserve(batch.rows);
    const std::size_t row_size = batch.width * states.size;
    for (std::size_t row = 0; row < batch.rows; ++row) {
        const auto values = states.values.subspan(row * row_size, row_size);
        if (pooling == Pooling::kCls) {
            const auto first = values.first(states.size);
            embeddings.emplace_back(first.begin(), first.end());
        } else {
            const auto mask = std::span(batch.mask).subspan(row * batch.width, batch.width);
            embeddings.push_back(mean_of_row(values, mask, states.size));
        }
    }
    return embeddings;
}

void normalize(Embedding& embedding) {
    const auto norm = static_cast<float>(std::sqrt(dot(embedding, embedding)));
    if (norm == 0) return;
    for (float& value : embedding) value /= norm;
}

float cosine(std::span<const float> left, std::span<const float> right) {
    const double norms = std::sqrt(dot(left, left) * dot(right, right));
    if (norms == 0) return 0;
    return static_cast<float>(std::clamp(dot(left, right) / norms, -1.0, 1.0));
}

}  // namespace gale::zero_shot
