#pragma once

#include <expected>
#include <string>

#include "stream/label_stream.hpp"

namespace gale::zero_shot {

/// The command line of zero_shot_label.
struct LabelArguments {
    StreamJob job;  ///< without its labels and settings
    std::string labels_path;
    std::string model;  ///< empty: the one that was installed with the program
    std::string hypothesis_template = "This example is {}.";
    bool multi_label = false;
    std::string precision = "f32";
    unsigned threads = 0;  ///< 0: as many as the process may use
    std::string cache_dir;
};

/// What a command line ends with when it asks for no work.
struct LabelEarlyExit {
    std::string text;
    int exit_code;
};

std::expected<LabelArguments, LabelEarlyExit> parse_label_arguments(int argc, const char* const* argv);

/// What is printed at the end of a run.
std::string describe(const StreamSummary& summary, const std::string& output);

/// 3, 4 and 5, as data_load's and model_predict's.
int label_exit_code(ErrorKind kind);

}  // namespace gale::zero_shot
