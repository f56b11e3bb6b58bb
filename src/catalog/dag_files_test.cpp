#include "catalog/dag_files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace gale {
namespace {

namespace fs = std::filesystem;

class DagFiles : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "dag_files_XXXXXX").native();
        root_ = ::mkdtemp(pattern.data());
    }
    void TearDown() override { fs::remove_all(root_); }

    void write(const fs::path& relative, const std::string& text = "from airflow import DAG") {
        fs::create_directories((root_ / relative).parent_path());
        std::ofstream(root_ / relative) << text;
    }
    std::vector<std::string> found(DiscoveryOptions options = {}) {
        const auto all = find_dag_files(root_, options).value();
        std::vector<std::string> names;
        for (const auto& file : all.files) names.push_back(file.relative.native());
        return names;
    }

    fs::path root_;
};

using Names = std::vector<std::string>;

TEST_F(DagFiles, LooksIntoSubfoldersButNotIntoHiddenOnes) {
    write("a.py");
    write("team/b.py");
    write(".git/c.py");
    write("__pycache__/d.py");
    write("notes.txt");
    EXPECT_EQ(found(), (Names{"a.py", "team/b.py"}));
}

TEST_F(DagFiles, SafeModeWantsTheWords) {
    write("helper.py", "import os");
    write("dag.py", "import AIRFLOW  # a Dag");
    EXPECT_EQ(found(), Names{"dag.py"});
    EXPECT_EQ(found({IgnoreSyntax::glob, false}), (Names{"dag.py", "helper.py"}));
}

TEST_F(DagFiles, ObeysIgnoreFilesAtEachLevel) {
    write(".airflowignore", "drafts/\nold_*.py\n");
    write("old_a.py");
    write("drafts/b.py");
    write("team/old_c.py");
    write("team/.airflowignore", "!old_c.py\nsecret.py\n");
    write("team/secret.py");
    EXPECT_EQ(found(), Names{"team/old_c.py"});
}

TEST_F(DagFiles, WalksALoopOfLinksOnce) {
    write("team/a.py");
    fs::create_directory_symlink(root_, root_ / "team" / "loop");
    EXPECT_EQ(found(), Names{"team/a.py"});
}

TEST_F(DagFiles, AMissingFolderSaysWhatToDo) {
    const auto folder = find_dag_files(root_ / "none", {});
    ASSERT_FALSE(folder);
    EXPECT_NE(folder.error().message().find("AIRFLOW__CORE__DAGS_FOLDER"), std::string::npos);
}

}  // namespace
}  // namespace gale
