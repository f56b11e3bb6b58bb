#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gale::zero_shot {

/// Where a file of Parquet that Spark wrote has Spark's own list of its columns. Spark sees no others.
inline constexpr char kSparkSchemaKey[] = "org.apache.spark.sql.parquet.row.metadata";

/// `schema` with the columns of labels behind its own; as it is when it is no such list.
std::string with_label_columns(std::string_view schema, const std::vector<std::string>& score_columns);

}  // namespace gale::zero_shot
