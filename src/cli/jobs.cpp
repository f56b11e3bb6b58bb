// gale jobs …
#include <fmt/format.h>
#include <unistd.h>

#include "cli/command.hpp"
#include "store/database_clock.hpp"

namespace gale {
namespace {

struct CheckArguments {
    std::string job_type, hostname;
    bool local = false, allow_multiple = false;
    int limit = 1;
};

std::string own_hostname() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

Outcome check_jobs(CliContext& context, const CheckArguments& arguments) {
    if (arguments.allow_multiple && arguments.limit == 1)
        return fail(ErrorCode::invalid_argument, "--allow-multiple needs --limit above 1, or 0 for any number");
    JobFilter filter;
    if (!arguments.job_type.empty()) filter.job_type = arguments.job_type;
    if (!arguments.hostname.empty()) filter.hostname = arguments.hostname;
    if (arguments.local) filter.hostname = own_hostname();
    Store* store = TRY(context.store());
    // Heartbeats of a database that machines share go by its clock.
    DatabaseClock clock;
    if (context.settings.shares_database()) TRY(clock.sync(*store));
    filter.alive_since = clock.now() - from_seconds(context.settings.scheduler_health_check_threshold);
    // As in Airflow, no more than --limit are looked at: one that died a moment ago does not count against its
    // successor.
    const auto alive =
        TRY(store->list_jobs(filter, Page{arguments.limit > 0 ? arguments.limit : -1, 0, {}})).items.size();
    const std::string what = arguments.job_type.empty() ? "job" : arguments.job_type;
    const std::string where = filter.hostname ? " on " + *filter.hostname : "";
    if (alive == 0) {
        return fail(ErrorCode::not_found,
                    fmt::format("no {}{} had a heartbeat within {:g} s: is it running? Its log says why not", what,
                                where, context.settings.scheduler_health_check_threshold));
    }
    if (alive > 1 && !arguments.allow_multiple)
        return fail(ErrorCode::conflict,
                    fmt::format("{} alive {}s{}: --allow-multiple --limit 0 accepts them", alive, what, where));
    context.out << fmt::format("Found {} alive {}{}.\n", alive, what, alive == 1 ? "" : "s");
    return 0;
}

}  // namespace

void add_jobs_commands(Commands& commands) {
    commands.add(
        "check", "fails when no such job is alive, as a health check asks it",
        [](CLI::App& command, CliContext& context) {
            auto a = std::make_shared<CheckArguments>();
            command.add_option("--job-type", a->job_type, "SchedulerJob or DagProcessorJob; else any")
                ->check(CLI::IsMember({"SchedulerJob", "DagProcessorJob", "TriggererJob"}));
            auto* host = command.add_option("--hostname", a->hostname, "only those of this host");
            command.add_flag("--local", a->local, "only those of this host's own name")->excludes(host);
            command.add_option("--limit", a->limit, "how many are looked at; 0: all")->check(CLI::NonNegativeNumber);
            command.add_flag("--allow-multiple", a->allow_multiple, "more than one alive is well, too");
            return [a, &context] { return check_jobs(context, *a); };
        });
}

}  // namespace gale
