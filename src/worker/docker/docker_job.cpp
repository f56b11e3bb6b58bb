#include "worker/docker/docker_job.hpp"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "worker/docker/container_config.hpp"
#include "worker/docker/docker_engine.hpp"
#include "worker/native/task_environment.hpp"
#include "worker/try_log.hpp"

namespace gale {
namespace {

volatile std::sig_atomic_t asked_to_end = 0;
constexpr size_t kMaxXCom = size_t{16} << 20;

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) return;  // the worker is gone, and this process about to be
        if (count > 0) bytes.remove_prefix(static_cast<size_t>(count));
    }
}

class Job {
public:
    Job(const DockerJob& job, int control_fd)
        : job_(job), fields_(job.request.native.fields), control_fd_(control_fd) {}
    ~Job() {
        std::error_code ignored;
        if (!tmp_folder_.empty()) std::filesystem::remove_all(tmp_folder_, ignored);
    }

    Result<json::object> run() {
        engine_.emplace(TRY(connect()));
        engine_->cancel_when([] { return asked_to_end != 0; });
        const std::string note = TRY(engine_->negotiate(TRY(json::get_string_or(fields_, "api_version", ""))));
        if (!note.empty()) say(note);
        TRY(ensure_image());
        TRY(make_tmp_folder());
        TRY(remove_predecessors());
        // Not cut short: a container that is made while nobody listens would stay for good.
        engine_->cancel_when({});
        TRY(create());
        engine_->cancel_when([] { return asked_to_end != 0; });
        auto outcome = run_container();
        const auto cleaned = clean_up();
        if (outcome && !cleaned) say("the container could not be removed: " + cleaned.error().to_string(), "warning");
        return outcome;
    }

private:
    void say(std::string_view text, std::string_view level = "info") {
        write_all(control_fd_, json::serialize(json::object{{"log", text}, {"level", level}}) + "\n");
    }

    Result<DockerEngine> connect() const {
        std::string url = "unix://var/run/docker.sock";
        if (const auto* value = fields_.if_contains("docker_url")) {
            if (value->is_string()) url = std::string(value->get_string());
            if (value->is_array() && !value->get_array().empty() && value->get_array()[0].is_string())
                url = std::string(value->get_array()[0].get_string());
        }
        DockerTls tls;
        tls.ca_cert = TRY(json::get_string_or(fields_, "tls_ca_cert", ""));
        tls.client_cert = TRY(json::get_string_or(fields_, "tls_client_cert", ""));
        tls.client_key = TRY(json::get_string_or(fields_, "tls_client_key", ""));
        tls.verify = TRY(json::get_bool_or(fields_, "tls_verify", true));
        return DockerEngine::at(url, tls);
    }

    Result<void> ensure_image() {
        const std::string image = TRY(json::get_string(fields_, "image"));
        const bool force = TRY(json::get_bool_or(fields_, "force_pull", false));
        if (!force && TRY(engine_->call("GET", "/images/" + image + "/json")).status == 200) return {};
        say(fmt::format("Pulling the image {}", image));
        // A tag comes after the last ':' that is not a registry's port; a digest stays with the name.
        const auto colon = image.rfind(':');
        const bool tagged = colon != std::string::npos && image.find('/', colon) == std::string::npos &&
                            image.find('@') == std::string::npos;
        const std::string query =
            tagged ? "fromImage=" + url_escape(image.substr(0, colon)) + "&tag=" + url_escape(image.substr(colon + 1))
                   : "fromImage=" + url_escape(image) + (image.find('@') == std::string::npos ? "&tag=latest" : "");
        std::string problem;
        LineSplitter lines;
        const auto on_line = [&](std::string_view line) {
            const auto status = json::parse_object(line);
            if (status) problem = json::get_string_or(*status, "error", problem).value_or(problem);
        };
        const auto answer = TRY(engine_->call("POST", "/images/create?" + query, nullptr,
                                              [&](std::string_view data) { lines.feed(data, on_line); }));
        lines.finish(on_line);
        if (answer.status / 100 != 2) problem = answer.message();
        if (problem.empty()) return {};
        return fail(
            ErrorCode::not_found,
            fmt::format(
                "the image '{}' is not on the Docker engine at {} and could not be pulled: {}. Build it there, or "
                "check its name.",
                image, engine_->url(), problem));
    }

    Result<void> make_tmp_folder() {
        if (!TRY(json::get_bool_or(fields_, "mount_tmp_dir", true))) return {};
        std::string pattern = TRY(json::get_string_or(fields_, "host_tmp_dir", "/tmp")) + "/airflowtmpXXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr)
            return std::unexpected(errno_error(errno, "cannot make a temporary folder " + pattern));
        ::chmod(pattern.c_str(), 0777);
        tmp_folder_ = pattern;
        return {};
    }

    std::string task_label() const {
        const TryRequest& r = job_.request;
        return fmt::format("{}/{}/{}/{}", r.dag_id.str(), r.run_id.str(), r.task_id.str(), r.map_index);
    }

