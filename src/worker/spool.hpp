// Reports that could not be delivered, one file each: they outlive worker and server.
#pragma once

#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "executor/executor.hpp"

namespace gale {

class Spool {
public:
    explicit Spool(std::filesystem::path folder) : folder_(std::move(folder)) {}
    // Durable on return.
    Result<void> keep(const TryFinished& report) const;
    void remove(const TaskInstanceId& id) const;
    // What an earlier worker left. A file that cannot be read is logged, and renamed so that it is looked at once only.
    std::vector<TryFinished> load() const;

private:
    std::filesystem::path file_of(const TaskInstanceId& id) const;
    std::filesystem::path folder_;
};

}  // namespace gale
