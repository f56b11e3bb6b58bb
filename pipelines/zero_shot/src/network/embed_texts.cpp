// embed_texts MODEL TEXTS OUT: writes the embeddings (raw little-endian floats, row by row) of the
// NUL-terminated texts of a file, for the comparison with the reference implementation.

#include <fmt/format.h>

#include <fstream>

#include "classifier/cpu_quota.hpp"
#include "classifier/model_folder.hpp"
#include "classifier/read_texts.hpp"
#include "network/load_zero_shot_model.hpp"

namespace {

using namespace gale::zero_shot;

Result<void> run(const char* model, const char* input, const char* output) {
    const auto folder = read_model_folder(model);
    if (!folder) return std::unexpected(folder.error());
    auto embedder = load_sentence_embedder(*folder, {.threads = usable_cpus()});
    if (!embedder) return std::unexpected(embedder.error());
    const auto embeddings = embedder->embed(read_texts(input));
    if (!embeddings) return std::unexpected(embeddings.error());
    std::ofstream values(output, std::ios::binary);
    for (const auto& row : *embeddings) {
        values.write(reinterpret_cast<const char*>(row.data()),
                     static_cast<std::streamsize>(row.size() * sizeof(float)));
    }
    if (values.flush()) return {};
    return fail(ErrorKind::kDisk, fmt::format("cannot write {}", output));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        fmt::print(stderr, "usage: embed_texts MODEL TEXTS OUT\n");
        return 2;
    }
    if (const auto done = run(argv[1], argv[2], argv[3]); !done) {
        fmt::print(stderr, "embed_texts: {}\n", done.error().message);
        return 1;
    }
    return 0;
}
