// score_texts MODEL TEXTS LABELS HYPOTHESIS single|multi [f32|bf16|int8]: each text's scores in the labels' order,
// a line a text, by the public library; texts and labels are NUL-terminated. Standard error gets the seconds of
// loading and of scoring. For the comparison with the reference.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <gale/zero_shot/classifier.hpp>

#include "classifier/precision_names.hpp"
#include "classifier/read_texts.hpp"

namespace {

using namespace gale::zero_shot;

Result<void> run(std::span<char* const> arguments) {
    const Precision precision = kPrecisions.at(arguments.size() > 6 ? arguments[6] : "f32");
    const auto start = std::chrono::steady_clock::now();
    auto classifier = Classifier::open(arguments[1], {.precision = precision});
    if (!classifier) return std::unexpected(classifier.error());
    const auto texts = read_texts(arguments[2]);
    const auto labels = read_texts(arguments[3]);
    const auto loaded = std::chrono::steady_clock::now();
    const auto scores = classifier->score(
        texts, labels, {.hypothesis_template = arguments[4], .multi_label = arguments[5] == std::string_view("multi")});
    if (!scores) return std::unexpected(scores.error());
    const std::chrono::duration<double> scoring = std::chrono::steady_clock::now() - loaded;
    fmt::print(stderr, "load {:.3f} score {:.3f}\n", std::chrono::duration<double>(loaded - start).count(),
               scoring.count());
    for (const auto& row : *scores) fmt::print("{:.8g}\n", fmt::join(row, " "));
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 6) {
        fmt::print(stderr, "usage: score_texts MODEL TEXTS LABELS HYPOTHESIS single|multi [f32|bf16|int8]\n");
        return 2;
    }
    if (const auto done = run(std::span(argv, static_cast<std::size_t>(argc))); !done) {
        fmt::print(stderr, "score_texts: {}\n", done.error().message);
        return 1;
    }
    return 0;
}
