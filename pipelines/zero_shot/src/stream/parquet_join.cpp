// parquet_join: the parts of a file that zero_shot_label labelled, one behind the other in one file of Parquet.
// Exit codes as zero_shot_label's.

#include <fmt/format.h>

#include "stream/label_arguments.hpp"
#include "stream/parquet_output.hpp"

int main(int argc, char** argv) {
    using namespace gale::zero_shot;
    if (argc < 3) {
        fmt::print(stderr, "usage: parquet_join OUTPUT PART...\n");
        return 2;
    }
    const auto joined = join_parquet({argv + 2, argv + argc}, argv[1]);
    if (joined) return 0;
    fmt::print(stderr, "parquet_join: {}\n", joined.error().message);
    return label_exit_code(joined.error().kind);
}
