// A connection to an Airflow's database, and the few words in which databases differ there.
#pragma once

#include <memory>
#include <string>

#include "store/sql/connection.hpp"

namespace gale::sql {

struct AirflowConnection {
    std::shared_ptr<void> keeps;  // what the connection needs, for as long as it lives
    std::unique_ptr<Connection> connection;
    std::string_view list_columns;  // a query with a place for a table's name: the names of its columns
    std::string_view bytes_as_hex;  // of the column that stands for "{}"
};

Result<AirflowConnection> connect_airflow(const std::string& url);

}  // namespace gale::sql
