#include "network/openvino_network.hpp"

#include <fmt/format.h>

#include <exception>
#include <openvino/openvino.hpp>
#include <vector>

#include "network/network_graph.hpp"

namespace gale::zero_shot {

namespace {

/// Activations share a scale by so many: fewer cost time, more cost accuracy.
constexpr std::uint64_t kQuantizationGroup = 128;

/// OpenVINO's messages are several lines with source positions; the last one says what happened.
std::string last_line(const std::exception& exception) {
    std::string text = exception.what();
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    const auto end = text.find_last_of('\n');
    return end == std::string::npos ? text : text.substr(end + 1);
}

std::unexpected<Error> refused(std::string_view what, const std::exception& exception) {
    return fail(ErrorKind::kInput, fmt::format("OpenVINO cannot {}: {}", what, last_line(exception)));
}

bool has_input(const ov::CompiledModel& model, const std::string& name) {
    for (const auto& input : model.inputs()) {
        if (input.get_names().contains(name)) return true;
    }
    return false;
}

class OpenVinoNetwork final : public EncoderNetwork {
public:
    OpenVinoNetwork(ov::CompiledModel model, std::size_t streams) : takes_types_(has_input(model, "token_type_ids")) {
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
            return NetworkOutput{{output.data<float>(), output.get_size()}, output.get_shape().back()};
        } catch (const std::exception& exception) {
            return refused(fmt::format("run the network on {} texts of {} tokens", batch.rows, batch.width), exception);
        }
    }

private:
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

/// A network file may take ids of 64 bits and have further outputs: the first counts.
std::shared_ptr<ov::Model> read_network(ov::Core& core, const std::string& path) {
    const auto model = core.read_model(path);
    ov::preprocess::PrePostProcessor steps(model);
    for (const auto& input : model->inputs()) {
        steps.input(input.get_any_name()).tensor().set_element_type(ov::element::i32);
    }
    steps.output(0).tensor().set_element_type(ov::element::f32);
    return steps.build();
}

Result<std::shared_ptr<ov::Model>> make_network(ov::Core& core, const ModelFolder& folder, Precision precision) {
    if (!folder.network_path.empty()) return read_network(core, folder.network_path);
    const auto weights = ModelWeights::open(folder.path);
    if (!weights) return std::unexpected(weights.error());
    return build_graph(folder, *weights,
                       precision == Precision::kInt8 ? WeightPrecision::kInt8 : WeightPrecision::kAsStored);
}

}  // namespace

Result<std::unique_ptr<EncoderNetwork>> open_openvino_network(const ModelFolder& folder,
                                                              const RuntimeOptions& options) {
    try {
        ov::Core core;
        const auto network = make_network(core, folder, options.precision);
        if (!network) return std::unexpected(network.error());
        return std::make_unique<OpenVinoNetwork>(core.compile_model(*network, "CPU", properties(options)),
                                                 options.streams);
    } catch (const std::exception& exception) {
        return refused(fmt::format("compile the network of {}", folder.path), exception);
    }
}

}  // namespace gale::zero_shot
