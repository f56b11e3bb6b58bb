// The store port, part: pools, users, server secrets, audit log.
#pragma once

#include <functional>
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
    bool active = true;         // false: may not log in
    std::string session_key;    // is in each log-in's token; a new one ends the sessions
    TimePoint created_at = {};
    std::optional<TimePoint> last_login_at = {};
};

// A person's key for programs; ends with its user.
struct ApiToken {
    std::int64_t id = 0;
    std::string username;
    std::string name;        // one of a user's tokens has it
    std::string token_hash;  // SHA-256 in hex; the token itself is not kept
    TimePoint created_at = {};
    std::optional<TimePoint> expires_at = {};  // nullopt: never
    std::optional<TimePoint> last_used_at = {};
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
    virtual Result<void> set_pools(const std::vector<Pool>& pools) = 0;  // all or none
    virtual Result<void> delete_pool(const PoolName& name) = 0;          // default_pool: conflict

    virtual Result<std::optional<User>> find_user(const std::string& username) = 0;
    virtual Result<void> set_user(const User& user) = 0;  // replaces one of this name
    virtual Result<void> add_user(const User& user) = 0;  // already_exists
    // Reads, changes and writes in one transaction; `change` may be called more than once, and must not change the
    // name. Returns the user as written. not_found; conflict, and nothing is changed, when afterwards no active user of
    // the role `kept_role` is left.
    virtual Result<User> change_user(const std::string& username, const std::function<void(User&)>& change,
                                     const std::optional<std::string>& kept_role) = 0;
    // With the API tokens. Errors as change_user's.
    virtual Result<void> delete_user(const std::string& username, const std::optional<std::string>& kept_role) = 0;
    virtual Result<PageOf<User>> list_users(const NameFilter& filter, const Page& page) = 0;
    virtual Result<std::int64_t> count_users() = 0;

    // Returns the id. already_exists: the user has one of this name; not_found: there is no such user.
    virtual Result<std::int64_t> add_api_token(const ApiToken& token) = 0;
    virtual Result<std::optional<ApiToken>> find_api_token(const std::string& token_hash) = 0;
    virtual Result<std::vector<ApiToken>> list_api_tokens(const std::string& username) = 0;  // newest first
    virtual Result<void> set_api_token_used(std::int64_t id, TimePoint at) = 0;
    virtual Result<void> delete_api_token(std::int64_t id) = 0;

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
