// `.airflowignore`: which paths below a folder are no DAG files.
// glob (the default): gitignore's syntax, the last matching pattern wins. regexp: a path is ignored when any expression
// is found in it.
#pragma once

#include <filesystem>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace gale {

enum class IgnoreSyntax { glob, regexp };

class IgnoreRules {
public:
    // Lines that are no valid expression are skipped; their texts are returned in `invalid`.
    static IgnoreRules parse(std::string_view text, IgnoreSyntax syntax, std::vector<std::string>* invalid = nullptr);

    enum class Verdict { undecided, ignored, kept };
    // `relative` is the path below the folder that holds the .airflowignore file.
    Verdict verdict(const std::filesystem::path& relative, bool is_folder) const;

private:
    struct Glob {
        std::vector<std::string> segments;
        bool negated = false, folders_only = false, anchored = false;
    };
    std::vector<Glob> globs_;
    std::vector<std::regex> expressions_;
};

}  // namespace gale
