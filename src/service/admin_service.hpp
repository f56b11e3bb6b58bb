// Variables, connections and pools, as people manage them. Values are encrypted at rest and decrypted for their reader.
//
// Thread-safe. A change is read, made and written under one lock, so that of two changes at the same time neither is
// lost (within one server; between two, the last one wins). Checks are invalid_argument errors with the field "member":
// the member that is wrong.
#pragma once

#include <functional>
#include <mutex>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "service/bulk.hpp"
#include "service/run_service.hpp"
#include "service/secrets.hpp"
#include "store/store.hpp"

namespace gale {

// The member that a check found wrong; nullptr: it is not about one.
const std::string* wrong_member_of(const Error& error);

struct PoolInUse {
    Pool pool;
    PoolUse use;
};

class AdminService {
public:
    AdminService(Store& store, const Secrets& secrets, const Clock& clock)
        : store_(store), secrets_(secrets), clock_(clock) {}

    // An edit writes the members that were given into what is kept; the id stays. A value that is shown masked (***)
    // and comes back so is the kept one.
    template <class T>
    using Edit = std::function<void(T&)>;

    // Checks: the key has 1 to 250 bytes.
    Result<Variable> get_variable(const std::string& key);
    Result<PageOf<Variable>> list_variables(const NameFilter& filter, const Page& page);
    Result<Variable> create_variable(Variable variable, const Actor& actor);  // already_exists
    Result<Variable> edit_variable(const std::string& key, const Edit<Variable>& edit, const Actor& actor);
    Result<void> delete_variable(const std::string& key, const Actor& actor);
    Result<BulkOutcome> bulk_variables(const BulkAction<Variable>& action, const Actor& actor);

    // Checks: the id has 1 to 250 letters, digits and "_.-:()@/#\", the port is one, extra is a JSON object.
    Result<Connection> get_connection(const std::string& conn_id);
    Result<PageOf<Connection>> list_connections(const NameFilter& filter, const Page& page);
    Result<Connection> create_connection(Connection connection, const Actor& actor);  // already_exists
    Result<Connection> edit_connection(const std::string& conn_id, const Edit<Connection>& edit, const Actor& actor);
    Result<void> delete_connection(const std::string& conn_id, const Actor& actor);
    Result<BulkOutcome> bulk_connections(const BulkAction<Connection>& action, const Actor& actor);

    // Checks: the name has 1 to 250 bytes, the slots are at least -1 (unlimited), and default_pool keeps its name and
    // description and is never deleted.
    Result<PoolInUse> get_pool(const std::string& name);
    // Ordered by name or, with "-name", from its end.
    Result<PageOf<PoolInUse>> list_pools(const NameFilter& filter, const Page& page);
    Result<PoolInUse> create_pool(Pool pool, const Actor& actor);  // already_exists
    Result<PoolInUse> edit_pool(const std::string& name, const Edit<Pool>& edit, const Actor& actor);
    Result<void> delete_pool(const std::string& name, const Actor& actor);
    Result<BulkOutcome> bulk_pools(const BulkAction<Pool>& action, const Actor& actor);

private:
    Result<std::optional<Variable>> find_variable(const std::string& key);
    Result<std::optional<Connection>> find_connection(const std::string& conn_id);
    Result<std::optional<Pool>> find_pool(const std::string& name);
    Result<void> write_variables(const std::vector<Variable>& variables);
    Result<void> write_connections(const std::vector<Connection>& connections);
    void audit(std::string event, json::object extra, const Actor& actor);
    void audit_bulk(std::string event, std::string_view action, const BulkOutcome& outcome, const Actor& actor);

    Store& store_;
    const Secrets& secrets_;
    const Clock& clock_;
    std::mutex writing_;
};

}  // namespace gale
