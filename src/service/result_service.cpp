#include "service/result_service.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "service/detail/media_type.hpp"
#include "service/detail/result_file.hpp"
#include "service/detail/result_value.hpp"

namespace gale {
namespace {

using Folders = std::vector<std::filesystem::path>;

constexpr size_t kMaxResults = 200;
constexpr int kMaxXComs = 2000;
constexpr int kXComsAtOnce = 50;
constexpr size_t kMaxPath = 4096;
constexpr size_t kSniffBytes = 512;

std::string file_name_of(std::string_view path) {
    return std::string(path.substr(path.rfind('/') + 1));
}

// A string that somebody meant as a result: of the many that begin with '/', those below a result folder, and those
// that look like a file of a known kind, so that one in a wrong place is told and not passed over.
std::optional<std::string> result_path(std::string_view text, const Folders& folders) {
    if (text.size() > kMaxPath) return std::nullopt;
    auto path = detail::named_path(text);
    if (!path) return std::nullopt;
    const bool meant = text.starts_with("file:") || detail::is_written_below(*path, folders) ||
                       detail::media_type_of_name(file_name_of(*path));
    if (!meant) return std::nullopt;
    return path;
}

std::string sniffed_or_known(std::string_view name, std::string_view start) {
    return std::string(detail::media_type_of_name(name).value_or(detail::sniff_media_type(start)));
}

void describe_file(const std::string& path, const Folders& folders, RunResult& result) {
    result.name = file_name_of(path);
    result.media_type = detail::media_type_of_name(result.name).value_or(detail::kBytesMediaType);
    const auto file = detail::open_result_file(path, folders);
    if (!file) {
        result.problem = file.error().to_string();
        return;
    }
    result.bytes = file->bytes;
    if (detail::media_type_of_name(result.name)) return;
    const auto start = detail::first_bytes(file->file, kSniffBytes, path);
    if (start) {
        result.media_type = detail::sniff_media_type(*start);
    } else {
        result.problem = start.error().to_string();
    }
}

std::string name_of_value(const std::string& key, std::string_view media_type) {
    return key + std::string(detail::extension_of(media_type));
}

// Collects one XCom's results.
class Collector {
public:
    Collector(const Folders& folders, RunResults& found) : folders_(folders), found_(found) {}

    void add(const XCom& xcom) {
        xcom_ = &xcom;
        const size_t before = found_.results.size();
        const bool whole = detail::walk_strings(
            xcom.value, {}, [this](const std::string& pointer, auto text) { return add_string(pointer, text); });
        if (!whole) found_.truncated = true;
        // The value as a whole comes first: it is what the task returned.
        if (!xcom.value.is_string()) add_value("", xcom.value, before);
    }

private:
    bool is_full() {
        const bool full = found_.results.size() >= kMaxResults;
        if (full) found_.truncated = true;
        return full;
    }
    RunResult blank(const std::string& pointer) const {
        const auto& ti = xcom_->task_instance;
        return {ti.task_id, ti.map_index, xcom_->key, pointer, "", "", {}, {}};
    }
    bool add_string(const std::string& pointer, std::string_view text) {
        if (const auto path = result_path(text, folders_)) {
            if (is_full()) return false;
            auto result = blank(pointer);
            describe_file(*path, folders_, result);
            found_.results.push_back(std::move(result));
            return true;
        }
        // Texts within a list or object are seen with it; pictures are not.
        const bool shown = pointer.empty() || text.starts_with("data:image/");
        if (shown) add_value(pointer, json::value(text), found_.results.size());
        return found_.results.size() < kMaxResults;
    }
    void add_value(const std::string& pointer, const json::value& value, size_t place) {
        const auto content = detail::content_of(value);
        if (!content || is_full()) return;
        auto result = blank(pointer);
        result.name = name_of_value(xcom_->key, content->media_type);
        result.media_type = content->media_type;
        result.bytes = static_cast<std::int64_t>(content->text.size());
        found_.results.insert(found_.results.begin() + static_cast<std::ptrdiff_t>(place), std::move(result));
    }

    const Folders& folders_;
    RunResults& found_;
    const XCom* xcom_ = nullptr;
};

Result<ResultContent> open_file(const std::string& path, const Folders& folders) {
    auto file = TRY(detail::open_result_file(path, folders));
    const auto start = TRY(detail::first_bytes(file.file, kSniffBytes, path));
    ResultContent content;
    content.name = file_name_of(path);
    content.media_type = sniffed_or_known(content.name, start);
    content.is_utf8 = is_utf8_start(start);
    content.bytes = file.bytes;
    content.body = std::move(file.file);
    return content;
}

}  // namespace

Result<RunResults> ResultService::find(const DagId& dag_id, const RunId& run_id) const {
    TRY(store_.get_dag_run(dag_id, run_id));
    RunResults found;
    Collector collector(folders_, found);
    for (int offset = 0; offset < kMaxXComs; offset += kXComsAtOnce) {
        const auto xcoms = TRY(store_.list_run_xcoms(dag_id, run_id, kXComsAtOnce, offset));
        for (const XCom& xcom : xcoms) collector.add(xcom);
        if (xcoms.size() < static_cast<size_t>(kXComsAtOnce)) return found;
        if (found.results.size() >= kMaxResults) break;
    }
    found.truncated = true;
    return found;
}

Result<ResultContent> ResultService::open(const TaskInstanceKey& task_instance, const std::string& key,
                                          const std::string& pointer) const {
    const auto xcom = TRY(store_.get_xcom(task_instance, key, false));
    const json::value* value = detail::at_pointer(xcom.value, pointer);
    if (value == nullptr) {
        return fail(ErrorCode::not_found,
                    fmt::format("the XCom '{}' of task '{}' has nothing at '{}'; read the list of "
                                "results again",
                                key, task_instance.task_id.str(), pointer));
    }
    if (value->is_string()) {
        if (const auto path = result_path(value->get_string(), folders_)) return open_file(*path, folders_);
    }
    auto made = detail::content_of(*value);
    if (!made) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("the XCom '{}' of task '{}' names no file at '{}' and is no result to look at; see it "
                                "among the task's XComs",
                                key, task_instance.task_id.str(), pointer));
    }
    ResultContent content;
    content.name = name_of_value(key, made->media_type);
    content.media_type = std::move(made->media_type);
    content.is_utf8 = is_utf8_start(std::string_view(made->text).substr(0, kSniffBytes));
    content.bytes = static_cast<std::int64_t>(made->text.size());
    content.body = std::move(made->text);
    return content;
}

}  // namespace gale
