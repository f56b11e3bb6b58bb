#include "api/filters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace gale {
namespace {

constexpr Duration kGrain{1};
constexpr int kFitsNoRow = INT32_MIN;

// What both kinds of bounds have in common: `from` and `to` with their exclusive twins.
template <class Range, class Value>
void narrow(Range& range, std::optional<Value> from, std::optional<Value> above, std::optional<Value> to,
            std::optional<Value> below) {
    if (above) from = std::max(from.value_or(*above + kGrain), *above + kGrain);
    if (below) to = std::min(to.value_or(*below - kGrain), *below - kGrain);
    range.from = from;
    range.to = to;
}

std::optional<Duration> microseconds(std::optional<double> seconds) {
    // Beyond what a duration can hold, the bound says no more than the largest one.
    constexpr double kMost = 9e12;
    if (!seconds) return std::nullopt;
    return Duration(std::llround(std::clamp(*seconds, -kMost, kMost) * 1e6));
}

std::vector<int> ints(const std::vector<std::string>& texts) {
    std::vector<int> numbers;
    for (const std::string& text : texts) {
        // Their schema lets only integers pass; one that no column can hold fits no row.
        const auto number = std::stoll(text);
        numbers.push_back(number > INT32_MAX || number < INT32_MIN ? kFitsNoRow : static_cast<int>(number));
    }
    return numbers;
}

Result<TimeRange> time_range_of(const json::object& body, const std::string& name) {
    TimeRange range;
    const auto bound = [&](const char* end) { return json::get_optional_time(body, name + end); };
    narrow(range, TRY(bound("_gte")), TRY(bound("_gt")), TRY(bound("_lte")), TRY(bound("_lt")));
    return range;
}

Result<DurationRange> duration_range_of(const json::object& body, const std::string& name) {
    DurationRange range;
    const auto bound = [&](const char* end) -> Result<std::optional<Duration>> {
        return microseconds(TRY(json::get_optional_double(body, name + end)));
    };
    narrow(range, TRY(bound("_gte")), TRY(bound("_gt")), TRY(bound("_lte")), TRY(bound("_lt")));
    return range;
}

std::vector<std::string> texts_of(const json::object& body, std::string_view name) {
    std::vector<std::string> texts;
    if (const auto* list = json::find_array(body, name)) {
        for (const auto& one : *list) texts.emplace_back(one.is_null() ? "none" : std::string_view(one.as_string()));
    }
    return texts;
}

}  // namespace

std::vector<QueryParameter> text_match_parameters(std::string_view name) {
    auto parameters = suffixed(name, {"_pattern", "_prefix_pattern"}, schema::text());
    parameters[0].description = "A part of it, in any case; '%' and '_' as in SQL's LIKE; alternatives between '|'.";
    parameters[1].description = "Its beginning, case-sensitive; alternatives between '|'.";
    return parameters;
}

Result<TextMatch> text_match_of(const Call& call, std::string_view name) {
    TextMatch match{call.query(fmt::format("{}_pattern", name)), call.query(fmt::format("{}_prefix_pattern", name))};
    if (match.pattern == "~") match.pattern.reset();
    return match;
}

Result<TimeRange> time_range_of(const Call& call, std::string_view name) {
    TimeRange range;
    const auto bound = [&](std::string_view end) { return call.query_time(fmt::format("{}{}", name, end)); };
    narrow(range, TRY(bound("_gte")), TRY(bound("_gt")), TRY(bound("_lte")), TRY(bound("_lt")));
    return range;
}

Result<DurationRange> duration_range_of(const Call& call, std::string_view name) {
    DurationRange range;
    const auto bound = [&](std::string_view end) -> Result<std::optional<Duration>> {
        return microseconds(TRY(call.query_number(fmt::format("{}{}", name, end))));
    };
    narrow(range, TRY(bound("_gte")), TRY(bound("_gt")), TRY(bound("_lte")), TRY(bound("_lt")));
    return range;
}

namespace {

// What runs and task instances have, from a query or a body.
template <class Source, class Filter>
Result<void> read_ranges(const Source& from, Filter& filter) {
    filter.logical_date = TRY(time_range_of(from, "logical_date"));
    filter.run_after = TRY(time_range_of(from, "run_after"));
    filter.start_date = TRY(time_range_of(from, "start_date"));
    filter.end_date = TRY(time_range_of(from, "end_date"));
    filter.duration = TRY(duration_range_of(from, "duration"));
    return {};
}

}  // namespace

