#include "classifier/openvino_backend.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <future>
#include <openvino/openvino.hpp>
#include <optional>

#include "classifier/bert_graph.hpp"
#include "classifier/safetensors.hpp"

namespace financial_news {

namespace {

namespace fs = std::filesystem;

constexpr const char* kTokenizersLibrary = "libopenvino_tokenizers.so";

/// OpenVINO's messages are several lines with source positions; the last one says what happened.
std::string last_line(const std::exception& exception) {
  std::string text = exception.what();
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  const auto end = text.find_last_of('\n');
  return end == std::string::npos ? text : text.substr(end + 1);
}

std::unexpected<Error> refused(std::string_view what, const std::exception& exception) {
  return fail(ErrorKind::kInput,
              fmt::format("OpenVINO cannot {}: {}", what, last_line(exception)));
}

/// The tokenizers' library beside libopenvino (a container), or where the Python wheels put it.
Result<std::string> find_tokenizers_library() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&ov::get_openvino_version), &info) == 0) {
    return fail(ErrorKind::kDisk, "cannot find out where libopenvino was loaded from");
  }
  std::error_code code;
  const fs::path folder = fs::weakly_canonical(info.dli_fname, code).parent_path();
  const fs::path wheel = folder.parent_path().parent_path() / "openvino_tokenizers" / "lib";
  for (const fs::path& place : {folder, wheel}) {
    const fs::path library = place / kTokenizersLibrary;
    if (fs::is_regular_file(library, code)) return library.string();
  }
  return fail(ErrorKind::kDisk,
              fmt::format("{} is neither in {} nor in {}; install OpenVINO Tokenizers of the same "
                          "version as OpenVINO",
                          kTokenizersLibrary, folder.string(), wheel.string()));
}

class OpenVinoTokenizer final : public Tokenizer {
 public:
  OpenVinoTokenizer(ov::CompiledModel model, std::size_t max_tokens)
      : request_(model.create_infer_request()), max_tokens_(max_tokens) {}

  Result<std::vector<TokenIds>> tokenize(std::span<const std::string> texts) override {
    if (texts.empty()) return std::vector<TokenIds>{};
    try {
      ov::Tensor input(ov::element::string, ov::Shape{texts.size()});
      std::ranges::copy(texts, input.data<std::string>());
      request_.set_input_tensor(input);
      request_.infer();
      return rows(request_.get_tensor("input_ids"), request_.get_tensor("attention_mask"));
    } catch (const std::exception& exception) {
      return refused(fmt::format("tokenize {} texts", texts.size()), exception);
    }
  }

 private:
  std::vector<TokenIds> rows(const ov::Tensor& ids, const ov::Tensor& mask) const {
    const std::size_t width = ids.get_shape().at(1);
    std::vector<TokenIds> rows;
    rows.reserve(ids.get_shape().at(0));
    for (std::size_t row = 0; row < ids.get_shape().at(0); ++row) {
      const auto* first = ids.data<std::int32_t>() + row * width;
      const auto* marks = mask.data<std::int32_t>() + row * width;
      const auto length = static_cast<std::size_t>(std::count(marks, marks + width, 1));
      rows.push_back(shorten(TokenIds(first, first + length)));
    }
    return rows;
  }

  /// A tokenizer made without truncation may give more than the network takes.
  TokenIds shorten(TokenIds ids) const {
    if (ids.size() <= max_tokens_) return ids;
    const std::int32_t last = ids.back();
    ids.resize(max_tokens_);
    ids.back() = last;
    return ids;
  }

  ov::InferRequest request_;
  std::size_t max_tokens_;
};

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
      return refused(fmt::format("run the network on {} texts of {} tokens", batch.rows, batch.width),
                     exception);
    }
  }

 private:
  ov::InferRequest request_;
};

Result<std::unique_ptr<Tokenizer>> open_tokenizer(ov::Core& core, const ModelFolder& folder) {
  const auto library = find_tokenizers_library();
  if (!library) return std::unexpected(library.error());
  try {
    core.add_extension(*library);
    auto model = core.compile_model(core.read_model(folder.tokenizer_path()), "CPU");
    return std::make_unique<OpenVinoTokenizer>(std::move(model), folder.max_tokens);
  } catch (const std::exception& exception) {
    return refused(fmt::format("load the tokenizer {}", folder.tokenizer_path()), exception);
  }
}

Result<std::unique_ptr<EncoderNetwork>> open_network(ov::Core& core, const ModelFolder& folder,
                                                     const RuntimeOptions& options) {
  const auto file = SafetensorsFile::open(folder.weights_path());
  if (!file) return std::unexpected(file.error());
  const auto weights = BertWeights::load(folder.bert, *file);
  if (!weights) return std::unexpected(weights.error());
  try {
    ov::AnyMap properties{
        // Without it, CPUs with bf16 units round to 8 bits of mantissa and scores differ by machine.
        ov::hint::inference_precision(ov::element::f32),
        ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY),
        ov::inference_num_threads(static_cast<int>(options.threads)),
    };
    if (!options.cache_dir.empty()) properties.insert(ov::cache_dir(options.cache_dir));
    auto model = core.compile_model(build_bert_graph(folder.bert, *weights), "CPU", properties);
    return std::make_unique<OpenVinoNetwork>(std::move(model));
  } catch (const std::exception& exception) {
    return refused(fmt::format("compile the network of {}", folder.path), exception);
  }
}

}  // namespace

Result<Backend> open_openvino_backend(const ModelFolder& folder, const RuntimeOptions& options) {
  std::optional<ov::Core> core;
  try {
    core.emplace();
  } catch (const std::exception& exception) {
    return refused("start", exception);
  }
  auto tokenizer = open_tokenizer(*core, folder);
  if (!tokenizer) return std::unexpected(tokenizer.error());
  auto network = open_network(*core, folder, options);
  if (!network) return std::unexpected(network.error());
  return Backend{std::move(*tokenizer), std::move(*network)};
}

}  // namespace financial_news
