#include "classifier/zero_shot_model.hpp"

#include <fmt/format.h>

namespace gale::zero_shot {

Result<std::vector<std::string>> make_hypotheses(std::span<const std::string> labels,
                                                 std::string_view hypothesis_template) {
    const auto hole = hypothesis_template.find("{}");
    if (hole == std::string_view::npos) {
        return fail(ErrorKind::kInput,
                    fmt::format("the hypothesis template \"{}\" has no {{}} for the label", hypothesis_template));
    }
    std::vector<std::string> hypotheses;
    hypotheses.reserve(labels.size());
    for (const std::string& label : labels) {
        hypotheses.push_back(std::string(hypothesis_template).replace(hole, 2, label));
    }
    return hypotheses;
}

}  // namespace gale::zero_shot
