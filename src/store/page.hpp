// Paging and order, as the REST API has them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gale {

struct Page {
    int limit = 50;  // -1: all
    int offset = 0;
    std::vector<std::string> order_by;  // a column's API name, '-' before it for descending; unknown: invalid_argument
};

template <class T>
struct PageOf {
    std::vector<T> items;
    std::int64_t total = 0;  // without limit and offset
};

}  // namespace gale
