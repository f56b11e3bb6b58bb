#include "cli/output.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace gale {
namespace {

std::string printed(OutputFormat format, const std::vector<json::object>& rows) {
    std::ostringstream out;
    print_rows(out, format, rows);
    return out.str();
}

const std::vector<json::object> kRows{{{"dag_id", "a"}, {"is_paused", true}},
                                      {{"dag_id", "größe"}, {"is_paused", nullptr}}};

TEST(PrintRows, TableAlignsByCharactersNotBytes) {
    EXPECT_EQ(printed(OutputFormat::table, kRows),
              "dag_id | is_paused\n"
              "=======+==========\n"
              "a      | True     \n"
              "größe  | None     \n");
}

TEST(PrintRows, JsonAndYamlKeepTypes) {
    EXPECT_EQ(printed(OutputFormat::json, kRows),
              "[{\"dag_id\":\"a\",\"is_paused\":true},{\"dag_id\":\"größe\",\"is_paused\":null}]\n");
    EXPECT_EQ(printed(OutputFormat::yaml, {kRows[0]}), "- dag_id: \"a\"\n  is_paused: true\n");
    EXPECT_EQ(printed(OutputFormat::yaml, {}), "[]\n");
}

TEST(PrintRows, PlainIsForScripts) {
    EXPECT_EQ(printed(OutputFormat::plain, {kRows[0]}), "dag_id is_paused\na      True\n");
    EXPECT_EQ(printed(OutputFormat::plain, {}), "No data found\n");
}

}  // namespace
}  // namespace gale
