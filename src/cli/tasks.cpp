// gale tasks …
#include <fmt/format.h>

#include "cli/command.hpp"
#include "model/dag.hpp"

namespace gale {
namespace {

Result<Dag> latest_dag(Store& store, const std::string& dag_id) {
    TRY(store.get_dag(DagId(dag_id)));
    return dag_from_json(TRY(store.latest_dag_version(DagId(dag_id))).definition);
}

Outcome list_tasks(CliContext& context, const std::string& dag_id) {
    Store* store = TRY(context.store());
    const Dag dag = TRY(latest_dag(*store, dag_id));
    for (const Task& task : dag.tasks) context.out << task.task_id << '\n';
    return 0;
}

Outcome states_for_dag_run(CliContext& context, const std::string& dag_id, const std::string& run,
                           OutputFormat format) {
    Store* store = TRY(context.store());
    const DagRun found = TRY(find_run(*store, DagId(dag_id), run));
    TaskInstanceFilter filter;
    filter.dag_id = found.dag_id;
    filter.run_id = found.run_id;
    std::vector<json::object> rows;
    for (const TaskInstance& ti : TRY(store->list_task_instances(filter, Page{-1, 0, {}})).items) {
        json::object row{{"dag_id", ti.dag_id.str()},
                         {"logical_date", time_value(found.logical_date)},
                         {"task_id", ti.task_id.str()},
                         {"state", ti.state == TaskState::none ? json::value() : json::value(to_string(ti.state))},
                         {"start_date", time_value(ti.start_date)},
                         {"end_date", time_value(ti.end_date)}};
        if (ti.map_index != kNotMapped) row["map_index"] = ti.map_index;
        rows.push_back(std::move(row));
    }
    print_rows(context.out, format, rows);
    return 0;
}

struct TaskArguments {
    std::string dag_id, task_id, date_or_run;
    std::string task_params, env_vars;
    bool as_json = false;
    int map_index = kNotMapped;
};

Outcome task_state(CliContext& context, const TaskArguments& arguments) {
    Store* store = TRY(context.store());
    const DagRun run = TRY(find_run(*store, DagId(arguments.dag_id), arguments.date_or_run));
    const auto ti =
        TRY(store->get_task_instance({run.dag_id, run.run_id, TaskId(arguments.task_id), arguments.map_index}));
    context.out << (ti.state == TaskState::none ? "None" : to_string(ti.state)) << '\n';
    return 0;
}

// The logical date to give Python: of the named run when there is one, else the argument as a date.
Result<std::string> logical_date_of(CliContext& context, const TaskArguments& arguments) {
    if (arguments.date_or_run.empty()) return to_python_iso(context.clock.now());
    if (const auto date = parse_iso8601(arguments.date_or_run)) return to_python_iso(*date);
    Store* store = TRY(context.store());
    const DagRun run = TRY(find_run(*store, DagId(arguments.dag_id), arguments.date_or_run));
    return to_python_iso(run.logical_date.value_or(run.run_after));
}

Outcome in_python(CliContext& context, const std::string& module, const TaskArguments& arguments) {
    const std::string file = TRY(file_of_dag(context, arguments.dag_id));
    std::vector<std::string> command{"-m",
                                     module,
                                     "--file",
                                     file,
                                     "--dag-id",
                                     arguments.dag_id,
                                     "--task-id",
                                     arguments.task_id,
                                     "--logical-date",
                                     TRY(logical_date_of(context, arguments))};
    if (!arguments.task_params.empty()) command.insert(command.end(), {"--task-params", arguments.task_params});
    if (!arguments.env_vars.empty()) command.insert(command.end(), {"--env-vars", arguments.env_vars});
    if (arguments.as_json) command.emplace_back("--json");
    return context.run_python(command);
}

std::shared_ptr<TaskArguments> add_task_arguments(CLI::App& command, bool date_required) {
    auto a = std::make_shared<TaskArguments>();
    command.add_option("dag_id", a->dag_id, "the DAG's id")->required();
    command.add_option("task_id", a->task_id, "the task's id")->required();
    auto* date = command.add_option("logical_date_or_run_id", a->date_or_run, "a date or the id of a run");
    if (date_required) date->required();
    command.add_option("--map-index", a->map_index, "which instance of a mapped task");
    return a;
}

}  // namespace

void add_tasks_commands(Commands& commands) {
    commands.add("list", "list a DAG's tasks", [](CLI::App& command, CliContext& context) {
        auto dag_id = std::make_shared<std::string>();
        command.add_option("dag_id", *dag_id, "the DAG's id")->required();
        return [dag_id, &context] { return list_tasks(context, *dag_id); };
    });
    commands.add("states-for-dag-run", "the states of a run's tasks", [](CLI::App& command, CliContext& context) {
        struct Arguments {
            std::string dag_id, run;
            OutputFormat format = OutputFormat::table;
        };
        auto a = std::make_shared<Arguments>();
        command.add_option("dag_id", a->dag_id, "the DAG's id")->required();
        command.add_option("logical_date_or_run_id", a->run, "which run")->required();
        add_output_option(command, a->format);
        return [a, &context] { return states_for_dag_run(context, a->dag_id, a->run, a->format); };
    });
    commands.add("state", "print a task instance's state", [](CLI::App& command, CliContext& context) {
        auto a = add_task_arguments(command, true);
        return [a, &context] { return task_state(context, *a); };
    });
    commands.add("test", "run one task here, without dependencies and database",
                 [](CLI::App& command, CliContext& context) {
                     auto a = add_task_arguments(command, false);
                     command.add_option("-t,--task-params", a->task_params, "a JSON object, merged into the params");
                     command.add_option("--env-vars", a->env_vars, "a JSON object of environment variables");
                     return [a, &context] { return in_python(context, "gale.task_test", *a); };
                 });
    commands.add("render", "print a task's rendered templates", [](CLI::App& command, CliContext& context) {
        auto a = add_task_arguments(command, true);
        auto format = std::make_shared<OutputFormat>(OutputFormat::table);
        add_output_option(command, *format);
        return [a, format, &context] {
            a->as_json = *format == OutputFormat::json;
            return in_python(context, "gale.render", *a);
        };
    });
}

}  // namespace gale
