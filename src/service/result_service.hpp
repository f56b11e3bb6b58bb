// What a run's tasks produced, to be looked at: files that their XComs name, and XCom values that are results
// themselves. docs/reference/gale_api.md, "Results".
//
// Reads only. Thread-safe. A file is opened only below one of the result folders, component by component, so that
// neither "..", a link nor a race of the two leads out; pipes, devices and folders are never opened. A result that
// cannot be shown is listed with the reason: the page says what to do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "store/store.hpp"

namespace gale {

struct RunResult {
    TaskId task_id;
    int map_index = kNotMapped;
    std::string key;      // of the XCom
    std::string pointer;  // JSON pointer (RFC 6901) into its value; empty: all of it
    std::string name;     // to show and to save under: a file's name, or the XCom's key with a suffix
    std::string media_type;
    std::optional<std::int64_t> bytes;   // nullopt: not known, as of a file that cannot be read
    std::optional<std::string> problem;  // why it cannot be shown, in a sentence
};

struct RunResults {
    std::vector<RunResult> results;  // by task, map index, key and pointer
    bool truncated = false;          // there are more than a page can show
};

struct ResultContent {
    std::string name;
    std::string media_type;  // without parameters; one of those of media_type.hpp, never a script's
    bool is_utf8 = false;
    std::int64_t bytes = 0;              // of a file: when it was opened
    std::variant<std::string, Fd> body;  // a value's text, or a regular file at its start
};

class ResultService {
public:
    // `folders`: absolute. One that is not there counts once it is.
    ResultService(Store& store, std::vector<std::filesystem::path> folders)
        : store_(store), folders_(std::move(folders)) {}

    // not_found: no such run. XComs of mapped task instances are looked at in order, up to a limit.
    Result<RunResults> find(const DagId& dag_id, const RunId& run_id) const;
    // not_found: no such XCom, pointer or file. permission_denied: the file is out of the result folders, or the
    // server may not read it. invalid_argument: it is no file, or the value there is none that can be shown.
    Result<ResultContent> open(const TaskInstanceKey& task_instance, const std::string& key,
                               const std::string& pointer) const;

private:
    Store& store_;
    std::vector<std::filesystem::path> folders_;
};

}  // namespace gale
