#pragma once

#include <expected>
#include <string>

#include "gale/zero_shot/precision.hpp"

namespace gale::zero_shot {

struct Arguments {
    std::string data_path;
    std::string pred_path;
    std::string model;   ///< empty: the one that was installed with the program
    std::string labels;  ///< empty: default_labels()
    std::string hypothesis_template = "This example is {}.";
    bool multi_label = false;
    Precision precision = Precision::kF32;
    unsigned threads = 0;   ///< 0: as many as usable_cpus()
    std::string cache_dir;  ///< empty: none
};

/// What a command line ends with when it asks for no work: text for people, and the exit code (0
/// for --help, 2 for a wrong command line).
struct EarlyExit {
    std::string text;
    int exit_code;
};

std::expected<Arguments, EarlyExit> parse_arguments(int argc, const char* const* argv);

}  // namespace gale::zero_shot
