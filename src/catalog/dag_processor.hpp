// The DAG processor: keeps the store's DAGs equal to the files of the dags folder.
//
// A changed file is parsed within a second of its change; a changed module or data file beside it, too; every file
// again after min_file_process_interval, since it may depend on anything. A file that fails, hangs or crashes its
// parser hinders no other. Threads: `run` blocks and uses one thread more for each further parser.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "catalog/dag_files.hpp"
#include "catalog/intake.hpp"
#include "store/store.hpp"

namespace gale {

// Parses one file in a child process; blocks until it is done or its time is up. Called from one thread at a time.
using ParseFile = std::function<Result<json::object>(const DagFile& file)>;

struct DagProcessorOptions {
    std::filesystem::path dags_folder;
    DiscoveryOptions discovery;
    IntakeDefaults intake;
    Duration min_file_process_interval = std::chrono::seconds{300};
    Duration rescan_interval = std::chrono::seconds{30};
    std::string hostname;
    std::function<void()> after_parsing;  // called when a scan that parsed something is over; may be empty
};

class DagProcessor {
public:
    // One parser for each file that may be parsed at once; at least one.
    DagProcessor(Store& store, const Clock& clock, DagProcessorOptions options, std::vector<ParseFile> parsers);

    // Until a stop is requested. Errors of the store or the folder are logged and tried again.
    Result<void> run(std::stop_token stop);
    // One look: parses what is new, changed, due, or in `changed`.
    Result<void> scan(const std::set<std::filesystem::path>& changed, const std::stop_token& stop);

private:
    struct Known {
        std::int64_t mtime_ns = 0;
        std::uintmax_t size = 0;
        std::chrono::steady_clock::time_point parsed_at;  // a wall clock may be moved
    };
    std::vector<DagFile> files_to_parse(const DagFolder& folder, const std::set<std::filesystem::path>& changed) const;
    void parse_and_record(const std::vector<DagFile>& files, const std::stop_token& stop);
    Result<void> parse_one(const DagFile& file, const ParseFile& parser);
    Result<void> forget_vanished(const DagFolder& folder);
    void heartbeat(std::string_view state);

    Store& store_;
    const Clock& clock_;
    const DagProcessorOptions options_;
    const std::vector<ParseFile> parsers_;
    std::map<std::filesystem::path, Known> known_;
    std::vector<std::filesystem::path> folders_;
    std::set<std::string> reported_problems_;
    Job job_;
};

}  // namespace gale
