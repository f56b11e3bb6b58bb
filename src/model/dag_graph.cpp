#include "model/dag_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <queue>

namespace gale {

const Task* Dag::find_task(const TaskId& task_id) const {
    const auto index = index_of(task_id);
    return index ? &tasks[*index] : nullptr;
}

std::optional<size_t> Dag::index_of(const TaskId& task_id) const {
    const auto found = task_index.find(task_id);
    if (found == task_index.end()) return std::nullopt;
    return found->second;
}

std::vector<size_t> Dag::topological_order() const {
    // Tasks are sorted by id, so the smallest ready index is the smallest ready id.
    std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
    std::vector<size_t> waiting_for(tasks.size());
    for (size_t i = 0; i < tasks.size(); ++i) {
        waiting_for[i] = tasks[i].upstream.size();
        if (waiting_for[i] == 0) ready.push(i);
    }
    std::vector<size_t> order;
    order.reserve(tasks.size());
    while (!ready.empty()) {
        const size_t task = ready.top();
        ready.pop();
        order.push_back(task);
        for (const size_t next : tasks[task].downstream)
            if (--waiting_for[next] == 0) ready.push(next);
    }
    return order;
}

namespace detail {
namespace {

using Closure = std::shared_ptr<const std::vector<std::uint64_t>>;

void insert(std::vector<std::uint64_t>& bits, size_t task) {
    bits[task / 64] |= std::uint64_t{1} << (task % 64);
}
bool holds(const std::vector<std::uint64_t>& bits, size_t task) {
    return ((bits[task / 64] >> (task % 64)) & 1U) != 0;
}

// The tasks reachable from each task, for one direction. Tasks with the same neighbours share one set, which is what
// keeps wide layers cheap.
class Reachability {
public:
    Reachability(const Dag& dag, std::vector<size_t> Task::* neighbours)
        : dag_(dag), neighbours_(neighbours), closures_(dag.tasks.size()) {
        auto order = dag.topological_order();
        position_.resize(order.size());
        for (size_t i = 0; i < order.size(); ++i) position_[order[i]] = i;
        const bool downstream = neighbours == &Task::downstream;
        if (downstream) std::ranges::reverse(order);
        for (const size_t task : order) closures_[task] = closure_of(task, downstream);
    }

    const Closure& of(size_t task) const { return closures_[task]; }  // null: empty

private:
    Closure closure_of(size_t task, bool downstream) {
        const auto& neighbours = dag_.tasks[task].*neighbours_;
        if (neighbours.empty()) return nullptr;
        if (const auto known = shared_.find(neighbours); known != shared_.end()) return known->second;
        // Nearest first: a neighbour reached through another one adds nothing and is skipped.
        auto nearest_first = neighbours;
        std::ranges::sort(nearest_first, [&](size_t a, size_t b) {
            return downstream ? position_[a] < position_[b] : position_[a] > position_[b];
        });
        std::vector<std::uint64_t> bits((dag_.tasks.size() + 63) / 64);
        for (const size_t next : nearest_first) {
            if (holds(bits, next)) continue;
            insert(bits, next);
            if (!closures_[next]) continue;
            std::ranges::transform(bits, *closures_[next], bits.begin(), std::bit_or{});
        }
        auto closure = std::make_shared<const std::vector<std::uint64_t>>(std::move(bits));
        shared_.emplace(neighbours, closure);
        return closure;
    }

    const Dag& dag_;
    std::vector<size_t> Task::* neighbours_;
    std::vector<size_t> position_;  // in topological order
    std::vector<Closure> closures_;
    std::map<std::vector<size_t>, Closure> shared_;
};

// Sums of priority weights over sets of tasks.
class WeightSum {
public:
    explicit WeightSum(const Dag& dag) : dag_(dag) {
        uniform_ = std::ranges::all_of(
            dag.tasks, [&](const Task& task) { return task.priority_weight == dag.tasks.front().priority_weight; });
    }

