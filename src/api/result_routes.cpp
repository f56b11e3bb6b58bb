// What a run's tasks produced, to be looked at. A task's output is served as a stranger's: sandboxed, never sniffed,
// never as a script.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "api/render.hpp"

namespace gale {
namespace {

// No script, no form, no request to anywhere, no access to what the page may do; links open in a tab of their own.
// Our own page may frame it.
constexpr std::string_view kSandbox =
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:; frame-ancestors 'self'";

json::object render_result(const RunResult& result) {
    return {{"task_id", result.task_id.str()},
            {"map_index", result.map_index},
            {"key", result.key},
            {"pointer", result.pointer},
            {"name", result.name},
            {"media_type", result.media_type},
            {"bytes", result.bytes ? json::value(*result.bytes) : json::value(nullptr)},
            {"problem", json::from_optional(result.problem)}};
}

Result<HttpResponse> list_results(Api& api, Call& call) {
    const auto found = TRY(api.services().results.find(call.dag_id(), call.run_id()));
    json::array results;
    for (const RunResult& result : found.results) results.push_back(render_result(result));
    return json_response(json::object{{"results", std::move(results)}, {"truncated", found.truncated}});
}

// RFC 6266: a plain name for old clients, the exact one beside it.
std::string disposition_of(std::string_view name, bool is_download) {
    std::string plain, exact;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_safe = std::isalnum(byte) || c == '.' || c == '-' || c == '_';
        plain += is_safe ? c : '_';
        exact += is_safe ? std::string(1, c) : fmt::format("%{:02X}", byte);
    }
    return fmt::format("{}; filename=\"{}\"; filename*=UTF-8''{}", is_download ? "attachment" : "inline", plain, exact);
}

// A file as it is sent. It may grow meanwhile: what it had when it was opened is what is told and sent.
class FileStream : public BodyStream {
public:
    FileStream(Fd file, std::int64_t bytes, std::string name)
        : file_(std::move(file)), left_(static_cast<std::uint64_t>(bytes)), length_(left_), name_(std::move(name)) {}
    Result<StreamPiece> read() override {
        if (left_ == 0) return StreamPiece::end();
        auto bytes = TRY(read_some(file_, std::min<std::uint64_t>(left_, kPieceBytes), name_));
        if (bytes.empty()) {
            return fail(ErrorCode::data_corrupt,
                        fmt::format("{} became shorter while it was sent: {} bytes are missing", name_, left_));
        }
        left_ -= bytes.size();
        return StreamPiece::of(std::move(bytes));
    }
    std::optional<std::uint64_t> length() const override { return length_; }

private:
    static constexpr std::uint64_t kPieceBytes = 128 << 10;
    Fd file_;
    std::uint64_t left_, length_;
    std::string name_;
};

Result<HttpResponse> get_content(Api& api, Call& call) {
    const auto task_id = call.query("task_id");
    if (!task_id) return invalid_input("query", "task_id", "missing", "Field required", json::value(nullptr));
    const auto key = call.query("key").value_or("return_value");
    const auto map_index = static_cast<int>(TRY(call.query_int("map_index")).value_or(kNotMapped));
    const bool is_download = TRY(call.query_bool("download")).value_or(false);
    auto content = TRY(api.services().results.open({call.dag_id(), call.run_id(), TaskId(*task_id), map_index}, key,
                                                   call.query("pointer").value_or("")));
    HttpResponse response;
    const bool has_charset = content.is_utf8 && content.media_type.starts_with("text/");
    response.content_type = content.media_type + (has_charset ? "; charset=utf-8" : "");
    const bool is_viewable = content.media_type != "application/octet-stream";
    response.headers.emplace_back("Content-Disposition", disposition_of(content.name, is_download || !is_viewable));
    response.headers.emplace_back("Content-Security-Policy", kSandbox);
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
    response.headers.emplace_back("Cache-Control", "no-store");
    if (auto* text = std::get_if<std::string>(&content.body)) {
        response.body = std::move(*text);
    } else {
        response.stream =
            std::make_unique<FileStream>(std::move(std::get<Fd>(content.body)), content.bytes, content.name);
    }
    return response;
}

}  // namespace

void add_result_routes(Router& router) {
    using namespace schema;
    router.define("RunResultResponse",
                  object({{"task_id", text()},
                          {"map_index", described(integer(), "-1: the task is not mapped")},
                          {"key", described(text(), "of the XCom")},
                          {"pointer", described(text(), "JSON pointer into the XCom's value")},
                          {"name", text()},
                          {"media_type", text()},
                          {"bytes", nullable(integer())},
                          {"problem", described(nullable(text()), "why it cannot be shown, and what to do")}}));
    router.define("RunResultCollectionResponse",
                  object({{"results", array(ref("RunResultResponse"))},
                          {"truncated", described(boolean(), "there are more than are listed")}}));
    router.add({"GET",
                "/gale/dags/{dag_id}/dagRuns/{dag_run_id}/results",
                Role::viewer,
                list_results,
                {.id = "get_run_results",
                 .tag = "Gale",
                 .summary = "What the run's tasks produced",
                 .answer = "RunResultCollectionResponse"}});
    router.add({"GET",
                "/gale/dags/{dag_id}/dagRuns/{dag_run_id}/results/content",
                Role::viewer,
                get_content,
                {.id = "get_run_result_content",
                 .tag = "Gale",
                 .summary = "One result, as it is",
                 .query = {{.name = "task_id"},
                           {.name = "map_index", .schema = integer()},
                           {.name = "key", .description = "of the XCom; return_value without"},
                           {.name = "pointer", .description = "JSON pointer into its value; all of it without"},
                           {.name = "download", .schema = boolean(), .description = "to save, not to look at"}},
                 .media_type = "application/octet-stream"}});
}

}  // namespace gale
