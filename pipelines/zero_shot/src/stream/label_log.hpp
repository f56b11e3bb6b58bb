#pragma once
// Labels alone, in the order of their records: what is appended while a file is labelled whose format cannot be
// appended to. Read by the machine that wrote it.

#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// Without a label `label` is empty, and the scores are of no meaning.
struct LoggedLabel {
    std::string label;
    float score = 0;
    std::vector<float> scores;
};

/// Appends a label with `scores_per_label` scores; `scores` may be empty where there is no label.
void append_logged_label(std::string& out, std::string_view label, float score, std::span<const float> scores,
                         std::size_t scores_per_label);

class LabelLog {
public:
    /// kDisk when it cannot be read.
    static Result<LabelLog> open(const std::string& path, std::size_t scores_per_label);

    /// kDisk, too, when there is none: a log has as many labels as were counted.
    Result<void> next(LoggedLabel& label);

private:
    LabelLog(std::ifstream file, std::string path, std::size_t scores_per_label);

    std::ifstream file_;
    std::string path_;
    std::size_t scores_per_label_;
};

}  // namespace gale::zero_shot
