// Which files of the dags folder may define DAGs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "catalog/ignore_rules.hpp"

namespace gale {

struct DagFile {
    std::filesystem::path path;      // absolute
    std::filesystem::path relative;  // below the dags folder
    std::int64_t mtime_ns = 0;
    std::uintmax_t size = 0;
};

struct DagFolder {
    std::vector<DagFile> files;                  // sorted by path
    std::vector<std::filesystem::path> folders;  // all that were looked into, the dags folder first
    std::vector<std::string> problems;           // what could not be read, in words
};

struct DiscoveryOptions {
    IgnoreSyntax ignore_syntax = IgnoreSyntax::glob;
    bool safe_mode = true;  // only files that mention "airflow" and "dag" or "asset"
};

// Walks the folder, links followed (a loop is walked once), `.airflowignore` at each level obeyed, hidden folders and
// __pycache__ left out. A folder that cannot be read is a problem, not an error; the dags folder itself missing is
// not_found.
Result<DagFolder> find_dag_files(const std::filesystem::path& dags_folder, const DiscoveryOptions& options);

}  // namespace gale
