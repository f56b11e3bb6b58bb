#include "worker/spool.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

namespace gale {
namespace {

namespace fs = std::filesystem;

class SpoolTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "spool_XXXXXX").native();
        folder_ = ::mkdtemp(pattern.data());
    }
    void TearDown() override { fs::remove_all(folder_); }

    static TryFinished report(const char* id) {
        TryFinished finished;
        finished.id = TaskInstanceId(id);
        finished.at = TimePoint{std::chrono::microseconds{1'700'000'000'123'456}};
        finished.outcome = TaskState::success;
        finished.xcom = json::object{{"type", "SetXCom"}, {"value", "last line"}};
        return finished;
    }

    fs::path folder_;
};

TEST_F(SpoolTest, KeepsReportsForTheNextWorker) {
    ASSERT_TRUE(Spool(folder_ / "spool").keep(report("a")));
    const auto loaded = Spool(folder_ / "spool").load();
    ASSERT_EQ(loaded.size(), 1u);
    EXPECT_EQ(loaded[0].id, TaskInstanceId("a"));
    EXPECT_EQ(loaded[0].at, report("a").at);
    EXPECT_EQ(loaded[0].outcome, TaskState::success);
    EXPECT_EQ(loaded[0].xcom->at("value").as_string(), "last line");
    Spool(folder_ / "spool").remove(TaskInstanceId("a"));
    EXPECT_TRUE(Spool(folder_ / "spool").load().empty());
}

TEST_F(SpoolTest, PutsAsideWhatItCannotRead) {
    const Spool spool(folder_);
    ASSERT_TRUE(spool.keep(report("good")));
    std::ofstream(folder_ / "bad.json") << "{\"op\": \"finished\", \"id\"";
    EXPECT_EQ(spool.load().size(), 1u);
    EXPECT_TRUE(fs::exists(folder_ / "bad.json.unreadable"));
    EXPECT_FALSE(fs::exists(folder_ / "bad.json"));
}

TEST_F(SpoolTest, SaysWhereItCannotWrite) {
    std::ofstream(folder_ / "file") << "no folder";
    const auto kept = Spool(folder_ / "file").keep(report("a"));
    ASSERT_FALSE(kept);
    EXPECT_NE(kept.error().to_string().find((folder_ / "file").native()), std::string::npos);
}

}  // namespace
}  // namespace gale
