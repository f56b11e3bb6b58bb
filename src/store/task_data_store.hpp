// The store port, part: what tasks leave and read: XComs, rendered fields, variables, connections.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "store/run_store.hpp"

namespace gale {

struct XCom {
    TaskInstanceKey task_instance;
    std::string key;
    json::value value;  // as the task serialised it
    TimePoint timestamp;
    std::optional<int> mapped_length;  // entries, where tasks are mapped over it; write only
};

struct Variable {
    std::string key;
    std::string value;  // encrypted at rest by the adapter's caller (service), opaque here
    std::optional<std::string> description;
    bool is_encrypted = false;
};

struct Connection {
    std::string conn_id;
    std::string conn_type;
    std::optional<std::string> description, host, schema, login;
    std::optional<std::string> password, extra;  // encrypted like Variable::value
    std::optional<int> port;
    bool is_encrypted = false, is_extra_encrypted = false;
};

class TaskDataStore {
public:
    virtual ~TaskDataStore() = default;
    // Replaces an XCom of the same key.
    virtual Result<void> set_xcom(const XCom& xcom) = 0;
    // not_found when there is none. With `include_prior_dates`: the newest of this or an earlier logical date.
    virtual Result<XCom> get_xcom(const TaskInstanceKey& task_instance, const std::string& key,
                                  bool include_prior_dates) = 0;
    virtual Result<std::vector<XCom>> list_xcoms(const TaskInstanceKey& task_instance) = 0;
    // Of all the run's task instances, by task id, map index and key; empty when there is no such run. `limit` -1: all.
    virtual Result<std::vector<XCom>> list_run_xcoms(const DagId& dag_id, const RunId& run_id, int limit,
                                                     int offset) = 0;
    // What the instances of a task left under one key, by map index: how many, and the values from `offset` on.
    virtual Result<std::int64_t> count_xcom_sequence(const TaskInstanceKey& task, const std::string& key) = 0;
    virtual Result<std::vector<json::value>> xcom_sequence(const TaskInstanceKey& task, const std::string& key,
                                                           std::int64_t limit, std::int64_t offset) = 0;
    virtual Result<void> delete_xcom(const TaskInstanceKey& task_instance, const std::string& key) = 0;
    virtual Result<void> clear_xcoms(const TaskInstanceKey& task_instance) = 0;

    virtual Result<void> set_rendered_fields(const TaskInstanceKey& task_instance, const json::object& fields) = 0;
    virtual Result<json::object> get_rendered_fields(const TaskInstanceKey& task_instance) = 0;  // empty when none

    virtual Result<Variable> get_variable(const std::string& key) = 0;
    virtual Result<void> set_variable(const Variable& variable) = 0;
    virtual Result<bool> delete_variable(const std::string& key) = 0;  // false: there was none
    // All or none.
    virtual Result<void> set_variables(const std::vector<Variable>& variables) = 0;
    virtual Result<void> delete_variables(const std::vector<std::string>& keys) = 0;
    virtual Result<PageOf<Variable>> list_variables(const NameFilter& filter, const Page& page) = 0;

    virtual Result<Connection> get_connection(const std::string& conn_id) = 0;
    virtual Result<void> set_connection(const Connection& connection) = 0;
    virtual Result<bool> delete_connection(const std::string& conn_id) = 0;
    // All or none.
    virtual Result<void> set_connections(const std::vector<Connection>& connections) = 0;
    virtual Result<void> delete_connections(const std::vector<std::string>& conn_ids) = 0;
    virtual Result<PageOf<Connection>> list_connections(const NameFilter& filter, const Page& page) = 0;
};

}  // namespace gale
