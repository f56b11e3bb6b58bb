// Reads the TSV file named by the first argument and writes it to standard output.

#include <cstdio>
#include <vector>

#include "tsv/tsv.hpp"

namespace {

void print_row(const std::vector<std::string>& fields) {
    const std::vector<std::string_view> views(fields.begin(), fields.end());
    std::string row;
    gale::zero_shot::append_tsv_row(row, views);
    std::fwrite(row.data(), 1, row.size(), stdout);
}

int report(const gale::zero_shot::Error& error) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    auto reader = gale::zero_shot::TsvReader::open(argv[1]);
    if (!reader) return report(reader.error());
    print_row(reader->header());
    std::vector<std::string> fields;
    for (;;) {
        const auto more = reader->next(fields);
        if (!more) return report(more.error());
        if (!*more) return 0;
        print_row(fields);
    }
}
