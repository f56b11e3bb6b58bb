// model_predict: labels the news of a TSV by a zero-shot model and writes them as JSON.
// Exit codes, as data_load's: 0 written, 2 wrong usage, 4 unusable data, labels or model, 5 a file
// could not be read or written.

#include <fmt/format.h>

#include <chrono>

#include "classifier/arguments.hpp"
#include "classifier/cpu_quota.hpp"
#include "classifier/label_file.hpp"
#include "classifier/model_folder.hpp"
#include "classifier/predictions.hpp"
#include "hub/model_argument.hpp"
#include "network/load_zero_shot_model.hpp"
#include "tsv/atomic_file.hpp"

namespace gale::zero_shot {

namespace {

Result<std::vector<LabelScores>> score(const Arguments& arguments, const NewsTable& table,
                                       std::span<const std::string> labels) {
    // Even with no news to label, a broken model folder is worth knowing today.
    const auto path = model_folder_of(arguments.model);
    if (!path) return std::unexpected(path.error());
    const auto folder = read_model_folder(*path);
    if (!folder) return std::unexpected(folder.error());
    if (table.rows.empty()) return std::vector<LabelScores>{};

    const unsigned threads = arguments.threads == 0 ? usable_cpus() : arguments.threads;
    const auto model = load_zero_shot_model(
        *folder, {.threads = threads, .cache_dir = arguments.cache_dir, .precision = arguments.precision});
    if (!model) return std::unexpected(model.error());
    std::vector<std::string> texts;
    texts.reserve(table.rows.size());
    for (const auto& row : table.rows) texts.push_back(text_of(table, row));
    return (*model)->classify(
        texts, labels, {.hypothesis_template = arguments.hypothesis_template, .multi_label = arguments.multi_label});
}

int exit_code(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::kNetwork: return 3;
        case ErrorKind::kInput: return 4;
        case ErrorKind::kDisk: return 5;
    }
    return 1;
}

/// The number of news that were labelled.
Result<std::size_t> run(const Arguments& arguments) {
    const auto labels =
        arguments.labels.empty() ? Result<std::vector<std::string>>(default_labels()) : read_labels(arguments.labels);
    if (!labels) return std::unexpected(labels.error());
    const auto table = read_news_table(arguments.data_path);
    if (!table) return std::unexpected(table.error());
    const auto scores = score(arguments, *table, *labels);
    if (!scores) return std::unexpected(scores.error());
    const auto written = write_file_atomically(arguments.pred_path, format_predictions(*table, *labels, *scores));
    if (!written) return std::unexpected(written.error());
    return table->rows.size();
}

}  // namespace

}  // namespace gale::zero_shot

int main(int argc, char** argv) {
    using namespace gale::zero_shot;
    const auto start = std::chrono::steady_clock::now();
    const auto arguments = parse_arguments(argc, argv);
    if (!arguments) {
        const EarlyExit& exit = arguments.error();
        fmt::print(exit.exit_code == 0 ? stdout : stderr, "{}", exit.text);
        return exit.exit_code;
    }
    const auto labelled = run(*arguments);
    if (!labelled) {
        fmt::print(stderr, "model_predict: {}\n", labelled.error().message);
        return exit_code(labelled.error().kind);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    fmt::print("model_predict: labelled {} news in {:.2f} s, wrote {}\n", *labelled, took.count(),
               arguments->pred_path);
    return 0;
}
