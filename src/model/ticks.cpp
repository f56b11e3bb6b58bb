#include "model/ticks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gale::detail {
namespace {

using namespace std::chrono;

class CronTicks final : public Ticks {
public:
    explicit CronTicks(Cron cron) : cron_(std::move(cron)) {}

    MaybeTime next_after(TimePoint time) const override { return cron_.next_after(time); }
    MaybeTime previous_before(TimePoint time) const override { return cron_.previous_before(time); }
    MaybeTime align_to_next(TimePoint time) const override { return cron_.align_to_next(time); }
    MaybeTime align_to_previous(TimePoint time) const override { return cron_.align_to_previous(time); }

    // The past tick if it has only just gone by: within a tenth of the period, or five minutes.
    MaybeTime first_run(TimePoint now) const override {
        const auto past = align_to_previous(now);
        const auto next = align_to_next(now);
        if (!past || !next) return next;
        const Duration grace = std::max<Duration>((*next - *past) / 10, minutes{5});
        return now - *past <= grace ? past : next;
    }

    MaybeTime latest_interval_start(MaybeTime start_date, TimePoint now) const override {
        const auto last_start = previous_before(now);
        if (!last_start) return start_date ? align_to_next(*start_date) : std::nullopt;
        // Exactly on a boundary, the interval that ends now is over.
        const auto newest = next_after(*last_start) == now ? last_start : previous_before(*last_start);
        if (!start_date) return newest;
        const auto aligned = align_to_next(*start_date);
        return aligned && newest ? std::max(*newest, *aligned) : aligned;
    }

    MaybeTime manual_interval_end(TimePoint run_after) const override { return align_to_previous(run_after); }
    std::string summary() const override { return cron_.expression(); }
    std::string description() const override { return cron_.description(); }

private:
    Cron cron_;
};

TimePoint add_months(TimePoint time, int count) {
    if (count == 0) return time;
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const year_month month = date.year() / date.month() + months{count};
    const auto month_end = (month / last).day();
    return sys_days{month / std::min(date.day(), month_end)} + (time - day);
}

class StepTicks final : public Ticks {
public:
    explicit StepTicks(Step step) : step_(step) {}

    MaybeTime next_after(TimePoint time) const override { return checked(add_months(time, step_.months) + step_.rest); }
    MaybeTime previous_before(TimePoint time) const override {
        return checked(add_months(time, -step_.months) - step_.rest);
    }
    MaybeTime align_to_next(TimePoint time) const override { return time; }
    MaybeTime align_to_previous(TimePoint time) const override { return time; }
    MaybeTime first_run(TimePoint now) const override { return now; }

    MaybeTime latest_interval_start(MaybeTime start_date, TimePoint now) const override {
        const auto newest = previous_before(round_down(now, start_date.value_or(now)));
        return start_date && newest ? std::max(*newest, *start_date) : newest;
    }

    MaybeTime manual_interval_end(TimePoint run_after) const override { return run_after; }
    std::string summary() const override;
    std::string description() const override { return {}; }  // as Airflow

private:
    // What a date-time of Airflow's can hold.
    static MaybeTime checked(TimePoint time) {
        constexpr TimePoint kFirst{sys_days{year{1} / January / 1}};
        constexpr TimePoint kEnd{sys_days{year{10000} / January / 1}};
        return time >= kFirst && time < kEnd ? MaybeTime{time} : std::nullopt;
    }

    // Fixed steps lie on a grid from the epoch on. Months have no fixed length: they are walked one by one from the
    // anchor, so that 31 January, 28 February, 28 March gives the same days as catching up would.
    TimePoint round_down(TimePoint time, TimePoint anchor) const {
        if (step_.months == 0) {
            const auto since_epoch = time.time_since_epoch();
            return TimePoint{since_epoch - ((since_epoch % step_.rest) + step_.rest) % step_.rest};
        }
        TimePoint boundary = anchor;
        for (auto next = next_after(boundary); next && *next <= time; next = next_after(boundary)) boundary = *next;
        return boundary;
    }

    Step step_;
};

// Python's str(timedelta): "1 day, 2:03:04.500000".
std::string timedelta_text(Duration total) {
    const auto whole_days = floor<days>(total);
    const hh_mm_ss clock{total - whole_days};
    std::string text;
    if (whole_days.count() != 0)
        text = fmt::format("{} day{}, ", whole_days.count(), whole_days.count() == 1 ? "" : "s");
    text += fmt::format("{}:{:02}:{:02}", clock.hours().count(), clock.minutes().count(), clock.seconds().count());
    if (clock.subseconds().count() != 0) text += fmt::format(".{:06}", clock.subseconds().count());
    return text;
}

// Python's repr(relativedelta), which is also its str().
std::string StepTicks::summary() const {
    if (step_.months == 0) return timedelta_text(step_.rest);
    const auto whole_days = duration_cast<days>(step_.rest);
    const auto whole_hours = duration_cast<hours>(step_.rest - whole_days);
    const auto whole_minutes = duration_cast<minutes>(step_.rest - whole_days - whole_hours);
    const auto whole_seconds = duration_cast<seconds>(step_.rest - whole_days - whole_hours - whole_minutes);
    const auto rest = step_.rest - whole_days - whole_hours - whole_minutes - whole_seconds;
    std::string text;
    const auto add = [&](std::string_view name, std::int64_t value) {
        if (value != 0) text += fmt::format("{}{}={:+}", text.empty() ? "" : ", ", name, value);
    };
    add("years", step_.months / 12);
    add("months", step_.months % 12);
    add("days", whole_days.count());
    add("hours", whole_hours.count());
    add("minutes", whole_minutes.count());
    add("seconds", whole_seconds.count());
    add("microseconds", rest.count());
    return fmt::format("relativedelta({})", text);
}

}  // namespace

std::unique_ptr<const Ticks> make_cron_ticks(Cron cron) {
    return std::make_unique<CronTicks>(std::move(cron));
}
std::unique_ptr<const Ticks> make_step_ticks(Step step) {
    return std::make_unique<StepTicks>(step);
}

}  // namespace gale::detail
