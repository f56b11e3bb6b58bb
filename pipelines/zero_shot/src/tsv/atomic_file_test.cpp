#include "tsv/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace gale::zero_shot {
namespace {

namespace fs = std::filesystem;

class AtomicFile : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "atomic_XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { fs::remove_all(folder_); }
    static std::string read(const fs::path& path) {
        std::ostringstream text;
        text << std::ifstream(path, std::ios::binary).rdbuf();
        return text.str();
    }
    std::size_t entries() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), {})); }
    fs::path folder_;
};

TEST_F(AtomicFile, MakesParentsAndReplacesAnOldFile) {
    const std::string path = folder_ / "a/b/data.csv";
    ASSERT_TRUE(write_file_atomically(path, "old"));
    ASSERT_TRUE(write_file_atomically(path, "new"));
    EXPECT_EQ(read(path), "new");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "a/b"), {}), 1);
}

TEST_F(AtomicFile, IsReadableByOthersAsTheUmaskSays) {
    const mode_t before = ::umask(022);
    ASSERT_TRUE(write_file_atomically(folder_ / "f", "x"));
    ::umask(before);
    struct stat info{};
    ASSERT_EQ(::stat((folder_ / "f").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0644U);
}

TEST_F(AtomicFile, LeavesTheOldFileAndNoRestWhenTheDiskTakesNoMore) {
    const std::string path = folder_ / "data.csv";
    ASSERT_TRUE(write_file_atomically(path, "old"));
    // A file size limit fails the write as a full disk does, without needing one.
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    const auto written = write_file_atomically(path, std::string(10000, 'x'));
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::kDisk);
    EXPECT_NE(written.error().message.find("write 10000 bytes to " + path), std::string::npos);
    EXPECT_EQ(read(path), "old");
    EXPECT_EQ(entries(), 1U);
}

TEST_F(AtomicFile, NamesAFileThatStandsWhereAFolderIsNeeded) {
    ASSERT_TRUE(write_file_atomically(folder_ / "f", "x"));
    const auto below = write_file_atomically(folder_ / "f/g/data.csv", "x");
    ASSERT_FALSE(below);
    EXPECT_NE(below.error().message.find("a file stands where a folder is needed"), std::string::npos)
        << below.error().message;
    const auto folder = write_file_atomically(folder_, "x");
    ASSERT_FALSE(folder);
    EXPECT_NE(folder.error().message.find("Is a directory"), std::string::npos);
}

TEST_F(AtomicFile, NamesAFolderThatCannotBeWritten) {
    const auto written = write_file_atomically("/proc/data.csv", "x");
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find("cannot write into the folder /proc"), std::string::npos)
        << written.error().message;
}

}  // namespace
}  // namespace gale::zero_shot
