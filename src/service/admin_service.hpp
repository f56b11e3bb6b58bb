// Variables, connections and pools, as people manage them. Values are encrypted at rest and decrypted for their reader.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "service/run_service.hpp"
#include "service/secrets.hpp"
#include "store/store.hpp"

namespace gale {

enum class WriteMode { create, replace };  // create: already_exists when it is there; replace: not_found when it is not

class AdminService {
public:
    AdminService(Store& store, const Secrets& secrets, const Clock& clock)
        : store_(store), secrets_(secrets), clock_(clock) {}

    Result<Variable> get_variable(const std::string& key);
    Result<PageOf<Variable>> list_variables(const std::optional<std::string>& prefix, const Page& page);
    // invalid_argument: the key is empty or longer than 250 bytes.
    Result<void> write_variable(Variable variable, WriteMode mode, const Actor& actor);
    Result<void> delete_variable(const std::string& key, const Actor& actor);

    Result<Connection> get_connection(const std::string& conn_id);
    Result<PageOf<Connection>> list_connections(const Page& page);
    // invalid_argument: the id has other characters than A-Z, a-z, 0-9 and "_.-:()@/#\", or the port is no port.
    Result<void> write_connection(Connection connection, WriteMode mode, const Actor& actor);
    Result<void> delete_connection(const std::string& conn_id, const Actor& actor);

    // invalid_argument: the name is empty, or the slots are fewer than -1 (which means unlimited).
    Result<void> write_pool(const Pool& pool, WriteMode mode, const Actor& actor);
    Result<void> delete_pool(const PoolName& name, const Actor& actor);

private:
    void audit(std::string event, json::object extra, const Actor& actor);
    Store& store_;
    const Secrets& secrets_;
    const Clock& clock_;
};

}  // namespace gale
