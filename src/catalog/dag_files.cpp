#include "catalog/dag_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "base/file.hpp"

namespace gale {
namespace {

namespace fs = std::filesystem;

bool contains_word(std::string_view text, std::string_view lower_word) {
    const auto equal = [](char a, char b) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(a))) == b;
    };
    return std::search(text.begin(), text.end(), lower_word.begin(), lower_word.end(), equal) != text.end();
}

bool may_define_dags(std::string_view source) {
    return contains_word(source, "airflow") && (contains_word(source, "dag") || contains_word(source, "asset"));
}

class Walk {
public:
    Walk(const fs::path& root, const DiscoveryOptions& options) : root_(root), options_(options) {}

    void enter(const fs::path& folder, std::vector<std::pair<fs::path, IgnoreRules>> rules) {
        struct stat info{};
        if (::stat(folder.c_str(), &info) != 0 || !seen_.emplace(info.st_dev, info.st_ino).second) return;
        result_.folders.push_back(folder);
        read_ignore_file(folder, rules);
        std::error_code error;
        fs::directory_iterator entries(folder, error);
        if (error) {
            result_.problems.push_back(fmt::format("cannot list {}: {}", folder.native(), error.message()));
            return;
        }
        for (; entries != fs::directory_iterator(); entries.increment(error)) {
            if (error) break;
            visit(entries->path(), rules);
        }
    }

    DagFolder finish() && {
        std::ranges::sort(result_.files, {}, &DagFile::path);
        return std::move(result_);
    }

private:
    void read_ignore_file(const fs::path& folder, std::vector<std::pair<fs::path, IgnoreRules>>& rules) {
        const fs::path file = folder / ".airflowignore";
        if (!fs::exists(file)) return;
        const auto text = read_file(file);
        if (!text) {
            result_.problems.push_back(text.error().to_string());
            return;
        }
        std::vector<std::string> invalid;
        rules.emplace_back(folder, IgnoreRules::parse(*text, options_.ignore_syntax, &invalid));
        for (const auto& line : invalid) {
            result_.problems.push_back(fmt::format("{}: '{}' is not a regular expression", file.native(), line));
        }
    }

    static bool is_ignored(const fs::path& path, bool is_folder,
                           const std::vector<std::pair<fs::path, IgnoreRules>>& rules) {
        auto verdict = IgnoreRules::Verdict::undecided;
        for (const auto& [folder, rule] : rules) {
            const auto next = rule.verdict(path.lexically_relative(folder), is_folder);
            if (next != IgnoreRules::Verdict::undecided) verdict = next;
        }
        return verdict == IgnoreRules::Verdict::ignored;
    }

    void visit(const fs::path& path, const std::vector<std::pair<fs::path, IgnoreRules>>& rules) {
        const std::string name = path.filename().native();
        struct stat info{};
        if (::stat(path.c_str(), &info) != 0) return;  // a broken link, or gone meanwhile
        if (S_ISDIR(info.st_mode)) {
            if (!name.starts_with('.') && name != "__pycache__" && !is_ignored(path, true, rules)) enter(path, rules);
            return;
        }
        if (!S_ISREG(info.st_mode) || path.extension() != ".py" || is_ignored(path, false, rules)) return;
        const auto source = read_file(path);
        if (!source) {
            result_.problems.push_back(source.error().to_string());
            return;
        }
        if (options_.safe_mode && !may_define_dags(*source)) return;
        result_.files.push_back({path, path.lexically_relative(root_),
                                 info.st_mtim.tv_sec * std::int64_t{1'000'000'000} + info.st_mtim.tv_nsec,
                                 static_cast<std::uintmax_t>(info.st_size)});
    }

    const fs::path& root_;
    const DiscoveryOptions& options_;
    std::set<std::pair<dev_t, ino_t>> seen_;
    DagFolder result_;
};

}  // namespace

Result<DagFolder> find_dag_files(const fs::path& dags_folder, const DiscoveryOptions& options) {
    if (!fs::is_directory(dags_folder)) {
        return fail(ErrorCode::not_found, fmt::format("the dags folder {} does not exist: create it, or set "
                                                      "AIRFLOW__CORE__DAGS_FOLDER",
                                                      dags_folder.native()));
    }
    Walk walk(dags_folder, options);
    walk.enter(dags_folder, {});
    return std::move(walk).finish();
}

}  // namespace gale
