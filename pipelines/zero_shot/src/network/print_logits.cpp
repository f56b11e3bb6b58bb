// print_logits MODEL INPUTS [PRECISION]: the logits of inputs given as token ids, for the comparison with the
// reference implementation. A line of INPUTS is the ids, a bar, and the type ids; all lines are one batch.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>
#include <sstream>

#include "classifier/batches.hpp"
#include "classifier/precision_names.hpp"
#include "network/openvino_network.hpp"

namespace {

using namespace gale::zero_shot;

TokenIds read_ids(const std::string& text) {
    std::istringstream stream(text);
    TokenIds ids;
    for (std::int32_t id = 0; stream >> id;) ids.push_back(id);
    return ids;
}

Result<void> run(const char* model, const char* input, Precision precision) {
    const auto folder = read_model_folder(model);
    if (!folder) return std::unexpected(folder.error());
    auto network = open_openvino_network(*folder, {.threads = 1, .precision = precision});
    if (!network) return std::unexpected(network.error());
    std::ifstream lines(input);
    std::vector<TokenIds> ids;
    std::vector<TokenIds> types;
    std::vector<std::size_t> places;
    for (std::string line; std::getline(lines, line);) {
        const auto bar = line.find('|');
        places.push_back(ids.size());
        ids.push_back(read_ids(line.substr(0, bar)));
        types.push_back(read_ids(line.substr(bar + 1)));
    }
    const auto output = (*network)->run(pad(ids, types, places, 1), 0);
    if (!output) return std::unexpected(output.error());
    for (std::size_t row = 0; row < places.size(); ++row) {
        fmt::print("{:.7g}\n", fmt::join(output->values.subspan(row * output->size, output->size), " "));
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        fmt::print(stderr, "usage: print_logits MODEL INPUTS [f32|int8]\n");
        return 2;
    }
    const auto precision = kPrecisions.at(argc > 3 ? argv[3] : "f32");
    if (const auto done = run(argv[1], argv[2], precision); !done) {
        fmt::print(stderr, "print_logits: {}\n", done.error().message);
        return 1;
    }
    return 0;
}
