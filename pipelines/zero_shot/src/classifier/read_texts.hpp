#pragma once

#include <fstream>
#include <string>
#include <vector>

namespace gale::zero_shot {

/// The texts of a file in which each ends with a NUL byte; for the programs that tests call.
inline std::vector<std::string> read_texts(const char* path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<std::string> texts;
    for (std::string text; std::getline(file, text, '\0');) texts.push_back(text);
    return texts;
}

}  // namespace gale::zero_shot
