// Reads the metadata database of an Airflow 2.2 or later, of SQLite or PostgreSQL, and changes nothing in it.
//
// Values come as they stand there: secrets encrypted, JSON and pickles as bytes. Each call reads one snapshot; between
// two, Airflow may go on. Not thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/pool.hpp"
#include "store/catalog_store.hpp"
#include "store/task_data_store.hpp"

namespace gale {

struct SourceXCom {
    TaskId task_id;
    int map_index = kNotMapped;
    std::string key, value;  // JSON, or what Airflow 2 pickled
    TimePoint timestamp;
};

struct SourceRun {
    std::int64_t id = 0;
    DagRun run;        // without a DAG version; `conf` is below
    std::string conf;  // JSON, or what Airflow 2 pickled; empty: none
    std::string state;
    bool has_ended = false;
    std::vector<TaskInstance> task_instances, history;
    std::vector<SourceXCom> xcoms;
};

class AirflowSource {
public:
    virtual ~AirflowSource() = default;
    // SQLAlchemy's form, or the path of an SQLite file. Errors: not_found, data_corrupt, unavailable, conflict (it is
    // not Airflow's), unsupported (it is too old).
    static Result<std::unique_ptr<AirflowSource>> open(const std::string& url);

    virtual std::string description() const = 0;  // "Airflow 3 database /x/airflow.db (revision d2f4e1b3c5a7)"
    virtual Result<std::vector<Variable>> variables() = 0;
    virtual Result<std::vector<Connection>> connections() = 0;
    virtual Result<std::vector<Pool>> pools() = 0;
    virtual Result<std::vector<DagRow>> dags() = 0;
    // Of each DAG that ever ran: the names of its tasks with their operators'.
    virtual Result<std::map<DagId, std::map<TaskId, std::string>>> tasks() = 0;
    // The first `limit` whose id is above `after`, with all that belongs to those that have ended.
    virtual Result<std::vector<SourceRun>> runs(std::int64_t after, int limit) = 0;
};

}  // namespace gale
