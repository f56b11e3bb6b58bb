#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace gale::detail {

void check_failed(const char* expression, const char* file, int line) {
    std::fprintf(stderr, "gale: internal error: CHECK(%s) failed at %s:%d\n", expression, file, line);
    std::abort();
}

}  // namespace gale::detail
