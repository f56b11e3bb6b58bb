// Parses DAG files in a fork server of its own (docs/reference/task_protocol.md), for the DAG processor.
//
// A file is imported in a forked child: one that hangs is killed at its time limit, one that crashes the interpreter
// takes only that child with it. The fork server is started at the first parse, and again if it dies. Threads: every
// call may come from any thread; parses of one FileParser run one after the other. Use one for each file that may be
// parsed at once.
#pragma once

#include <filesystem>
#include <memory>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "worker/python/python_options.hpp"

namespace gale {

class FileParser {
public:
    explicit FileParser(PythonOptions options);
    ~FileParser();
    FileParser(const FileParser&) = delete;
    FileParser& operator=(const FileParser&) = delete;

    // Starts the interpreter ahead of the first parse, without waiting for it.
    void warm_up();
    // One parsed file (docs/reference/dag_definition.md). What is wrong with the file itself, a time-out or a crash of
    // the interpreter included, is its `import_error` with no dags. A Result error is ours or the machine's: Python
    // cannot be started, no memory, a cancelled parse. Blocks until done, at most `time_limit` and a few seconds (for
    // the interpreter's start).
    Result<json::object> parse(const std::filesystem::path& path, const std::filesystem::path& dags_folder,
                               Duration time_limit);
    // Ends the interpreter, which holds some 20 MB; the next parse starts it again.
    void rest();
    // Makes a parse that runs now, and those that follow, end with an error of code cancelled.
    void stop();
    // The fork server's process, for memory figures; 0 while there is none.
    int pid() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace gale
