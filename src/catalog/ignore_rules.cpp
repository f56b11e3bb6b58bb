#include "catalog/ignore_rules.hpp"

#include <fnmatch.h>

#include <span>

namespace gale {
namespace {

std::vector<std::string> split_path(std::string_view text) {
    std::vector<std::string> segments;
    while (!text.empty()) {
        const auto slash = text.find('/');
        if (slash != 0) segments.emplace_back(text.substr(0, slash));
        text.remove_prefix(slash == std::string_view::npos ? text.size() : slash + 1);
    }
    return segments;
}

bool matches(std::span<const std::string> pattern, std::span<const std::string> path) {
    if (pattern.empty()) return path.empty();
    if (pattern.front() == "**") {
        if (pattern.size() == 1) return !path.empty();
        for (size_t skip = 0; skip <= path.size(); ++skip) {
            if (matches(pattern.subspan(1), path.subspan(skip))) return true;
        }
        return false;
    }
    if (path.empty() || ::fnmatch(pattern.front().c_str(), path.front().c_str(), FNM_PATHNAME) != 0) return false;
    return matches(pattern.subspan(1), path.subspan(1));
}

}  // namespace

IgnoreRules IgnoreRules::parse(std::string_view text, IgnoreSyntax syntax, std::vector<std::string>* invalid) {
    IgnoreRules rules;
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (syntax == IgnoreSyntax::regexp) line = line.substr(0, line.find('#'));
        while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t'))
            line.remove_suffix(1);
        if (line.empty() || line.front() == '#') continue;
        if (syntax == IgnoreSyntax::regexp) {
            try {
                rules.expressions_.emplace_back(std::string(line));
            } catch (const std::regex_error&) {
                if (invalid != nullptr) invalid->emplace_back(line);
            }
            continue;
        }
        Glob glob;
        if (line.front() == '!') {
            glob.negated = true;
            line.remove_prefix(1);
        }
        if (!line.empty() && line.back() == '/') {
            glob.folders_only = true;
            line.remove_suffix(1);
        }
        glob.anchored = line.find('/') != std::string_view::npos;
        glob.segments = split_path(line);
        if (!glob.segments.empty()) rules.globs_.push_back(std::move(glob));
    }
    return rules;
}

IgnoreRules::Verdict IgnoreRules::verdict(const std::filesystem::path& relative, bool is_folder) const {
    const std::string text = relative.generic_string();
    for (const auto& expression : expressions_) {
        if (std::regex_search(text, expression)) return Verdict::ignored;
    }
    const auto path = split_path(text);
    const std::span<const std::string> whole(path);
    Verdict result = Verdict::undecided;
    for (const Glob& glob : globs_) {
        if (glob.folders_only && !is_folder) continue;
        const auto subject = glob.anchored || path.empty() ? whole : whole.last(1);
        if (matches(glob.segments, subject)) result = glob.negated ? Verdict::kept : Verdict::ignored;
    }
    return result;
}

}  // namespace gale
