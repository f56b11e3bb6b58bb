#include "classifier/openvino_backend.hpp"

#include <fmt/format.h>

#include <exception>
#include <openvino/openvino.hpp>

#include "classifier/bert_graph.hpp"
#include "classifier/safetensors.hpp"

namespace gale::zero_shot {

namespace {

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

class OpenVinoNetwork final : public EncoderNetwork {
public:
    explicit OpenVinoNetwork(ov::CompiledModel model) : request_(model.create_infer_request()) {}

    Result<HiddenStates> run(const PaddedBatch& batch) override {
        try {
            const ov::Shape shape{batch.rows, batch.width};
            const auto view = [&](const std::vector<std::int32_t>& values) {
                return ov::Tensor(ov::element::i32, shape, const_cast<std::int32_t*>(values.data()));
            };
            request_.set_tensor("input_ids", view(batch.ids));
            request_.set_tensor("attention_mask", view(batch.mask));
            request_.infer();
            const ov::Tensor output = request_.get_output_tensor();
            return HiddenStates{{output.data<float>(), output.get_size()}, output.get_shape().at(2)};
        } catch (const std::exception& exception) {
            return refused(fmt::format("run the network on {} texts of {} tokens", batch.rows, batch.width), exception);
        }
    }

private:
    ov::InferRequest request_;
};

ov::AnyMap properties(const RuntimeOptions& options) {
    ov::AnyMap properties{
        // Without it, CPUs with bf16 units round to 8 bits of mantissa and scores differ by machine.
        ov::hint::inference_precision(ov::element::f32),
        ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY),
        ov::inference_num_threads(static_cast<int>(options.threads)),
    };
    if (!options.cache_dir.empty()) properties.insert(ov::cache_dir(options.cache_dir));
    return properties;
}

}  // namespace

Result<std::unique_ptr<EncoderNetwork>> open_openvino_network(const ModelFolder& folder,
                                                              const RuntimeOptions& options) {
    const auto file = SafetensorsFile::open(folder.weights_path());
    if (!file) return std::unexpected(file.error());
    const auto weights = BertWeights::load(folder.bert, *file);
    if (!weights) return std::unexpected(weights.error());
    try {
        ov::Core core;
        auto model = core.compile_model(build_bert_graph(folder.bert, *weights), "CPU", properties(options));
        return std::make_unique<OpenVinoNetwork>(std::move(model));
    } catch (const std::exception& exception) {
        return refused(fmt::format("compile the network of {}", folder.path), exception);
    }
}

}  // namespace gale::zero_shot
