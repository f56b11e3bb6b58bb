#include "network/network_file.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <openvino/core/preprocess/pre_post_process.hpp>
#include <span>
#include <system_error>

#include "network/openvino_error.hpp"
#include "tokenizer/try.hpp"

namespace gale::zero_shot {

namespace {

constexpr std::array<std::string_view, 2> kNeededInputs{"input_ids", "attention_mask"};
constexpr std::string_view kTypesInput = "token_type_ids";
constexpr std::array<std::string_view, 2> kHiddenStates{"last_hidden_state", "token_embeddings"};
constexpr std::array<std::string_view, 1> kLogits{"logits"};

using Port = ov::Output<ov::Node>;

/// A network file and what its messages need.
class NetworkFile {
public:
    NetworkFile(const ModelFolder& folder, std::shared_ptr<ov::Model> model)
        : folder_(folder),
          model_(std::move(model)),
          is_classifier_(folder.family == ModelFamily::kEntailment),
          task_(is_classifier_ ? "text-classification" : "feature-extraction") {}

    Result<std::shared_ptr<ov::Model>> prepared() {
        TRY_VOID(check_inputs());
        const Port output = chosen_output();
        TRY_VOID(check_output(output));
        // Without the others, what only they need is not computed.
        const auto result = output.get_node_shared_ptr();
        const auto one = std::make_shared<ov::Model>(ov::OutputVector{result->input_value(0)}, model_->get_parameters(),
                                                     model_->get_friendly_name());
        ov::preprocess::PrePostProcessor steps(one);
        for (std::size_t i = 0; i < one->inputs().size(); ++i) {
            steps.input(i).tensor().set_element_type(ov::element::i32);
        }
        steps.output(0).tensor().set_element_type(ov::element::f32);
        return steps.build();
    }

private:
    std::unexpected<Error> wrong(std::string_view what, std::string_view remedy) const {
        return fail(ErrorKind::kInput, fmt::format("the network file {} {}; {}", folder_.network_path, what, remedy));
    }

    std::string export_again() const { return fmt::format("export it again for the task {}", task_); }

    Result<void> check_inputs() const {
        for (const std::string_view name : kNeededInputs) {
            const auto has_name = [&](const auto& input) { return input.get_names().contains(std::string(name)); };
            if (!std::ranges::any_of(model_->inputs(), has_name)) {
                return wrong(fmt::format("has no input {}", name), export_again());
            }
        }
        for (const auto& input : model_->inputs()) {
            const std::string name = input.get_names().empty() ? "without a name" : input.get_any_name();
            if (name != kTypesInput && std::ranges::find(kNeededInputs, name) == kNeededInputs.end()) {
                return wrong(fmt::format("has an input {}, which no text gives", name), export_again());
            }
            TRY_VOID(check_shape(name, input.get_partial_shape()));
        }
        return {};
    }

    /// Texts come in batches of any number and length. A network that was traced with fixed ones may have them in its
    /// midst too, so that they cannot be taken from it here.
    Result<void> check_shape(std::string_view name, const ov::PartialShape& shape) const {
        if (shape.rank().is_dynamic() || (shape.size() == 2 && shape[0].is_dynamic() && shape[1].is_dynamic())) {
            return {};
        }
        return wrong(fmt::format("takes {} of the fixed shape {} instead of [rows, width] of any size", name,
                                 fmt::streamed(shape)),
                     "export it again with dynamic axes");
    }

    Port chosen_output() const {
        const auto pick = [&](std::span<const std::string_view> names) {
            const auto& outputs = model_->outputs();
            const auto found = std::ranges::find_if(outputs, [&](const auto& output) {
                return std::ranges::any_of(names,
                                           [&](auto name) { return output.get_names().contains(std::string(name)); });
            });
            return found == outputs.end() ? outputs.front() : *found;
        };
        return is_classifier_ ? pick(kLogits) : pick(kHiddenStates);
    }

    Result<void> check_output(const Port& output) const {
        const ov::PartialShape& shape = output.get_partial_shape();
        if (shape.rank().is_dynamic()) return {};
        const std::string shown = fmt::format("{}", fmt::streamed(shape));
        if (shape.size() != (is_classifier_ ? 2U : 3U)) {
            return wrong(fmt::format("gives {} instead of {}", shown,
                                     is_classifier_ ? "[rows, labels]" : "[rows, width, hidden size]"),
                         export_again());
        }
        if (is_classifier_ && shape[1].is_static() &&
            static_cast<std::size_t>(shape[1].get_length()) != folder_.labels.count) {
            return wrong(fmt::format("gives {} logits for a pair, but config.json has {} labels (id2label)",
                                     shape[1].get_length(), folder_.labels.count),
                         "take both from the same model");
        }
        return {};
    }

    const ModelFolder& folder_;
    std::shared_ptr<ov::Model> model_;
    bool is_classifier_;
    std::string_view task_;
};

/// OpenVINO would say so too, but not which file it looked for.
Result<std::string> weights_path(const std::string& network_path) {
    if (!network_path.ends_with(".xml")) return std::string();
    const std::string path = std::filesystem::path(network_path).replace_extension(".bin").string();
    std::error_code code;
    if (std::filesystem::is_regular_file(path, code)) return path;
    return fail(ErrorKind::kDisk, fmt::format("the network file {} has no weights: there is no file {}; copy it from "
                                              "where the network is from",
                                              network_path, path));
}

}  // namespace

Result<std::shared_ptr<ov::Model>> read_network_file(ov::Core& core, const ModelFolder& folder) {
    const std::string weights = TRY(weights_path(folder.network_path));
    try {
        return NetworkFile(folder, core.read_model(folder.network_path, weights)).prepared();
    } catch (const std::exception& exception) {
        return fail(ErrorKind::kInput,
                    fmt::format("OpenVINO cannot read the network file {}: {}; copy or export it again",
                                folder.network_path, last_line(exception)));
    }
}

}  // namespace gale::zero_shot