std::vector<QueryParameter> dag_filter_parameters() {
    return joined({{many("tags"),
                    {"tags_match_mode", schema::one_of({"any", "all"}), "Any of the tags without it."},
                    many("owners"),
                    {"exclude_stale", schema::boolean(), "True without it."},
                    {"paused", schema::boolean()},
                    {"has_import_errors", schema::boolean()},
                    {"is_favorite", schema::boolean(), "Of who asks."},
                    {"last_dag_run_state", schema::ref("DagRunState")}},
                   text_match_parameters("dag_id"),
                   text_match_parameters("dag_display_name"),
                   time_range("dag_run_start_date"),
                   time_range("dag_run_end_date")});
}

Result<DagFilter> dag_filter_of(const Call& call) {
    DagFilter filter;
    filter.dag_id = TRY(text_match_of(call, "dag_id"));
    filter.dag_display_name = TRY(text_match_of(call, "dag_display_name"));
    filter.tags = call.query_all("tags");
    filter.every_tag = call.query("tags_match_mode") == "all";
    filter.owners = call.query_all("owners");
    filter.paused = TRY(call.query_bool("paused"));
    filter.has_import_errors = TRY(call.query_bool("has_import_errors"));
    if (const auto favorite = TRY(call.query_bool("is_favorite")))
        (*favorite ? filter.favorite_of : filter.not_favorite_of) = call.actor().name;
    filter.include_stale = !TRY(call.query_bool("exclude_stale")).value_or(true);
    if (const auto state = call.query("last_dag_run_state")) filter.last_dag_run_state = parse_dag_run_state(*state);
    filter.last_run_start_date = TRY(time_range_of(call, "dag_run_start_date"));
    filter.last_run_end_date = TRY(time_range_of(call, "dag_run_end_date"));
    return filter;
}

std::vector<QueryParameter> dag_run_filter_parameters() {
    return joined({{many("state", schema::ref("DagRunState")),
                    many("run_type", schema::ref("DagRunType")),
                    many("dag_version", schema::integer(), "The number of the version that it began with."),
                    {"conf_contains", schema::text(), "A part of the conf's JSON text, in any case."}},
                   text_match_parameters("run_id"),
                   text_match_parameters("dag_id"),
                   text_match_parameters("triggering_user_name"),
                   time_range("logical_date"),
                   time_range("run_after"),
                   time_range("start_date"),
                   time_range("end_date"),
                   number_range("duration")});
}

Result<DagRunFilter> dag_run_filter_of(const Call& call) {
    DagRunFilter filter;
    if (call.path("dag_id") != "~") filter.dag_id = call.dag_id();
    // Their schemas let no others pass.
    for (const std::string& text : call.query_all("state")) filter.states.push_back(*parse_dag_run_state(text));
    for (const std::string& text : call.query_all("run_type")) filter.run_types.push_back(*parse_run_type(text));
    filter.dag_versions = ints(call.query_all("dag_version"));
    filter.conf_contains = call.query("conf_contains");
    filter.run_id_like = TRY(text_match_of(call, "run_id"));
    filter.dag_id_like = TRY(text_match_of(call, "dag_id"));
    filter.triggering_user_name = TRY(text_match_of(call, "triggering_user_name"));
    TRY(read_ranges(call, filter));
    return filter;
}

std::vector<QueryParameter> task_instance_filter_parameters() {
    std::vector<std::string_view> states;
    for (const TaskState state : all_task_states()) states.push_back(to_string(state));
    return joined({{{"task_id"},
                    {"task_group_id", schema::text(), "Of the DAG's newest version; needs one DAG."},
                    many("state", schema::one_of(states), "'none': not yet looked at."),
                    many("map_index", schema::integer()),
                    many("try_number", schema::integer()),
                    many("version_number", schema::integer(), "Of the version that the run began with."),
                    many("pool"),
                    many("queue"),
                    many("operator"),
                    many("executor")},
                   text_match_parameters("dag_id"),
                   text_match_parameters("run_id"),
                   text_match_parameters("task_display_name"),
                   text_match_parameters("pool_name"),
                   text_match_parameters("queue_name"),
                   text_match_parameters("operator_name"),
                   time_range("logical_date"),
                   time_range("run_after"),
                   time_range("start_date"),
                   time_range("end_date"),
                   number_range("duration")});
}