    // Containers of earlier tries of this very task, whose worker died: they must not run beside this one.
    Result<void> remove_predecessors() {
        const json::object filters{{"label", json::array{"gale.home=" + job_.home, "gale.task=" + task_label()}}};
        const auto answer =
            TRY(engine_->call("GET", "/containers/json?all=1&filters=" + url_escape(json::serialize(filters))));
        if (answer.status != 200) return fail(ErrorCode::unavailable, "cannot list containers: " + answer.message());
        const auto list = TRY(json::parse(answer.body));
        if (!list.is_array()) return {};
        for (const auto& container : list.get_array()) {
            if (!container.is_object()) continue;
            const std::string id = TRY(json::get_string(container.as_object(), "Id"));
            say(fmt::format("Removing the container {} of an earlier try", id.substr(0, 12)));
            TRY(engine_->call("DELETE", "/containers/" + id + "?force=1"));
        }
        return {};
    }

    // A name that a container of another run of ours still has, but no longer uses, is taken over.
    Result<bool> free_name(const std::string& name) {
        const auto answer = TRY(engine_->call("GET", "/containers/" + url_escape(name) + "/json"));
        if (answer.status != 200) return true;  // gone meanwhile
        const auto container = TRY(json::parse_object(answer.body));
        const auto* config = json::find_object(container, "Config");
        const auto* labels = config == nullptr ? nullptr : json::find_object(*config, "Labels");
        const auto* state = json::find_object(container, "State");
        const bool ours = labels != nullptr && TRY(json::get_string_or(*labels, "gale.home", "")) == job_.home;
        const bool runs = state != nullptr && TRY(json::get_bool_or(*state, "Running", false));
        if (!ours || runs) return false;
        TRY(engine_->call("DELETE", "/containers/" + TRY(json::get_string(container, "Id"))));
        return true;
    }

    Result<json::object> wanted_container() const {
        auto variables = context_variables(job_.request);
        if (!tmp_folder_.empty())
            variables["AIRFLOW_TMP_DIR"] = TRY(json::get_string_or(fields_, "tmp_dir", "/tmp/airflow"));
        return container_config(
            fields_, variables,
            {{"gale.home", job_.home}, {"gale.task", task_label()}, {"gale.try", job_.request.id.str()}}, tmp_folder_);
    }

    // The engine is on another machine, or this is a container: what is temporary here is not there. As in Airflow, the
    // task then runs without.
    bool give_up_tmp_folder(const DockerAnswer& refusal) {
        if (tmp_folder_.empty() || refusal.message().find(tmp_folder_) == std::string::npos) return false;
        say(fmt::format("Running without a temporary folder, because the Docker engine cannot mount this one: {}. Set "
                        "mount_tmp_dir=False to do so without this warning.",
                        refusal.message()),
            "warning");
        std::error_code ignored;
        std::filesystem::remove_all(tmp_folder_, ignored);
        tmp_folder_.clear();
        return true;
    }

    Result<void> create() {
        const std::string name = TRY(json::get_string_or(fields_, "container_name", ""));
        const std::string path = "/containers/create" + (name.empty() ? "" : "?name=" + url_escape(name));
        json::object config = TRY(wanted_container());
        auto answer = TRY(engine_->call("POST", path, &config));
        if (answer.status / 100 == 4 && give_up_tmp_folder(answer)) {
            config = TRY(wanted_container());
            answer = TRY(engine_->call("POST", path, &config));
        }
        if (answer.status == 409 && !name.empty() && TRY(free_name(name)))
            answer = TRY(engine_->call("POST", path, &config));
        if (answer.status == 409) {
            return fail(
                ErrorCode::already_exists,
                fmt::format("the container name '{}' is in use: {}. Another run may hold it: wait for it, remove "
                            "the container (`docker rm -f {}`), or use another container_name.",
                            name, answer.message(), name));
        }
        if (answer.status != 201) {
            return fail(ErrorCode::invalid_argument,
                        fmt::format("the Docker engine refused the container: {}", answer.message()));
        }
        const auto created = TRY(json::parse_object(answer.body));
        id_ = TRY(json::get_string(created, "Id"));
        if (const auto* warnings = json::find_array(created, "Warnings")) {
            for (const auto& warning : *warnings) {
                if (warning.is_string()) say(warning.get_string(), "warning");
            }
        }
        return {};
    }

    void on_output(int stream, std::string_view data) {
        write_all(stream == 2 ? STDERR_FILENO : STDOUT_FILENO, data);
        lines_.feed(data, [&](std::string_view line) { keep_line(line); });
    }
    void keep_line(std::string_view line) {
        if (!job_.request.do_xcom_push) return;
        std::string text = to_valid_utf8(line);
        // A piece of full size: what follows is the same line, which is too large as a whole.
        const bool goes_on = last_line_.size() >= kMaxXCom;
        kept_bytes_ = text.size() + (keeps_all_ || goes_on ? kept_bytes_ : 0);
        if (keeps_all_ && kept_bytes_ <= kMaxXCom) all_lines_.emplace_back(text);
        last_line_ = std::move(text);
    }

