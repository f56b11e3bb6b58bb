// The logs of task tries: where they are, and reading them while they grow.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "store/run_store.hpp"

namespace gale {

// Below the log folder, as Airflow lays it out: "dag_id=…/run_id=…/task_id=…/[map_index=…/]attempt=N.log".
// invalid_argument when an id could leave the folder ('/', "..", NUL).
Result<std::filesystem::path> try_log_path(const TaskInstanceKey& key, int try_number);

struct LogPage {
    std::vector<std::string> lines;  // as written: one JSON object each; without the line end
    std::int64_t next = 0;           // the offset in the file at which the next page begins
    bool at_end = false;             // nothing more was there when the page was read
};

class LogService {
public:
    explicit LogService(std::filesystem::path base_folder) : base_folder_(std::move(base_folder)) {}

    static constexpr std::int64_t kMaxPageBytes = 1 << 20;

    // Whole lines from byte `offset` on, at most `max_bytes` of them; a longer line comes cut into pieces. An
    // unfinished last line is left for later while the try is `running`. nullopt: there is no file (the try wrote
    // nothing yet, or it was removed). Errors: invalid_argument (ids, an offset that is not within the file),
    // permission_denied, internal.
    enum class TryIs { running, over };
    Result<std::optional<LogPage>> read(const TaskInstanceKey& key, int try_number, std::int64_t offset, TryIs state,
                                        std::int64_t max_bytes = kMaxPageBytes) const;
    const std::filesystem::path& base_folder() const { return base_folder_; }

private:
    std::filesystem::path base_folder_;
};

}  // namespace gale
