#include "stream/label_arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <optional>
#include <sstream>

#include "classifier/precision_names.hpp"

namespace gale::zero_shot {

namespace {

/// "3/16": the third of sixteen.
std::optional<Part> parse_part(const std::string& text) {
    Part part;
    const char* end = text.data() + text.size();
    const auto number = std::from_chars(text.data(), end, part.index);
    if (number.ec != std::errc() || number.ptr == end || *number.ptr != '/') return std::nullopt;
    const auto count = std::from_chars(number.ptr + 1, end, part.count);
    if (count.ec != std::errc() || count.ptr != end || part.index == 0 || part.index > part.count) return std::nullopt;
    --part.index;
    return part;
}

struct Texts {
    std::string columns = "title,summary";
    std::string format;
    std::string part = "1/1";
    bool anew = false;
};

void add_options(CLI::App& app, LabelArguments& arguments, Texts& texts) {
    app.add_option("--input", arguments.job.input, "File to label: .tsv, .csv, .jsonl, .ndjson or .parquet")
        ->required();
    app.add_option("--output", arguments.job.output, "File of the same format with labels")->required();
    app.add_option("--format", texts.format, "tsv, csv, jsonl or parquet; by the input's name otherwise")
        ->check(CLI::IsMember({"tsv", "csv", "jsonl", "parquet"}));
    app.add_option("--text", texts.columns, "Columns to label, joined by \". \"")->capture_default_str();
    app.add_option("--labels", arguments.labels_path, "File with a label a line")->required();
    app.add_option("--hypothesis_template", arguments.hypothesis_template, "Sentence with {} for the label")
        ->capture_default_str();
    app.add_flag("--multi_label", arguments.multi_label, "Score each label by itself");
    app.add_flag("--all_scores", arguments.job.all_scores, "Write each label's score too");
    app.add_option("--model", arguments.model,
                   "Model folder, or OWNER/NAME on the hub (default: ZERO_SHOT_MODEL, else the installed one)");
    app.add_option("--precision", arguments.precision,
                   "f32, as exact by products of bf16 (bf16x3), or less exact bf16 or int8")
        ->check(CLI::IsMember(kPrecisions))
        ->capture_default_str();
    app.add_option("--threads", arguments.threads, "Threads; 0: as many as the process may use");
    app.add_option("--cache_dir", arguments.cache_dir, "Folder for compiled models");
    app.add_option("--part", texts.part, "I/N: the I-th of N shares of the input")->capture_default_str();
    app.add_option("--chunk", arguments.job.chunk_records, "Records that are labelled together")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app.add_flag("--anew", texts.anew, "Do not go on where a killed run stopped");
    app.add_flag("--quiet", arguments.job.quiet, "No progress on standard error");
}

/// The complaint about what CLI11 does not check.
std::optional<std::string> finish(LabelArguments& arguments, const Texts& texts) {
    const auto part = parse_part(texts.part);
    if (!part) return fmt::format("--part {}: must be I/N with I from 1 to N", texts.part);
    arguments.job.part = *part;
    arguments.job.resume = !texts.anew;
    std::istringstream columns(texts.columns);
    for (std::string column; std::getline(columns, column, ',');) arguments.job.text_columns.push_back(column);
    if (arguments.job.text_columns.empty()) return "--text: names no column";
    if (texts.format == "csv") arguments.job.format = RecordFormat::kCsv;
    if (texts.format == "jsonl") arguments.job.format = RecordFormat::kJsonLines;
    if (texts.format == "parquet") arguments.job.format = RecordFormat::kParquet;
    if (!texts.format.empty()) return std::nullopt;
    const auto format = format_of(arguments.job.input);
    if (!format) return format.error().message;
    arguments.job.format = *format;
    return std::nullopt;
}

}  // namespace

std::expected<LabelArguments, LabelEarlyExit> parse_label_arguments(int argc, const char* const* argv) {
    CLI::App app("Labels a file of any size by a zero-shot model, as a stream; goes on after a kill.",
                 "zero_shot_label");
    LabelArguments arguments;
    Texts texts;
    add_options(app, arguments, texts);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::ostringstream text;
        const int code = app.exit(error, text, text);
        return std::unexpected(LabelEarlyExit{text.str(), code == 0 ? 0 : 2});
    }
    if (const auto complaint = finish(arguments, texts)) {
        return std::unexpected(LabelEarlyExit{fmt::format("zero_shot_label: {}\n", *complaint), 2});
    }
    return arguments;
}

std::string describe(const StreamSummary& summary, const std::string& output) {
    const auto here = summary.records - summary.records_before;
    std::string text = fmt::format("zero_shot_label: labelled {} texts in {:.2f} s", here, summary.seconds);
    if (summary.seconds > 0) text += fmt::format(" ({:.0f} a second)", static_cast<double>(here) / summary.seconds);
    if (summary.records_before > 0) text += fmt::format(", {} were labelled before", summary.records_before);
    if (summary.without_text > 0) text += fmt::format(", {} have no text and no label", summary.without_text);
    return text + fmt::format(", wrote {}\n", output);
}

int label_exit_code(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::kNetwork: return 3;
        case ErrorKind::kInput: return 4;
        case ErrorKind::kDisk: return 5;
    }
    return 1;
}

}  // namespace gale::zero_shot
