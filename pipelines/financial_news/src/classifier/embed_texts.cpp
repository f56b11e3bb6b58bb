// embed_texts MODEL TEXTS OUT: writes the token ids (OUT.ids, a line a text) and the embeddings
// (OUT.f32, raw little-endian floats, row by row) of the NUL-separated texts of a file, for the
// comparison with the reference implementation.

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "classifier/cpu_quota.hpp"
#include "classifier/model_folder.hpp"
#include "classifier/openvino_backend.hpp"
#include "classifier/sentence_embedder.hpp"

namespace {

using namespace financial_news;

std::vector<std::string> read_texts(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::string> texts;
  for (std::string text; std::getline(file, text, '\0');) texts.push_back(text);
  return texts;
}

Result<void> run(const char* model, const char* input, const std::string& output) {
  const auto folder = read_model_folder(model);
  if (!folder) return std::unexpected(folder.error());
  auto backend = open_openvino_backend(*folder, {usable_cpus(), ""});
  if (!backend) return std::unexpected(backend.error());
  const auto texts = read_texts(input);
  const auto tokens = backend->tokenizer->tokenize(texts);
  if (!tokens) return std::unexpected(tokens.error());
  std::ofstream ids(output + ".ids");
  for (const auto& row : *tokens) {
    for (const auto id : row) ids << id << ' ';
    ids << '\n';
  }
  SentenceEmbedder embedder(std::move(backend->tokenizer), std::move(backend->network),
                            folder->pooling, folder->normalize);
  const auto embeddings = embedder.embed(texts);
  if (!embeddings) return std::unexpected(embeddings.error());
  std::ofstream values(output + ".f32", std::ios::binary);
  for (const auto& row : *embeddings) {
    values.write(reinterpret_cast<const char*>(row.data()),
                 static_cast<std::streamsize>(row.size() * sizeof(float)));
  }
  if (ids.flush() && values.flush()) return {};
  return fail(ErrorKind::kDisk, "cannot write " + output);
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
