// The store port, part: pools, users, server secrets, audit log.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/dag_run.hpp"
#include "model/pool.hpp"
#include "store/page.hpp"

namespace gale {

struct User {
    std::string username;
    std::string password_hash;  // Argon2id, encoded
    std::string role;           // viewer, user, op, admin
};

struct AuditEntry {
    std::int64_t id = 0;
    TimePoint dttm;
    std::string event;  // as Airflow names them, such as "trigger_dag_run"
    std::optional<DagId> dag_id;
    std::optional<RunId> run_id;
    std::optional<TaskId> task_id;
    std::optional<int> map_index, try_number;
    std::string owner;
    json::object extra;
};

struct AuditFilter {
    std::optional<DagId> dag_id;
    std::optional<RunId> run_id;
    std::optional<TaskId> task_id;
    std::optional<int> map_index, try_number;
    std::optional<std::string> owner, event;
    std::vector<std::string> included_events, excluded_events;
    TimeRange when;
    TextMatch dag_id_like, run_id_like, task_id_like, owner_like, event_like;
};

class AdminStore {
public:
    virtual ~AdminStore() = default;
    virtual Result<std::vector<Pool>> list_pools() = 0;  // default_pool is always there
    virtual Result<void> set_pool(const Pool& pool) = 0;
    virtual Result<void> delete_pool(const PoolName& name) = 0;  // default_pool: conflict

    virtual Result<std::optional<User>> find_user(const std::string& username) = 0;
    virtual Result<void> set_user(const User& user) = 0;
    virtual Result<std::int64_t> count_users() = 0;

    // A secret made once and kept, such as the key that signs tokens: returns the kept one if there is one, else keeps
    // `fresh`.
    virtual Result<std::string> get_or_create_secret(const std::string& name, const std::string& fresh) = 0;

    // Refuses a token from now on. Ids whose token has ended (before `now`) are forgotten.
    virtual Result<void> revoke_token(const std::string& id, TimePoint expires_at, TimePoint now) = 0;
    virtual Result<bool> is_token_revoked(const std::string& id) = 0;

    virtual Result<void> add_audit_entry(const AuditEntry& entry) = 0;
    virtual Result<PageOf<AuditEntry>> list_audit_entries(const AuditFilter& filter, const Page& page) = 0;
    Result<PageOf<AuditEntry>> list_audit_entries(const std::optional<DagId>& dag_id, const Page& page) {
        AuditFilter filter;
        filter.dag_id = dag_id;
        return list_audit_entries(filter, page);
    }
    virtual Result<AuditEntry> get_audit_entry(std::int64_t id) = 0;
};

}  // namespace gale
