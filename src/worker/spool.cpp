#include "worker/spool.hpp"

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "executor/wire.hpp"

namespace gale {
namespace fs = std::filesystem;

fs::path Spool::file_of(const TaskInstanceId& id) const {
    return folder_ / (id.str() + ".json");
}

Result<void> Spool::keep(const TryFinished& report) const {
    TRY(make_directories(folder_));
    return write_file_atomically(file_of(report.id), json::serialize(wire::to_json(report)), 0600);
}

void Spool::remove(const TaskInstanceId& id) const {
    std::error_code ignored;  // absent is what is wanted
    fs::remove(file_of(id), ignored);
}

std::vector<TryFinished> Spool::load() const {
    std::vector<TryFinished> reports;
    std::error_code error;
    for (fs::directory_iterator entry(folder_, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        if (entry->path().extension() != ".json") continue;
        const auto read = [&]() -> Result<TryFinished> {
            return wire::finished_from_json(TRY(json::parse_object(TRY(read_file(entry->path())))));
        }();
        if (read) {
            reports.push_back(*read);
            continue;
        }
        log::error("worker", "the report {} cannot be read and is put aside: {}", entry->path().native(),
                   read.error().to_string());
        fs::rename(entry->path(), entry->path().native() + ".unreadable", error);
    }
    return reports;
}

}  // namespace gale
