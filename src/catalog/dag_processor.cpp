#include "catalog/dag_processor.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "base/check.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/memory.hpp"
#include "catalog/folder_watch.hpp"

namespace gale {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;
constexpr std::string_view kRoom = "dag-processor";
constexpr auto kHeartbeat = std::chrono::milliseconds{5000};

// Files that a DAG file may read when it is imported. Others (data, logs) change for reasons of their own.
bool may_be_imported(const fs::path& path) {
    static const std::set<std::string> kEndings{".py", ".yaml", ".yml", ".json", ".toml",  ".sql",
                                                ".sh", ".ini",  ".cfg", ".j2",   ".jinja2"};
    return !path.filename().native().starts_with('.') && kEndings.contains(path.extension().native());
}

bool is_below(const fs::path& path, const fs::path& folder) {
    const auto [mismatch, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return mismatch == folder.end();
}

}  // namespace

DagProcessor::DagProcessor(Store& store, const Clock& clock, DagProcessorOptions options,
                           std::vector<ParseFile> parsers)
    : store_(store), clock_(clock), options_(std::move(options)), parsers_(std::move(parsers)) {
    CHECK(!parsers_.empty());
}

std::vector<DagFile> DagProcessor::files_to_parse(const DagFolder& folder, const std::set<fs::path>& changed) const {
    std::set<fs::path> dag_files;
    for (const DagFile& file : folder.files) dag_files.insert(file.path);
    std::vector<fs::path> touched_folders;
    for (const fs::path& path : changed) {
        if (!dag_files.contains(path) && may_be_imported(path)) touched_folders.push_back(path.parent_path());
    }
    const auto now = Steady::now();
    std::vector<DagFile> due;
    for (const DagFile& file : folder.files) {
        const auto known = known_.find(file.path);
        const bool beside_a_change =
            std::ranges::any_of(touched_folders, [&](const fs::path& touched) { return is_below(file.path, touched); });
        if (known == known_.end() || known->second.mtime_ns != file.mtime_ns || known->second.size != file.size ||
            now - known->second.parsed_at >= options_.min_file_process_interval || beside_a_change) {
            due.push_back(file);
        }
    }
    // The newest first: it is the one that somebody waits for.
    std::ranges::stable_sort(due, std::ranges::greater{}, &DagFile::mtime_ns);
    return due;
}

Result<void> DagProcessor::parse_one(const DagFile& file, const ParseFile& parser) {
    const TimePoint started = clock_.now();
    auto source = read_file(file.path);
    if (!source && source.error().code() == ErrorCode::not_found) return {};  // gone: the next scan forgets it
    const Result<json::object> parsed = source ? parser(file) : std::unexpected(source.error());
    const TimePoint done = clock_.now();
    const ParsedFile result =
        take_in(file, std::move(source).value_or(""), parsed, done, done - started, options_.intake);
    if (result.import_error) {
        log::warning(
            kRoom, "{} cannot be used: {}", file.relative.native(),
            result.import_error->substr(result.import_error->find_last_of('\n', result.import_error->size() - 2) + 1));
    }
    return store_.record_parsed_file(result);
}

void DagProcessor::parse_and_record(const std::vector<DagFile>& files, const std::stop_token& stop) {
    std::atomic<size_t> next = 0;
    std::mutex mutex;
    const auto work = [&](const ParseFile& parser) {
        while (!stop.stop_requested()) {
            const size_t index = next++;
            if (index >= files.size()) return;
            const DagFile& file = files[index];
            const auto recorded = parse_one(file, parser);
            std::scoped_lock lock(mutex);
            if (recorded) {
                known_[file.path] = {file.mtime_ns, file.size, Steady::now()};
            } else {
                known_.erase(file.path);  // tried again at the next scan
                log::error(kRoom, "cannot record {}: {}", file.relative.native(), recorded.error().to_string());
            }
        }
    };
    std::vector<std::jthread> helpers;
    for (size_t i = 1; i < std::min(parsers_.size(), files.size()); ++i)
        helpers.emplace_back(work, std::cref(parsers_[i]));
    work(parsers_.front());
    helpers.clear();
    if (files.empty()) return;
    if (options_.after_parsing) options_.after_parsing();
    give_back_memory();
}

Result<void> DagProcessor::forget_vanished(const DagFolder& folder) {
    std::set<std::string> present;
    for (const DagFile& file : folder.files) present.insert(file.path.native());
    std::vector<std::string> vanished = TRY(store_.known_files());
    std::erase_if(vanished, [&](const std::string& file) { return present.contains(file); });
    if (vanished.empty()) return {};
    TRY(store_.forget_files(vanished));
    for (const auto& file : vanished) {
        known_.erase(file);
        log::info(kRoom, "{} is gone, its DAGs with it", file);
    }
    return {};
}

Result<void> DagProcessor::scan(const std::set<fs::path>& changed, const std::stop_token& stop) {
    const DagFolder folder = TRY(find_dag_files(options_.dags_folder, options_.discovery));
    for (const auto& problem : folder.problems) {
        if (reported_problems_.insert(problem).second) log::warning(kRoom, "{}", problem);
    }
    folders_ = folder.folders;
    TRY(forget_vanished(folder));
    parse_and_record(files_to_parse(folder, changed), stop);
    return {};
}

void DagProcessor::heartbeat(std::string_view state) {
    give_back_memory();
    const TimePoint now = clock_.now();
    if (job_.id == 0) job_ = {0, "DagProcessorJob", "running", options_.hostname, now, now, std::nullopt};
    job_.state = state;
    job_.latest_heartbeat = now;
    if (state != "running") job_.end_date = now;
    const auto id = store_.save_job(job_);
    if (id) {
        job_.id = *id;
    } else {
        log::error(kRoom, "cannot write the heartbeat: {}", id.error().to_string());
    }
}

Result<void> DagProcessor::run(std::stop_token stop) {
    auto watch = TRY(FolderWatch::open());
    std::set<fs::path> changed;
    std::string last_error;
    Steady::time_point scanned;
    bool must_scan = true;
    while (!stop.stop_requested()) {
        heartbeat("running");
        if (must_scan || !changed.empty() || Steady::now() - scanned >= options_.rescan_interval) {
            const auto seen = scan(changed, stop);
            scanned = Steady::now();
            must_scan = !seen;
            const std::string error = seen ? "" : seen.error().to_string();
            if (!seen && error != last_error) log::error(kRoom, "{}", error);
            last_error = error;
            if (watch.add(folders_)) {
                changed.clear();
                must_scan = true;
                continue;
            }
        }
        changed = watch.wait(must_scan ? std::chrono::milliseconds{500} : kHeartbeat, stop);
    }
    heartbeat("success");
    return {};
}

}  // namespace gale
