#include "worker/python/zygotes.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "base/log.hpp"
#include "worker/process.hpp"
#include "worker/python/control_channel.hpp"

namespace gale {
namespace {

std::string text_of(const json::object& message, std::string_view key) {
    return json::get_string_or(message, key, "").value_or("");
}
std::int64_t number_of(const json::object& message, std::string_view key) {
    return json::get_int_or(message, key, 0).value_or(0);
}

json::object run_message(std::int64_t id, const PythonRun& run) {
    return {{"op", "run"}, {"id", id}, {"mode", run.mode}};
}
std::vector<int> descriptors_of(const PythonRun& run) {
    return {run.fds[0].get(), run.fds[1].get(), run.fds[2].get(), run.fds[3].get()};
}

}  // namespace

PythonZygotes::PythonZygotes(EventLoop& loop, const WorkerOptions& options) : loop_(loop), options_(options) {}

PythonZygotes::~PythonZygotes() {
    for (auto& [id, zygote] : zygotes_) {
        loop_.cancel(zygote->limit);
        if (zygote->control) loop_.unwatch(zygote->control.get());
    }
    if (!root_.control) return;
    loop_.unwatch(root_.control.get());
    ::kill(root_.pid, SIGKILL);
    ::waitpid(root_.pid, nullptr, 0);
}

void PythonZygotes::warm_up() {
    if (const auto root = ensure_root(); !root) log::error("worker", "{}", root.error().to_string());
}

Result<void> PythonZygotes::ensure_root() {
    if (root_.control) return {};
    root_ = TRY(start_python(options_.python));
    loop_.watch(root_.control.get(), EPOLLIN, [this](std::uint32_t) { on_root_message(); });
    return {};
}

void PythonZygotes::run(PythonRun run) {
    auto shared = std::make_shared<PythonRun>(std::move(run));
    auto zygote = zygote_for(shared->path);
    if (!zygote) return shared->on_failed(zygote.error().to_string());
    hand_over(*zygote, std::move(shared));
}

Result<PythonZygotes::ZygotePtr> PythonZygotes::zygote_for(const std::string& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0)
        return std::unexpected(errno_error(errno, "cannot read the DAG file " + path));
    const std::int64_t mtime_ns = info.st_mtim.tv_sec * std::int64_t{1'000'000'000} + info.st_mtim.tv_nsec;
    for (const auto& [id, zygote] : zygotes_) {
        if (zygote->path != path || zygote->retired) continue;
        if (zygote->mtime_ns == mtime_ns && zygote->size == info.st_size) return zygote;
        const ZygotePtr old = zygote;  // `retire` may erase it from the map
        retire(old);
        break;
    }
    make_room();
    return make_zygote(path, mtime_ns, info.st_size);
}

Result<PythonZygotes::ZygotePtr> PythonZygotes::make_zygote(const std::string& path, std::int64_t mtime_ns,
                                                            std::int64_t size) {
    TRY(ensure_root());
    auto [ours, theirs] = TRY(make_seqpacket_pair());
    auto zygote = std::make_shared<Zygote>();
    zygote->id = ++last_id_;
    zygote->path = path;
    zygote->mtime_ns = mtime_ns;
    zygote->size = size;
    zygote->control = std::move(ours);
    zygote->last_used = EventLoop::SteadyClock::now();
    TRY(send_message(
        root_.control.get(),
        {{"op", "zygote"}, {"id", zygote->id}, {"path", path}, {"dags_folder", options_.python.dags_folder.native()}},
        {theirs.get()}));
    const std::weak_ptr<Zygote> weak = zygote;
    zygote->kept = std::make_shared<KeptChildren>(loop_, options_.max_tasks_per_child,
                                                  [this, weak](const std::string& op, const json::object& message) {
                                                      if (const auto strong = weak.lock())
                                                          on_run_message(strong, op, message);
                                                  });
    loop_.watch(zygote->control.get(), EPOLLIN, [this, weak](std::uint32_t events) {
        const auto strong = weak.lock();
        if (strong && events & EPOLLOUT) send_unsent(strong);
        if (strong && strong->control && events & ~EPOLLOUT) on_zygote_message(strong);
    });
    zygote->limit = loop_.after(options_.import_limit, [this, weak] {
        const auto strong = weak.lock();
        if (!strong) return;
        if (strong->pid > 0) ::kill(strong->pid, SIGKILL);
        drop(strong, fmt::format("the import of {} took longer than {:g} s ([core] dagbag_import_timeout)",
                                 strong->path, to_seconds(options_.import_limit)));
    });
    zygotes_[zygote->id] = zygote;
    return zygote;
}

void PythonZygotes::hand_over(const ZygotePtr& zygote, std::shared_ptr<PythonRun> run) {
    const std::int64_t id = ++last_id_;
    zygote->last_used = EventLoop::SteadyClock::now();
    const PythonRun& given = *(zygote->runs[id] = std::move(run));
    if (zygote->kept->hand_over(id, run_message(id, given), descriptors_of(given))) return;
    zygote->unsent.push_back(id);
    if (zygote->unsent.size() == 1) send_unsent(zygote);
}

Result<void> PythonZygotes::fork_for(Zygote& zygote, std::int64_t id, const PythonRun& run) {
    std::vector<int> fds = descriptors_of(run);
    Fd further_runs;
    if (zygote.kept->keeps_any()) {
        further_runs = TRY(zygote.kept->expect(id));
        fds.push_back(further_runs.get());
    }
    auto sent = send_message(zygote.control.get(), run_message(id, run), fds);
    if (!sent) zygote.kept->forget(id);
    return sent;
}

// Its socket takes a few hundred messages; while it imports its file it reads none.
void PythonZygotes::send_unsent(const ZygotePtr& zygote) {
    const auto watch_for_room = [&](bool wanted) {
        if (zygote->wants_write == wanted || !zygote->control) return;
        zygote->wants_write = wanted;
        loop_.change(zygote->control.get(), wanted ? EPOLLIN | EPOLLOUT : EPOLLIN);
    };
    while (zygote->control && !zygote->unsent.empty()) {
        const std::int64_t id = zygote->unsent.front();
        const auto found = zygote->runs.find(id);
        if (found != zygote->runs.end()) {
            const std::shared_ptr<PythonRun> run = found->second;
            const auto sent = fork_for(*zygote, id, *run);
            if (!sent && sent.error().code() == ErrorCode::resource_exhausted) {
                watch_for_room(true);
                return;
            }
            if (!sent) {
                zygote->runs.erase(found);
                run->on_failed(sent.error().to_string());
            }
        }
        zygote->unsent.pop_front();
    }
    watch_for_room(false);
}

void PythonZygotes::on_root_message() {
    for (;;) {
        const auto message = receive_message(root_.control.get());
        if (!message) return on_root_lost();
        if (!*message) return;
        const auto found = zygotes_.find(number_of(**message, "id"));
        if (found == zygotes_.end()) continue;
        const ZygotePtr zygote = found->second;
        const std::string op = text_of(**message, "op");
        if (op == "started") zygote->pid = static_cast<pid_t>(number_of(**message, "pid"));
        if (op == "error") drop(zygote, text_of(**message, "message"));
        if (op == "exited") {
            drop(zygote, fmt::format("the Python process of {} ended: {}", zygote->path,
                                     describe_exit(static_cast<int>(number_of(**message, "status")))));
        }
    }
}

void PythonZygotes::on_root_lost() {
    loop_.unwatch(root_.control.get());
    ::kill(root_.pid, SIGKILL);
    int status = 0;
    ::waitpid(root_.pid, &status, 0);
    root_ = {};
    const std::string why = fmt::format(
        "Python's fork server ended: {}; its last words are in the run folder's worker.log", describe_exit(status));
    log::error("worker", "{}", why);
    while (!zygotes_.empty()) drop(ZygotePtr(zygotes_.begin()->second), why);
}

void PythonZygotes::on_zygote_message(const ZygotePtr& zygote) {
    for (;;) {
        const auto message = receive_message(zygote->control.get());
        if (!message) {
            // How it ended comes from the root, which reaps it.
            loop_.unwatch(zygote->control.get());
            zygote->control.reset();
            zygote->retired = true;
            return;
        }
        if (!*message) return;
        const std::string op = text_of(**message, "op");
        if (op == "ready") {
            zygote->ready = true;
            loop_.cancel(zygote->limit);
            after_use(zygote);
        } else if (op == "import_error") {
            drop(zygote, text_of(**message, "traceback"));
            return;
        } else {
            on_forked_message(zygote, op, **message);
        }
        if (!zygote->control) return;
    }
}

// Of a child that is kept, the zygote knows its first run only.
void PythonZygotes::on_forked_message(const ZygotePtr& zygote, const std::string& op, const json::object& message) {
    const std::int64_t first_run = number_of(message, "id");
    if (op == "started") zygote->kept->started(first_run, static_cast<int>(number_of(message, "pid")));
    if (op == "stale" || op == "error") zygote->kept->forget(first_run);
    const auto exited = op == "exited" ? zygote->kept->exited(first_run) : std::nullopt;
    if (!exited) return on_run_message(zygote, op, message);
    if (exited->run == 0) return;
    if (!exited->had_begun) return hand_over_again(zygote, exited->run);
    json::object of_its_run = message;
    of_its_run["id"] = exited->run;
    on_run_message(zygote, op, of_its_run);
}

void PythonZygotes::on_run_message(const ZygotePtr& zygote, const std::string& op, const json::object& message) {
    const std::int64_t id = number_of(message, "id");
    const auto found = zygote->runs.find(id);
    if (found == zygote->runs.end()) return;
    const std::shared_ptr<PythonRun> run = found->second;
    if (op == "started") {
        for (Fd& fd : run->fds) fd.reset();  // the child has them now
        return run->on_started(static_cast<pid_t>(number_of(message, "pid")));
    }
    if (op == "stale") {
        zygote->retired = true;
        zygote->kept->let_go();
        return hand_over_again(zygote, id);
    }
    zygote->runs.erase(found);
    if (op == "exited") {
        run->on_exited(static_cast<int>(number_of(message, "status")));
    } else if (op == "ended") {
        run->on_ended(static_cast<int>(number_of(message, "status")));
    } else {
        run->on_failed(text_of(message, "message"));
    }
    after_use(zygote);
}

// A run that its child never took.
void PythonZygotes::hand_over_again(const ZygotePtr& zygote, std::int64_t id) {
    const auto found = zygote->runs.find(id);
    if (found == zygote->runs.end()) return;
    const std::shared_ptr<PythonRun> run = found->second;
    zygote->runs.erase(found);
    auto next = zygote_for(zygote->path);
    next ? hand_over(*next, run) : run->on_failed(next.error().to_string());
    after_use(zygote);
}

void PythonZygotes::retire(const ZygotePtr& zygote) {
    zygote->retired = true;
    zygote->kept->let_go();
    after_use(zygote);
}

// A retired zygote goes with its last try, an idle one after a while.
void PythonZygotes::after_use(const ZygotePtr& zygote) {
    if (!zygote->runs.empty() || !zygotes_.contains(zygote->id)) return;
    if (zygote->retired) return drop(zygote, "");
    loop_.cancel(zygote->limit);
    const std::weak_ptr<Zygote> weak = zygote;
    zygote->limit = loop_.after(kIdleLimit, [this, weak] {
        const auto strong = weak.lock();
        if (!strong || !strong->runs.empty()) return;
        if (EventLoop::SteadyClock::now() - strong->last_used >= kIdleLimit) return drop(strong, "");
        after_use(strong);
    });
}

void PythonZygotes::drop(const ZygotePtr& zygote, const std::string& why) {
    if (zygotes_.erase(zygote->id) == 0) return;
    loop_.cancel(zygote->limit);
    if (zygote->control) {
        loop_.unwatch(zygote->control.get());
        zygote->control.reset();  // its end, once its tries are over
    }
    zygote->retired = true;
    zygote->kept->let_go();
    const auto runs = std::move(zygote->runs);
    zygote->runs.clear();
    for (const auto& [id, run] : runs) run->on_failed(why);
}

void PythonZygotes::make_room() {
    size_t warm = 0;
    ZygotePtr oldest;
    for (const auto& [id, zygote] : zygotes_) {
        if (zygote->retired) continue;
        ++warm;
        if (zygote->runs.empty() && (!oldest || zygote->last_used < oldest->last_used)) oldest = zygote;
    }
    if (warm >= kMaxZygotes && oldest) drop(oldest, "");
}

}  // namespace gale
