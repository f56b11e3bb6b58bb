// zero_shot_label: labels a file of any size by a zero-shot model, as a stream, and goes on after a kill.
// Exit codes, as model_predict's: 0 written, 2 wrong usage, 4 unusable data, labels or model, 5 a file could not
// be read or written.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <system_error>

#include "classifier/label_file.hpp"
#include "classifier/precision_names.hpp"
#include "gale/zero_shot/classifier.hpp"
#include "hub/model_argument.hpp"
#include "stream/label_arguments.hpp"
#include "tokenizer/try.hpp"

namespace gale::zero_shot {

namespace {

/// What of a model folder tells that it is still the same.
std::string fingerprint(const std::string& folder) {
    std::string found = folder;
    std::error_code code;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, code)) {
        const auto bytes = entry.is_regular_file(code) ? entry.file_size(code) : 0;
        const auto modified = entry.last_write_time(code).time_since_epoch().count();
        found += fmt::format(" {} {} {}", entry.path().string(), bytes, modified);
    }
    return found;
}

Result<StreamSummary> run(LabelArguments& arguments) {
    StreamJob& job = arguments.job;
    job.labels = TRY(read_labels(arguments.labels_path));
    const std::string folder = TRY(model_folder_of(arguments.model));
    job.settings = fmt::format("model {}, template {}, multi_label {}, precision {}", fingerprint(folder),
                               arguments.hypothesis_template, arguments.multi_label, arguments.precision);
    auto classifier = TRY(Classifier::open(folder, {.threads = arguments.threads,
                                                    .cache_dir = arguments.cache_dir,
                                                    .precision = kPrecisions.at(arguments.precision)}));
    const ClassifyOptions options{.hypothesis_template = arguments.hypothesis_template,
                                  .multi_label = arguments.multi_label};
    return label_stream(
        job, [&](std::span<const std::string> texts) { return classifier.score(texts, job.labels, options); });
}

}  // namespace

}  // namespace gale::zero_shot

int main(int argc, char** argv) {
    using namespace gale::zero_shot;
    auto arguments = parse_label_arguments(argc, argv);
    if (!arguments) {
        fmt::print(arguments.error().exit_code == 0 ? stdout : stderr, "{}", arguments.error().text);
        return arguments.error().exit_code;
    }
    const auto summary = run(*arguments);
    if (!summary) {
        fmt::print(stderr, "zero_shot_label: {}\n", summary.error().message);
        return label_exit_code(summary.error().kind);
    }
    fmt::print("{}", describe(*summary, arguments->job.output));
    return 0;
}
