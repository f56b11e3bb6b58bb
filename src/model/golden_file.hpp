// Reads the goldens that tests/parity's scripts write. For tests.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace gale {

using GoldenLine = std::vector<std::string>;

// The lines whose first cell is `kind`.
inline std::vector<GoldenLine> read_goldens(const std::string& file_name, const std::string& kind) {
    std::ifstream file(std::string(GALE_PARITY_DIR) + "/" + file_name);
    EXPECT_TRUE(file.is_open()) << file_name;
    std::vector<GoldenLine> lines;
    for (std::string line; std::getline(file, line);) {
        GoldenLine cells;
        for (size_t begin = 0; begin <= line.size();) {
            const size_t end = std::min(line.find('\t', begin), line.size());
            cells.push_back(line.substr(begin, end - begin));
            begin = end + 1;
        }
        if (cells.front() == kind) lines.push_back(std::move(cells));
    }
    return lines;
}

inline std::optional<TimePoint> golden_time(const std::string& cell) {
    if (cell == "none") return std::nullopt;
    return parse_iso8601(cell).value();
}

inline std::string show(std::optional<TimePoint> time) {
    return time ? to_python_iso(*time) : "none";
}

}  // namespace gale
