#include "scheduler/decide.hpp"

#include <algorithm>
#include <unordered_map>

#include "model/new_run.hpp"
#include "scheduler/run_rules.hpp"
#include "scheduler/slots.hpp"

namespace gale {
namespace {

constexpr int kMaxNewRunsPerDag = 100;  // in one plan; the rest follow in the next

class Decider {
public:
    Decider(const SchedulerState& state, TimePoint now) : state_(state), now_(now) {}

    Decision run() && {
        count_runs();
        for (const auto& [dag_id, entry] : state_.dags) create_due_runs(dag_id, entry);
        start_queued_runs();
        for (const auto& [key, run] : state_.runs) look_at(key, run);
        queue_tasks();
        for (const auto& [dag_id, entry] : state_.dags) pause_if_failing(dag_id, entry);
        return std::move(out_);
    }

private:
    void wake(std::optional<TimePoint> at) {
        if (at && (!out_.next_wake || *at < *out_.next_wake)) out_.next_wake = at;
    }

    void count_runs() {
        for (const auto& [key, run] : state_.runs) {
            if (run.run.run_type == RunType::backfill) continue;
            ++active_[run.run.dag_id];
            if (run.run.state == DagRunState::running) ++running_[run.run.dag_id];
        }
    }

    NewDagRun make_run(const DagEntry& entry, const DueRun& due) const {
        NewDagRun made;
        DagRun& run = made.run;
        run.dag_id = entry.row.dag_id;
        run.run_id = make_run_id(RunType::scheduled, due.run_after, true, "");
        run.run_type = RunType::scheduled;
        run.state = DagRunState::queued;
        run.logical_date = due.logical_date;
        run.data_interval = due.data_interval;
        run.run_after = due.run_after;
        run.queued_at = now_;
        run.triggered_by = TriggeredBy::timetable;
        run.dag_version = entry.shape->version;
        made.task_instances = make_task_instances(*entry.shape->dag, run);
        return made;
    }

    void create_due_runs(const DagId& dag_id, const DagEntry& entry) {
        if (!entry.shape || !entry.timetable || !entry.timetable->can_be_scheduled()) return;
        if (entry.row.is_stale || entry.row.has_import_errors) return;
        const ScheduleBounds& bounds = entry.shape->dag->bounds;
        if (entry.row.is_paused) {
            // People see when it would run next; what is due is found anew when it goes on.
            const auto due = entry.timetable->next_run(entry.last, bounds, now_);
            if (entry.row.next_due != due) out_.plan.next_due.push_back({dag_id, due});
            return;
        }
        DueUpdate update{entry.last, entry.due};
        if (!entry.due_known) update.due = first_due(entry, bounds);
        int made = 0;
        while (update.due && update.due->run_after <= now_ && made < kMaxNewRunsPerDag &&
               active_[dag_id] < entry.row.max_active_runs) {
            out_.plan.new_runs.push_back(make_run(entry, *update.due));
            update.last = update.due->data_interval;
            update.due = entry.timetable->next_run(update.last, bounds, now_);
            ++active_[dag_id];
            ++made;
        }
        if (update.due && update.due->run_after > now_) wake(update.due->run_after);
        if (made == kMaxNewRunsPerDag) wake(now_);
        if (entry.row.next_due != update.due) out_.plan.next_due.push_back({dag_id, update.due});
        if (!entry.due_known || made > 0) out_.dues[dag_id] = update;
    }

    // The one kept in the database counts where a fresh answer would only move away with the clock.
    std::optional<DueRun> first_due(const DagEntry& entry, const ScheduleBounds& bounds) const {
        auto fresh = entry.timetable->next_run(entry.last, bounds, now_);
        const auto& kept = entry.row.next_due;
        if (!entry.last && kept && fresh && fresh->run_after > kept->run_after) return kept;
        return fresh;
    }

    void start_queued_runs() {
        std::vector<const RunIndex*> queued;
        for (const auto& [key, run] : state_.runs)
            if (run.run.state == DagRunState::queued && state_.is_schedulable(run.run.dag_id)) queued.push_back(&run);
        std::ranges::stable_sort(queued, {}, [](const RunIndex* r) { return std::pair(r->run.run_after, r->run.key); });
        for (const RunIndex* run : queued) {
            if (run->run.run_after > now_) {
                wake(run->run.run_after);
                continue;
            }
            const bool counted = run->run.run_type != RunType::backfill;
            if (counted && running_[run->run.dag_id] >= state_.dags.at(run->run.dag_id).row.max_active_runs) continue;
            if (counted) ++running_[run->run.dag_id];
            started_.insert(run->run.key);
            out_.plan.runs.push_back({run->run.key, DagRunState::queued, DagRunState::running, now_, std::nullopt});
        }
    }

