#include "random_dag.hpp"

#include "base/json.hpp"
#include "model/trigger_rule.hpp"

namespace gale::simulation {
namespace {

json::object random_task(Random& random, int index, int count) {
    json::object task;
    task["task_id"] = "t" + std::to_string(index);
    task["task_type"] = "BashOperator";
    task["module"] = "airflow.operators.bash";
    json::array downstream;
    for (int next = index + 1; next < count; ++next)
        if (chance(random, 35)) downstream.emplace_back("t" + std::to_string(next));
    task["downstream_task_ids"] = downstream;
    if (chance(random, 35)) task["trigger_rule"] = to_string(static_cast<TriggerRule>(pick(random, 0, 12)));
    task["retries"] = pick(random, 0, 2);
    task["retry_delay"] = pick(random, 0, 3) * 30;
    if (chance(random, 30)) task["pool"] = "small";
    task["pool_slots"] = pick(random, 1, 2);
    task["priority_weight"] = pick(random, 1, 5);
    if (chance(random, 10)) task["max_active_tis_per_dag"] = 1;
    if (chance(random, 15)) task["native"] = json::object{{"kind", "empty"}};
    return task;
}

}  // namespace

std::string random_dag(Random& random, const std::string& dag_id) {
    json::object dag;
    dag["dag_id"] = dag_id;
    dag["start_date"] = "2026-01-01T00:00:00+00:00";
    dag["end_date"] = "2026-01-01T03:30:00+00:00";
    dag["catchup"] = true;
    dag["schedule"] =
        json::object{{"kind", "cron"}, {"expression", "0 * * * *"}, {"timezone", "UTC"}, {"interval", false}};
    dag["max_active_tasks"] = pick(random, 1, 4);
    dag["max_active_runs"] = pick(random, 1, 3);
    const int count = pick(random, 1, 9);
    const bool past = chance(random, 15);
    json::array tasks;
    for (int i = 0; i < count; ++i) {
        json::object task = random_task(random, i, count);
        if (past && chance(random, 50)) task["depends_on_past"] = true;
        tasks.push_back(std::move(task));
    }
    dag["tasks"] = tasks;
    return json::canonical(dag);
}

}  // namespace gale::simulation
