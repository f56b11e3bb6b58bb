#pragma once

#include <cstdio>
#include <cstdlib>

/// Ends the run as a finding when a promise of the code under test does not hold.
#define REQUIRE(condition)                                                       \
    do {                                                                         \
        if (!(condition)) {                                                      \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                        \
        }                                                                        \
    } while (false)
