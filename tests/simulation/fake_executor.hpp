// An executor whose worker starts late, fails, dies, and reports late, twice or after a restart of the server.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "executor/executor.hpp"
#include "random_dag.hpp"

namespace gale::simulation {

class FakeExecutor final : public Executor {
public:
    // `succeeded`: "dag/run/task" whose current try succeeded, until cleared; of all executors of a world.
    FakeExecutor(Random& random, std::set<std::string>& succeeded) : random_(random), succeeded_(succeeded) {}

    Result<void> open(std::function<void(ExecutorEvent)>, TaskRequestHandler) override { return {}; }
    void start(TryRequest request) override;
    void terminate(const TaskInstanceId& id, std::string reason) override;
    void acknowledge(const TaskInstanceId& id) override {
        std::erase_if(unacknowledged_, [&](const Unacknowledged& held) { return held.report.id == id; });
    }
    void renew_lease(std::chrono::steady_clock::time_point) override { on_renewal(); }
    void stop() override {}

    std::function<void()> on_renewal;
    // Called before a try starts, to check the world.
    std::function<void(const TryRequest&)> on_start;
    // Whether the try is still the current one of its task instance.
    std::function<bool(const TaskInstanceId&)> is_current;

    void something_happens(TimePoint now, bool only_progress);  // one try starts or ends
    void worker_dies();
    void lease_ends(TimePoint now);  // the worker was without its server for too long: it kills its tries
    void connect();                  // what a worker says first, to a new server or of a new worker
    std::vector<ExecutorEvent> take_events(bool all);
    bool idle() const { return live_.empty() && events_.empty(); }

    static std::string name_of(const TryRequest& request) {
        return request.dag_id.str() + "/" + request.run_id.str() + "/" + request.task_id.str();
    }
    bool has_live(const std::string& name) const;

private:
    struct Live {
        TryRequest request;
        bool started = false, terminated = false;
    };
    bool knows(const TaskInstanceId& id) const;
    void finish(size_t index, TimePoint now, bool only_progress);

    Random& random_;
    std::set<std::string>& succeeded_;
    // In the order of their start, not of their random ids: a seed must give the same world again.
    std::vector<Live> live_;
    struct Unacknowledged {
        TryFinished report;
        std::string name;
    };
    std::vector<Unacknowledged> unacknowledged_;
    std::deque<ExecutorEvent> events_;
};

}  // namespace gale::simulation