    void look_at(const DagRunKey& key, const RunIndex& run) {
        const bool runs = run.run.state == DagRunState::running || started_.contains(key);
        if (!runs) return;
        const bool schedulable = state_.is_schedulable(run.run.dag_id);
        const bool due = run.dirty || started_.contains(key) || (run.wake_at && *run.wake_at <= now_);
        if (!due) {
            wake(run.wake_at);
            account(run, run.states(), schedulable);
            return;
        }
        RunPass pass = pass_over(state_, run, now_, schedulable);
        if (started_.contains(key) && run.dag().dagrun_timeout)
            pass.wake_at = std::min(pass.wake_at.value_or(TimePoint::max()), now_ + *run.dag().dagrun_timeout);
        out_.looked_at[key] = pass.wake_at;
        wake(pass.wake_at);
        account(run, pass.states, schedulable);
        for (const size_t i : pass.ready) {
            pass.states[i] = TaskState::scheduled;
            candidates_.push_back({&run, i});
            ready_[&run].insert(i);
        }
        out_.plan.tasks.insert(out_.plan.tasks.end(), std::make_move_iterator(pass.forced.begin()),
                               std::make_move_iterator(pass.forced.end()));
        if (pass.needs_lengths || !pass.expansions.empty()) out_.look_again.insert(key);
        out_.plan.expansions.insert(out_.plan.expansions.end(), std::make_move_iterator(pass.expansions.begin()),
                                    std::make_move_iterator(pass.expansions.end()));
        if (!pass.outcome) return;
        out_.plan.runs.push_back({key, DagRunState::running, *pass.outcome, std::nullopt, now_});
        if (pass.outcome_reason) out_.outcome_reasons[key] = *pass.outcome_reason;
        if (run.run.run_type != RunType::backfill) wake(now_);  // its place is free for another run
    }

    void account(const RunIndex& run, const std::vector<TaskState>& states, bool schedulable) {
        for (size_t i = 0; i < states.size(); ++i) {
            if (states[i] == TaskState::scheduled && schedulable) candidates_.push_back({&run, i});
            // A restarting one that nothing runs for any more holds no slot.
            if (states[i] == TaskState::restarting && !state_.is_stopping(run.instance(i))) continue;
            if (is_executing(states[i]) || states[i] == TaskState::deferred || states[i] == TaskState::awaiting_input)
                slots_.occupy(run, i, states[i]);
        }
    }

    void queue_tasks() {
        struct Ranked {
            QueueRank rank;
            Candidate candidate;
        };
        std::vector<Ranked> waiting;
        waiting.reserve(candidates_.size());
        for (const Candidate& candidate : candidates_) waiting.push_back({rank_of(candidate), candidate});
        const auto later = [](const Ranked& a, const Ranked& b) { return b.rank < a.rank; };
        if (!slots_.full()) std::ranges::make_heap(waiting, later);
        while (!waiting.empty() && !slots_.full()) {
            std::ranges::pop_heap(waiting, later);
            const Candidate next = waiting.back().candidate;
            waiting.pop_back();
            if (slots_.take(*next.run, next.instance))
                move(next, TaskState::queued);
            else if (is_ready(next))
                move(next, TaskState::scheduled);
        }
        for (const Ranked& left : waiting)
            if (is_ready(left.candidate)) move(left.candidate, TaskState::scheduled);
    }

    bool is_ready(const Candidate& candidate) const {
        const auto found = ready_.find(candidate.run);
        return found != ready_.end() && found->second.contains(candidate.instance);
    }

    void move(const Candidate& candidate, TaskState to) {
        const TaskInstance& instance = candidate.run->instance(candidate.instance);
        TaskTransition change;
        change.id = instance.id;
        change.from = instance.state;
        change.from_try_number = instance.try_number;
        change.to = to;
        if (is_ready(candidate)) {
            change.try_number = next_try_number(instance);
            change.scheduled_at = now_;
        }
        if (to == TaskState::queued) {
            change.queued_at = now_;
            change.node_id = state_.node_id;
            out_.dispatch.push_back(instance.id);
        }
        out_.plan.tasks.push_back(std::move(change));
    }

    void pause_if_failing(const DagId& dag_id, const DagEntry& entry) {
        const int limit = entry.row.max_consecutive_failed_dag_runs;
        if (!entry.outcomes || limit <= 0 || entry.row.is_paused) return;
        const bool all_failed =
            std::ranges::all_of(*entry.outcomes, [](DagRunState s) { return s == DagRunState::failed; });
        if (all_failed && entry.outcomes->size() >= static_cast<size_t>(limit)) out_.plan.pause_dags.push_back(dag_id);
    }

    const SchedulerState& state_;
    const TimePoint now_;
    Decision out_;
    Slots slots_{state_};
    std::unordered_map<DagId, int> active_, running_;
    std::set<DagRunKey> started_;
    std::vector<Candidate> candidates_;
    std::unordered_map<const RunIndex*, std::set<size_t>> ready_;
};

}  // namespace

Decision decide(const SchedulerState& state, TimePoint now) {
    return Decider(state, now).run();
}

}  // namespace gale
