#include "api/log_streams.hpp"

#include <fmt/format.h>

namespace gale {
namespace {

class Download final : public BodyStream {
public:
    Download(LogService& logs, TaskInstanceKey key, int try_number)
        : logs_(logs), key_(std::move(key)), try_number_(try_number) {}

    Result<StreamPiece> read() override {
        if (at_end_) return StreamPiece::end();
        const auto page =
            TRY(logs_.read(key_, try_number_, next_, LogService::TryIs::over, LogService::kMaxPageBytes / 4));
        if (!page) return fail(ErrorCode::not_found, "the log was removed while it was downloaded");
        next_ = page->next;
        at_end_ = page->at_end;
        std::string text;
        for (const std::string& line : page->lines) text += downloaded_log_line(line) + '\n';
        return StreamPiece::of(std::move(text));
    }

private:
    LogService& logs_;
    const TaskInstanceKey key_;
    const int try_number_;
    std::int64_t next_ = 0;
    bool at_end_ = false;
};

class Follow final : public BodyStream {
public:
    Follow(Api& api, TaskInstanceKey key, int try_number, std::int64_t from)
        : api_(api), key_(std::move(key)), try_number_(try_number), from_(from) {}
    ~Follow() override { api_.services().logs.watch().unfollow(watched_); }

    void start(StreamWaker waker) override {
        const auto path = try_log_path(key_, try_number_);
        if (!path) return;  // read() says so
        const auto& logs = api_.services().logs;
        watched_ =
            api_.services().logs.watch().follow((logs.base_folder() / *path).string(), [waker] { waker.wake(); });
    }

    Result<StreamPiece> read() override {
        if (ended_) return StreamPiece::end();
        // First whether the try is over, then its lines: what was written before its end is there then.
        const auto logged = logged_try(api_, key_, try_number_);
        if (!logged && logged.error().code() == ErrorCode::not_found) return end();  // the run was deleted
        if (!logged) return std::unexpected(logged.error());
        const auto state = logged->is_over ? LogService::TryIs::over : LogService::TryIs::running;
        const auto found = TRY(api_.services().logs.lines(key_, try_number_, from_, kLinesAtOnce, state));
        if (!found) return logged->is_over ? end() : StreamPiece::nothing_yet();
        if (!found->lines.empty()) return event_of(*found);
        if (!found->complete) return StreamPiece::of("");  // not counted that far yet
        return logged->is_over ? end() : StreamPiece::nothing_yet();
    }

    std::string_view idle_text() const override { return ": keep-alive\n\n"; }

private:
    static constexpr std::int64_t kLinesAtOnce = 1000;

    StreamPiece event_of(const LogLines& found) {
        json::array lines;
        for (const LogLine& line : found.lines) lines.push_back(log_message(line));
        const json::object data{{"from", from_}, {"lines", std::move(lines)}};
        from_ += static_cast<std::int64_t>(found.lines.size());
        return StreamPiece::of(fmt::format("event: lines\ndata: {}\n\n", json::serialize(data)));
    }
    StreamPiece end() {
        ended_ = true;
        return StreamPiece::of("event: end\ndata: {}\n\n");
    }

    Api& api_;
    const TaskInstanceKey key_;
    const int try_number_;
    std::int64_t from_;
    bool ended_ = false;
    LogWatch::Id watched_ = 0;
};

}  // namespace

std::unique_ptr<BodyStream> download_log(LogService& logs, const TaskInstanceKey& key, int try_number) {
    return std::make_unique<Download>(logs, key, try_number);
}

std::unique_ptr<BodyStream> follow_log(Api& api, const TaskInstanceKey& key, int try_number, std::int64_t from) {
    return std::make_unique<Follow>(api, key, try_number, from);
}

}  // namespace gale