Result<TaskInstanceFilter> task_instance_filter_of(const Call& call) {
    TaskInstanceFilter filter;
    if (call.path("dag_id") != "~") filter.dag_id = call.dag_id();
    if (call.path("dag_run_id") != "~") filter.run_id = call.run_id();
    if (const auto task = call.query("task_id")) filter.task_id = TaskId(*task);
    for (const std::string& text : call.query_all("state")) filter.states.push_back(*parse_task_state(text));
    filter.map_indexes = ints(call.query_all("map_index"));
    filter.try_numbers = ints(call.query_all("try_number"));
    filter.version_numbers = ints(call.query_all("version_number"));
    filter.pools = call.query_all("pool");
    filter.queues = call.query_all("queue");
    filter.operators = call.query_all("operator");
    // Task instances here have none of their own.
    if (!call.query_all("executor").empty()) filter.map_indexes = {kFitsNoRow};
    filter.dag_id_like = TRY(text_match_of(call, "dag_id"));
    filter.run_id_like = TRY(text_match_of(call, "run_id"));
    filter.task_display_name = TRY(text_match_of(call, "task_display_name"));
    filter.pool_like = TRY(text_match_of(call, "pool_name"));
    filter.queue_like = TRY(text_match_of(call, "queue_name"));
    filter.operator_like = TRY(text_match_of(call, "operator_name"));
    TRY(read_ranges(call, filter));
    return filter;
}

namespace {

// What both batch bodies have.
json::object batch_schema(std::vector<schema::Member> members) {
    using namespace schema;
    const auto add = [&](const std::vector<QueryParameter>& range) {
        for (const auto& bound : range) members.push_back(optional(bound.name, bound.schema));
    };
    for (const char* name : {"logical_date", "run_after", "start_date", "end_date"}) add(time_range(name));
    add(number_range("duration"));
    members.push_back(optional("dag_ids", nullable(array(text()))));
    members.push_back(optional("order_by", nullable(text())));
    members.push_back(optional("page_offset", at_least(0, integer())));
    members.push_back(optional("page_limit", described(at_least(0, integer()), "100 without it.")));
    return object(std::move(members));
}

}  // namespace

json::object dag_runs_batch_schema() {
    using namespace schema;
    return batch_schema(
        {optional("states", nullable(array(ref("DagRunState")))), optional("conf_contains", nullable(text()))});
}

json::object task_instances_batch_schema() {
    using namespace schema;
    const auto list = nullable(array(text()));
    return batch_schema({optional("state", nullable(array(nullable(ref("TaskInstanceState"))))),
                         optional("dag_run_ids", list), optional("task_ids", list), optional("pool", list),
                         optional("queue", list), optional("executor", list)});
}

Result<DagRunFilter> dag_run_filter_of(const json::object& body) {
    DagRunFilter filter;
    filter.dag_ids = texts_of(body, "dag_ids");
    for (const std::string& text : texts_of(body, "states")) filter.states.push_back(*parse_dag_run_state(text));
    filter.conf_contains = TRY(json::get_optional_string(body, "conf_contains"));
    TRY(read_ranges(body, filter));
    return filter;
}

Result<TaskInstanceFilter> task_instance_filter_of(const json::object& body) {
    TaskInstanceFilter filter;
    filter.dag_ids = texts_of(body, "dag_ids");
    filter.run_ids = texts_of(body, "dag_run_ids");
    filter.task_ids = texts_of(body, "task_ids");
    for (const std::string& text : texts_of(body, "state")) filter.states.push_back(*parse_task_state(text));
    filter.pools = texts_of(body, "pool");
    filter.queues = texts_of(body, "queue");
    if (!texts_of(body, "executor").empty()) filter.map_indexes = {kFitsNoRow};
    TRY(read_ranges(body, filter));
    return filter;
}

Result<Page> batch_page_of(const json::object& body) {
    Page page;
    constexpr std::int64_t kMost = 1'000'000'000;
    page.limit = static_cast<int>(std::min(TRY(json::get_int_or(body, "page_limit", 100)), kMost));
    page.offset = static_cast<int>(std::min(TRY(json::get_int_or(body, "page_offset", 0)), kMost));
    if (auto order = TRY(json::get_optional_string(body, "order_by"))) page.order_by.push_back(std::move(*order));
    return page;
}

}  // namespace gale
