// Old rows go from the metadata database, when a person asks (`gale db clean`) or by age (retention).
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "service/run_service.hpp"
#include "store/store.hpp"

namespace gale {

struct CleanRequest {
    TimePoint before;
    std::vector<std::string> tables;  // empty: all that can be cleaned
    std::vector<std::string> dag_ids, excluded_dag_ids;
    bool archives = true;   // keep what goes in tables _airflow_deleted__…
    int batch_size = 1000;  // rows removed in one transaction; others write between two
};

struct CleanedTable {
    std::string table;
    std::int64_t rows = 0;
};

// The tables that the request means, in the order in which they are cleaned. invalid_argument: an unknown one.
Result<std::vector<std::string>> tables_to_clean(Store& store, const CleanRequest& request);
Result<std::int64_t> count_old_rows(Store& store, const CleanRequest& request, const std::string& table);

// As the name of an archive has it: "20260102030405".
std::string archive_time(TimePoint time);

// Removes what is old, a batch at a time, until nothing is left or it is told to stop. `on_batch` is called after each
// with the table and how many went in it. What went is in the audit log, also when an error ended it.
Result<std::vector<CleanedTable>> clean_database(
    Store& store, const Clock& clock, const CleanRequest& request, const Actor& actor, const std::string& event,
    const std::function<void(const std::string& table, std::int64_t)>& on_batch, std::stop_token stop = {});

}  // namespace gale
