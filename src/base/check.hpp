// CHECK stays on in release: it guards against our own bugs, never against data or users.
#pragma once

namespace gale::detail {
[[noreturn]] void check_failed(const char* expression, const char* file, int line);
}

#define CHECK(expression)                                                  \
    do {                                                                   \
        if (!(expression)) [[unlikely]]                                    \
            ::gale::detail::check_failed(#expression, __FILE__, __LINE__); \
    } while (false)
