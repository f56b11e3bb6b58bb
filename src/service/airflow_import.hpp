// Takes over what an Airflow knows: variables, connections, pools, pause states, ended runs with their task instances,
// tries and XComs.
//
// Nothing in Airflow's database changes. It may be done again at any time: what is here already stays as it is, and
// only what is new comes. Runs that have not ended stay Airflow's to end.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "service/run_service.hpp"
#include "service/secrets.hpp"
#include "store/airflow_source.hpp"
#include "store/store.hpp"

namespace gale {

struct ImportCount {
    std::int64_t taken = 0;
    std::int64_t known = 0;                    // were here already
    std::map<std::string, std::int64_t> left;  // why, how many
};

struct ImportReport {
    ImportCount variables, connections, pools, dags, runs, task_instances, xcoms;
    std::vector<std::string> unreadable;  // names of variables and connections whose key is another
};

struct ImportOptions {
    bool dry_run = false;  // only counts
    int batch_size = 100;  // runs in one transaction
    std::function<void(const ImportCount& runs)> on_batch = [](const ImportCount&) {};
};

// `source_secrets` opens Airflow's variables and connections, `secrets` seals them here. An error leaves what was taken
// until then; a second call goes on.
Result<ImportReport> import_airflow(Store& store, AirflowSource& source, const Secrets& source_secrets,
                                    const Secrets& secrets, const Clock& clock, const Actor& actor,
                                    const ImportOptions& options);

}  // namespace gale
