// Against the real Python half: ./dev setup has made its environment.
#include "worker/python/file_parser.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <thread>

namespace gale {
namespace {

namespace fs = std::filesystem;

class FileParserTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "file_parser_XXXXXX").native();
        folder_ = ::mkdtemp(pattern.data());
    }
    void TearDown() override { fs::remove_all(folder_); }

    Result<json::object> parse(const std::string& source, Duration limit = std::chrono::seconds{20}) {
        std::ofstream(folder_ / "dag.py") << source;
        return parser_.parse(folder_ / "dag.py", folder_, limit);
    }
    std::string error_of(const std::string& source, Duration limit = std::chrono::seconds{20}) {
        const auto parsed = parse(source, limit);
        return parsed ? json::get_string_or(*parsed, "import_error", "").value() : parsed.error().to_string();
    }

    fs::path folder_;
    FileParser parser_{PythonOptions{GALE_TEST_PYTHON, GALE_TEST_PYTHONPATH, "/nowhere"}};
};

constexpr const char* kGood = "from airflow.sdk import DAG\nwith DAG('good', schedule=None):\n    pass\n";

TEST_F(FileParserTest, GivesTheFilesDags) {
    const auto parsed = parse(kGood);
    ASSERT_TRUE(parsed) << parsed.error().to_string();
    ASSERT_EQ(parsed->at("dags").as_array().size(), 1u);
    EXPECT_EQ(parsed->at("dags").as_array()[0].as_object().at("dag_id").as_string(), "good");
}

TEST_F(FileParserTest, SurvivesFilesThatHangCrashOrExit) {
    EXPECT_NE(error_of("while True: pass\n", std::chrono::milliseconds{300}).find("dagbag_import_timeout"),
              std::string::npos);
    EXPECT_TRUE(error_of(kGood).empty());
    EXPECT_NE(error_of("import ctypes; ctypes.string_at(0)\n").find("SIGSEGV"), std::string::npos);
    EXPECT_TRUE(error_of(kGood).empty());
    EXPECT_NE(error_of("import os; os._exit(3)\n").find("exit code 3"), std::string::npos);
    EXPECT_NE(error_of("def f(:\n").find("SyntaxError"), std::string::npos);
    EXPECT_TRUE(error_of(kGood).empty());
}

TEST_F(FileParserTest, StopsAParseFromAnotherThread) {
    std::ofstream(folder_ / "started.py") << "";
    std::jthread stopper([&] {
        while (!fs::exists(folder_ / "running")) std::this_thread::yield();
        parser_.stop();
    });
    const auto parsed = parse("open('" + (folder_ / "running").native() + "', 'w').close()\nwhile True: pass\n");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code(), ErrorCode::cancelled);
}

TEST_F(FileParserTest, AnInterpreterThatIsMissingIsNamed) {
    FileParser parser(PythonOptions{"/no/such/python", GALE_TEST_PYTHONPATH, "/nowhere"});
    const auto parsed = parser.parse("/nowhere/x.py", "/nowhere", std::chrono::seconds{1});
    ASSERT_FALSE(parsed);
    EXPECT_NE(parsed.error().to_string().find("/no/such/python"), std::string::npos);
}

}  // namespace
}  // namespace gale
