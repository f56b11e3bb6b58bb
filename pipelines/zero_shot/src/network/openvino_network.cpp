#include "network/openvino_network.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <exception>
#include <openvino/openvino.hpp>
#include <utility>
#include <vector>

#include "network/bf16_split.hpp"
#include "network/network_file.hpp"
#include "network/network_graph.hpp"
#include "network/openvino_error.hpp"

namespace gale::zero_shot {

namespace {

/// Activations share a scale by so many: fewer cost time, more cost accuracy.
constexpr std::uint64_t kQuantizationGroup = 128;

std::unexpected<Error> refused(std::string_view what, const std::exception& exception) {
    return fail(ErrorKind::kInput, fmt::format("OpenVINO cannot {}: {}", what, last_line(exception)));
}

bool has_input(const ov::CompiledModel& model, const std::string& name) {
    for (const auto& input : model.inputs()) {
        if (input.get_names().contains(name)) return true;
    }
    return false;
}

std::string name_of(const ModelFolder& folder) {
    return folder.network_path.empty() ? "the network of " + folder.path : "the network file " + folder.network_path;
}

class OpenVinoNetwork final : public EncoderNetwork {
public:
    OpenVinoNetwork(ov::CompiledModel model, const ModelFolder& folder, std::size_t streams)
        : name_(name_of(folder)),
          is_file_(!folder.network_path.empty()),
          is_classifier_(folder.family == ModelFamily::kEntailment),
          takes_types_(has_input(model, "token_type_ids")) {
        for (std::size_t i = 0; i < streams; ++i) requests_.push_back(model.create_infer_request());
    }

    std::size_t streams() const override { return requests_.size(); }

    Result<NetworkOutput> run(const PaddedBatch& batch, std::size_t stream) override {
        ov::InferRequest& request = requests_[stream];
        try {
            const ov::Shape shape{batch.rows, batch.width};
            const auto give = [&](const char* name, const std::vector<std::int32_t>& values) {
                request.set_tensor(name, ov::Tensor(ov::element::i32, shape, const_cast<std::int32_t*>(values.data())));
            };
            give("input_ids", batch.ids);
            give("attention_mask", batch.mask);
            if (takes_types_) give("token_type_ids", batch.types);
            request.infer();
            const ov::Tensor output = request.get_output_tensor(0);
            if (!fits(output.get_shape(), batch)) return wrong_output(output.get_shape(), batch);
            return NetworkOutput{{output.data<float>(), output.get_size()}, output.get_shape().back()};
        } catch (const std::exception& exception) {
            auto error =
                refused(fmt::format("run {} on {} texts of {} tokens", name_, batch.rows, batch.width), exception);
            if (is_file_)
                error.error().message += "; if it was traced with one size, export it again with dynamic axes";
            return error;
        }
    }

private:
    /// A network file that was traced with one size may give another number of rows than it got.
    bool fits(const ov::Shape& shape, const PaddedBatch& batch) const {
        if (is_classifier_) return shape.size() == 2 && shape[0] == batch.rows;
        return shape.size() == 3 && shape[0] == batch.rows && shape[1] == batch.width;
    }

    std::unexpected<Error> wrong_output(const ov::Shape& shape, const PaddedBatch& batch) const {
        return fail(ErrorKind::kInput,
                    fmt::format("{} gives {} for {} texts of {} tokens; export it again with dynamic axes", name_,
                                fmt::streamed(shape), batch.rows, batch.width));
    }

    std::string name_;
    bool is_file_;
    bool is_classifier_;
    std::vector<ov::InferRequest> requests_;
    bool takes_types_;
};

ov::AnyMap properties(const RuntimeOptions& options) {
    ov::AnyMap properties{
        // Without it, CPUs with bf16 units round to 8 bits of mantissa and scores differ by machine.
        ov::hint::inference_precision(options.precision == Precision::kBf16 ? ov::element::bf16 : ov::element::f32),
        ov::num_streams(static_cast<int>(options.streams)),
        ov::inference_num_threads(static_cast<int>(options.threads)),
        ov::hint::dynamic_quantization_group_size(options.precision == Precision::kInt8 ? kQuantizationGroup : 0),
    };
    if (!options.cache_dir.empty()) properties.insert(ov::cache_dir(options.cache_dir));
    return properties;
}

WeightPrecision weight_precision(Precision precision) {
    switch (precision) {
        case Precision::kInt8: return WeightPrecision::kInt8;
        case Precision::kBf16x3:
            return has_bf16_matrix_units() ? WeightPrecision::kBf16Split : WeightPrecision::kAsStored;
        case Precision::kF32:
        case Precision::kBf16: return WeightPrecision::kAsStored;
    }
    std::unreachable();
}

Result<std::shared_ptr<ov::Model>> make_network(ov::Core& core, const ModelFolder& folder, Precision precision) {
    if (!folder.network_path.empty()) return read_network_file(core, folder);
    const auto weights = ModelWeights::open(folder.path);
    if (!weights) return std::unexpected(weights.error());
    return build_graph(folder, *weights, weight_precision(precision));
}

}  // namespace

Result<std::unique_ptr<EncoderNetwork>> open_openvino_network(const ModelFolder& folder,
                                                              const RuntimeOptions& options) {
    try {
        ov::Core core;
        if (options.precision == Precision::kBf16x3) add_split_operations(core);
        const auto network = make_network(core, folder, options.precision);
        if (!network) return std::unexpected(network.error());
        return std::make_unique<OpenVinoNetwork>(core.compile_model(*network, "CPU", properties(options)), folder,
                                                 options.streams);
    } catch (const std::exception& exception) {
        return refused("compile " + name_of(folder), exception);
    }
}

}  // namespace gale::zero_shot