    Result<json::object> run_container() {
        keeps_all_ = TRY(json::get_bool_or(fields_, "xcom_all", false));
        const auto started = TRY(engine_->call("POST", "/containers/" + id_ + "/start"));
        if (started.status / 100 != 2) {
            return fail(ErrorCode::unavailable,
                        fmt::format("the container could not be started: {}", started.message()));
        }
        say(fmt::format("Started the container {}", id_.substr(0, 12)));
        DockerStream stream(TRY(json::get_bool_or(fields_, "tty", false)));
        const auto logs = TRY(engine_->call(
            "GET", "/containers/" + id_ + "/logs?follow=1&stdout=1&stderr=1", nullptr, [&](std::string_view bytes) {
                stream.feed(bytes, [&](int number, std::string_view data) { on_output(number, data); });
            }));
        if (logs.status / 100 != 2) {
            say("the container's output cannot be read, and its last line will be no XCom: " + logs.message(),
                "warning");
        }
        lines_.finish([&](std::string_view line) { keep_line(line); });
        const auto waited = TRY(engine_->call("POST", "/containers/" + id_ + "/wait"));
        if (waited.status != 200)
            return fail(ErrorCode::unavailable, "the container's end could not be waited for: " + waited.message());
        return outcome_of(TRY(json::parse_object(waited.body)));
    }

    Result<json::object> outcome_of(const json::object& waited) {
        const auto code = TRY(json::get_int_or(waited, "StatusCode", -1));
        if (const auto* skips = json::find_array(fields_, "skip_on_exit_code")) {
            for (const auto& skip : *skips) {
                if (skip.is_int64() && skip.get_int64() == code) {
                    return json::object{{"outcome", "skipped"},
                                        {"reason", fmt::format("the container's exit code {} means skip", code)}};
                }
            }
        }
        if (code != 0) {
            std::string reason = fmt::format("the container ended with exit code {}", code);
            if (code == 137) reason += " (killed: out of memory?)";
            return json::object{{"outcome", "failed"}, {"reason", std::move(reason)}};
        }
        json::object outcome{{"outcome", "success"}};
        if (!job_.request.do_xcom_push) return outcome;
        if (kept_bytes_ >= kMaxXCom) {
            return json::object{
                {"outcome", "failed"},
                {"reason", fmt::format("the container ended well, but its output of more than {} MB is too large for "
                                       "an XCom: write it to a file, or set do_xcom_push=False{}",
                                       kMaxXCom >> 20, keeps_all_ ? " or xcom_all=False" : "")}};
        }
        if (keeps_all_) {
            outcome["xcom"] = all_lines_;
        } else if (!last_line_.empty()) {
            outcome["xcom"] = last_line_;
        }
        return outcome;
    }

    // Stops it if it still runs, removes it if it is not to be kept. Not cut short by SIGTERM: this is what SIGTERM is
    // for.
    Result<void> clean_up() {
        engine_->cancel_when({});
        if (asked_to_end != 0) {
            // The rest of the grace period is for removing it: this process is killed at its end.
            const auto patience = std::chrono::floor<std::chrono::seconds>(job_.kill_grace * 3 / 4).count();
            TRY(engine_->call("POST", fmt::format("/containers/{}/stop?t={}", id_, patience)));
        }
        const auto* auto_remove = fields_.if_contains("auto_remove");
        const bool keep = auto_remove == nullptr ||
                          (auto_remove->is_string() && auto_remove->get_string() == "never") ||
                          (auto_remove->is_bool() && !auto_remove->get_bool());
        if (keep) return {};
        const auto removed = TRY(engine_->call("DELETE", "/containers/" + id_ + "?force=1"));
        if (removed.status / 100 != 2 && removed.status != 404) return fail(ErrorCode::unavailable, removed.message());
        return {};
    }

    const DockerJob& job_;
    const json::object& fields_;
    const int control_fd_;
    std::optional<DockerEngine> engine_;
    std::string id_, tmp_folder_;
    LineSplitter lines_{kMaxXCom};
    bool keeps_all_ = false;
    size_t kept_bytes_ = 0;
    json::array all_lines_;
    std::string last_line_;
};

}  // namespace

int run_docker_job(const DockerJob& job, int control_fd) {
    ::signal(SIGTERM, [](int) { asked_to_end = 1; });
    ::signal(SIGPIPE, SIG_IGN);
    Job work(job, control_fd);
    auto outcome = work.run();
    const json::object last_word =
        outcome ? std::move(*outcome) : json::object{{"outcome", "failed"}, {"reason", outcome.error().to_string()}};
    write_all(control_fd, json::serialize(last_word) + "\n");
    return 0;
}

}  // namespace gale