    std::int64_t of(const Closure& closure) {
        if (!closure) return 0;
        const auto [known, is_new] = sums_.try_emplace(closure.get(), 0);
        if (is_new) known->second = sum(*closure);
        return known->second;
    }

private:
    std::int64_t sum(const std::vector<std::uint64_t>& bits) const {
        std::int64_t total = 0;
        for (size_t word = 0; word < bits.size(); ++word) {
            if (uniform_) {
                total += std::int64_t{std::popcount(bits[word])} * dag_.tasks.front().priority_weight;
                continue;
            }
            for (std::uint64_t rest = bits[word]; rest != 0; rest &= rest - 1)
                total += dag_.tasks[word * 64 + static_cast<size_t>(std::countr_zero(rest))].priority_weight;
        }
        return total;
    }

    const Dag& dag_;
    bool uniform_ = false;
    std::unordered_map<const void*, std::int64_t> sums_;
};

// Depth first, without recursion: a chain of 10,000 tasks must not use up the stack.
class CycleSearch {
public:
    explicit CycleSearch(const Dag& dag) : dag_(dag), mark_(dag.tasks.size(), Mark::unseen) {}

    // The tasks of one cycle in order, the first one also last; empty: there is none.
    std::vector<size_t> find() {
        for (size_t task = 0; task < dag_.tasks.size(); ++task)
            if (mark_[task] == Mark::unseen)
                if (auto cycle = search_from(task); !cycle.empty()) return cycle;
        return {};
    }

private:
    enum class Mark : char { unseen, on_path, done };

    std::vector<size_t> search_from(size_t root) {
        std::vector<size_t> path{root};
        std::vector<size_t> next_edge{0};
        mark_[root] = Mark::on_path;
        while (!path.empty()) {
            const auto& downstream = dag_.tasks[path.back()].downstream;
            if (next_edge.back() == downstream.size()) {
                mark_[path.back()] = Mark::done;
                path.pop_back();
                next_edge.pop_back();
                continue;
            }
            const size_t next = downstream[next_edge.back()++];
            if (mark_[next] == Mark::on_path) {
                std::vector<size_t> cycle(std::ranges::find(path, next), path.end());
                cycle.push_back(next);
                return cycle;
            }
            if (mark_[next] == Mark::done) continue;
            mark_[next] = Mark::on_path;
            path.push_back(next);
            next_edge.push_back(0);
        }
        return {};
    }

    const Dag& dag_;
    std::vector<Mark> mark_;
};

int clamp_to_int32(std::int64_t value) {
    using Limits = std::numeric_limits<std::int32_t>;
    return static_cast<int>(std::clamp<std::int64_t>(value, Limits::min(), Limits::max()));
}

void apply_rule(Dag& dag, WeightRule rule, std::vector<size_t> Task::* neighbours) {
    if (std::ranges::none_of(dag.tasks, [&](const Task& task) { return task.weight_rule == rule; })) return;
    const Reachability reachable(dag, neighbours);
    WeightSum weights(dag);
    for (size_t i = 0; i < dag.tasks.size(); ++i) {
        Task& task = dag.tasks[i];
        if (task.weight_rule == rule)
            task.effective_priority = clamp_to_int32(task.priority_weight + weights.of(reachable.of(i)));
    }
}

}  // namespace

Result<void> check_no_cycle(const Dag& dag) {
    constexpr size_t kShown = 20;
    const auto cycle = CycleSearch(dag).find();
    if (cycle.empty()) return {};
    std::string path;
    for (size_t i = 0; i < cycle.size(); ++i) {
        if (i >= kShown && i + 1 < cycle.size()) {
            if (i == kShown) path += fmt::format(" >> ({} more)", cycle.size() - 1 - kShown);
            continue;
        }
        path += (i == 0 ? "" : " >> ") + dag.tasks[cycle[i]].task_id.str();
    }
    return fail(ErrorCode::invalid_argument,
                fmt::format("dag '{}' has a cycle: {}; remove one of these edges", dag.dag_id.str(), path));
}

void set_effective_priorities(Dag& dag) {
    for (Task& task : dag.tasks) task.effective_priority = task.priority_weight;
    apply_rule(dag, WeightRule::downstream, &Task::downstream);
    apply_rule(dag, WeightRule::upstream, &Task::upstream);
}

}  // namespace detail
}  // namespace gale
