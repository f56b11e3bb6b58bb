#include "classifier/arguments.hpp"

#include <CLI/CLI.hpp>

#include "classifier/precision_names.hpp"

namespace gale::zero_shot {

namespace {

constexpr int kUsageError = 2;
constexpr unsigned kMaxThreads = 1024;

void declare(CLI::App& app, Arguments& arguments) {
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    app.add_option("--data_path", arguments.data_path,
                   "News to label: a TSV with the columns id, published, title and summary")
        ->required();
    app.add_option("--pred_path", arguments.pred_path,
                   "JSON file to write; missing folders are made, an old file is replaced whole")
        ->required();
    app.add_option("--model", arguments.model,
                   "Model folder, or OWNER/NAME on the hub (default: ZERO_SHOT_MODEL, else "
                   "../share/gale/models/all-MiniLM-L6-v2 beside the program's folder)");
    app.add_option("--labels", arguments.labels,
                   "File with one label a line (default: the ten topics of financial news)");
    app.add_option("--hypothesis_template", arguments.hypothesis_template, "Sentence whose {} stands for the label")
        ->capture_default_str();
    app.add_flag("--multi_label", arguments.multi_label,
                 "Several labels may hold: each is scored by itself, not against the others");
    app.add_option(
           "--precision", arguments.precision,
           "Arithmetic of the network: f32, as exact by three products of bf16 (bf16x3), or less exact bf16 or int8")
        ->transform(CLI::CheckedTransformer(kPrecisions, CLI::ignore_case))
        ->default_str("f32");
    app.add_option("--threads", arguments.threads, "CPU threads (default: what the CPU mask and the cgroup grant)")
        ->check(CLI::Range(1U, kMaxThreads));
    app.add_option("--cache_dir", arguments.cache_dir,
                   "Folder where compiled networks are kept for the next start (default: none)");
}

}  // namespace

std::expected<Arguments, EarlyExit> parse_arguments(int argc, const char* const* argv) {
    CLI::App app("Labels news by a zero-shot model: each gets the label that fits best.", "model_predict");
    Arguments arguments;
    declare(app, arguments);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return std::unexpected(EarlyExit{app.help(), 0});
    } catch (const CLI::ParseError& error) {
        return std::unexpected(
            EarlyExit{std::string("model_predict: ") + error.what() + "; see model_predict --help\n", kUsageError});
    }
    return arguments;
}

}  // namespace gale::zero_shot
