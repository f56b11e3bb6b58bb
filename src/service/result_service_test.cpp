// Results: which values and files count, and that no path leads out of the result folders.
#include "service/result_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/hash.hpp"
#include "service/detail/media_type.hpp"
#include "service/detail/result_file.hpp"
#include "service/detail/result_value.hpp"

namespace gale::detail {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ResultFileTest : public testing::Test {
protected:
    void SetUp() override {
        root_ = fs::canonical(fs::temp_directory_path()) / ("gale_results_" + uuid7());
        fs::create_directories(folder() / "inner");
        fs::create_directories(root_ / "results_beside");
        put(folder() / "report.html", "<!doctype html><p>hello");
        put(folder() / "inner" / "a.csv", "a,b\n1,2\n");
        put(root_ / "secret.txt", "secret");
        put(root_ / "results_beside" / "b.txt", "beside");
        folders_ = {folder()};
    }
    void TearDown() override {
        std::error_code ignored;
        fs::remove_all(root_, ignored);
    }
    fs::path folder() const { return root_ / "results"; }
    static void put(const fs::path& path, std::string_view text) { ASSERT_TRUE(write_file_atomically(path, text)); }
    Error error_of(const std::string& path) {
        auto opened = open_result_file(path, folders_);
        EXPECT_FALSE(opened) << path;
        return opened ? Error(ErrorCode::internal, "it was opened") : opened.error();
    }
    std::string content_of_file(const std::string& path) {
        auto opened = open_result_file(path, folders_);
        EXPECT_TRUE(opened) << opened.error().to_string();
        return opened ? read_some(opened->file, 1000, path).value() : "";
    }

    fs::path root_;
    std::vector<fs::path> folders_;
};

TEST_F(ResultFileTest, OpensFilesBelowAFolder) {
    EXPECT_EQ(content_of_file(folder() / "report.html"), "<!doctype html><p>hello");
    EXPECT_EQ(content_of_file(folder() / "inner" / "a.csv"), "a,b\n1,2\n");
    EXPECT_EQ(content_of_file(folder().native() + "//inner/./a.csv"), "a,b\n1,2\n");
    folders_ = {folder().native() + "/"};
    EXPECT_EQ(open_result_file(folder() / "report.html", folders_).value().bytes, 23);
}

TEST_F(ResultFileTest, FollowsALinkThatStaysWithin) {
    fs::create_symlink(folder() / "inner" / "a.csv", folder() / "latest.csv");
    fs::create_directory_symlink(folder() / "inner", folder() / "today");
    EXPECT_EQ(content_of_file(folder() / "latest.csv"), "a,b\n1,2\n");
    EXPECT_EQ(content_of_file(folder() / "today" / "a.csv"), "a,b\n1,2\n");
}

TEST_F(ResultFileTest, TakesTheFolderByItsLinkAndByItsPlace) {
    fs::create_directory_symlink(folder(), root_ / "linked");
    folders_ = {root_ / "linked"};
    EXPECT_EQ(content_of_file(root_ / "linked" / "report.html"), "<!doctype html><p>hello");
    EXPECT_EQ(content_of_file(folder() / "report.html"), "<!doctype html><p>hello");
}

TEST_F(ResultFileTest, NothingLeadsOut) {
    fs::create_symlink(root_ / "secret.txt", folder() / "link.txt");
    fs::create_symlink("../secret.txt", folder() / "relative.txt");
    fs::create_directory_symlink(root_, folder() / "up");
    for (const std::string& path :
         {folder().native() + "/link.txt", folder().native() + "/relative.txt", folder().native() + "/up/secret.txt"}) {
        const auto error = error_of(path);
        EXPECT_EQ(error.code(), ErrorCode::permission_denied) << path;
        EXPECT_THAT(error.message(), HasSubstr("a link out of the folders"));
    }
    EXPECT_THAT(error_of(folder().native() + "/../secret.txt").message(), HasSubstr("holds \"..\""));
    EXPECT_THAT(error_of(folder().native() + "/inner/../report.html").message(), HasSubstr("holds \"..\""));
    for (const std::string path : {(root_ / "secret.txt").native(), (root_ / "results_beside" / "b.txt").native(),
                                   std::string("/etc/passwd"), std::string("relative.txt"), std::string()}) {
        const auto error = error_of(path);
        EXPECT_EQ(error.code(), ErrorCode::permission_denied) << path;
        EXPECT_THAT(error.message(), HasSubstr("[gale] result_folders"));
    }
}

TEST_F(ResultFileTest, DoesNotTellWhetherAFileElsewhereExists) {
    const auto there = error_of((root_ / "secret.txt").native()).message();
    const auto not_there = error_of((root_ / "nosuch.txt").native()).message();
    EXPECT_EQ(there.substr(there.find(" is not")), not_there.substr(not_there.find(" is not")));
}

TEST_F(ResultFileTest, OnlyRegularFilesAreOpened) {
    const fs::path fifo = folder() / "pipe.csv";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0644), 0);
    EXPECT_THAT(error_of(fifo).message(), HasSubstr("is a pipe, socket or device"));
    EXPECT_THAT(error_of(folder() / "inner").message(), HasSubstr("is a folder"));
    const Fd server(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = folder() / "s";
    if (name.size() < sizeof address.sun_path) {
        name.copy(address.sun_path, name.size());
        ASSERT_EQ(::bind(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_THAT(error_of(name).message(), HasSubstr("is a pipe, socket or device"));
    }
    // A device, when one is below a folder.
    folders_ = {"/dev"};
    EXPECT_THAT(error_of("/dev/zero").message(), HasSubstr("is a pipe, socket or device"));
}

TEST_F(ResultFileTest, NamesWhatIsMissingOrMeaningless) {
    EXPECT_EQ(error_of(folder() / "gone.html").code(), ErrorCode::not_found);
    EXPECT_EQ(error_of(folder() / "report.html" / "x").code(), ErrorCode::not_found);
    EXPECT_THAT(error_of(folder().native() + "/report.html" + std::string("\0.png", 5)).message(),
                HasSubstr("NUL byte"));
    fs::create_symlink("loop", folder() / "loop");
    EXPECT_EQ(error_of(folder() / "loop").code(), ErrorCode::permission_denied);
    EXPECT_FALSE(open_result_file(folder().native() + "/" + std::string(5000, 'x'), folders_));
    folders_ = {};
    EXPECT_THAT(error_of(folder() / "report.html").message(), HasSubstr("there is none"));
}

TEST(ResultPath, IsAPathOrAFileUri) {
    EXPECT_EQ(named_path("/a/b.html"), "/a/b.html");
    EXPECT_EQ(named_path("file:///a/b%20c.html"), "/a/b c.html");
    EXPECT_EQ(named_path("file://localhost/a.html"), "/a.html");
    EXPECT_EQ(named_path("file:///a.html?x#y"), "/a.html");
    EXPECT_EQ(named_path("file:///a%2e%2E/b%zz%4"), "/a../b%zz%4");
    EXPECT_EQ(named_path(std::string("file:///a%00b")), std::string("/a\0b", 4));
    EXPECT_EQ(named_path("file://elsewhere/a.html"), std::nullopt);
    EXPECT_EQ(named_path("file:a.html"), std::nullopt);
    EXPECT_EQ(named_path("a/b.html"), std::nullopt);
    EXPECT_EQ(named_path("https://x/a.html"), std::nullopt);
    EXPECT_EQ(named_path("/usr/bin: not found\nsecond line"), std::nullopt);
    EXPECT_EQ(named_path(""), std::nullopt);
}

TEST(MediaType, ByNameThenByContent) {
    EXPECT_EQ(media_type_of_name("Report.HTML"), "text/html");
    EXPECT_EQ(media_type_of_name("a.tar.gz"), kBytesMediaType);
    EXPECT_EQ(media_type_of_name("a.js"), std::nullopt);
    EXPECT_EQ(media_type_of_name(".html"), std::nullopt);
    EXPECT_EQ(sniff_media_type("\n <!DOCTYPE html>"), "text/html");
    EXPECT_EQ(sniff_media_type("<?xml version='1.0'?><svg>"), "image/svg+xml");
    EXPECT_EQ(sniff_media_type("\x89PNG\r\n\x1a\n…"), "image/png");
    EXPECT_EQ(sniff_media_type("RIFF1234WEBP"), "image/webp");
    EXPECT_EQ(sniff_media_type("RIFF"), "text/plain");
    EXPECT_EQ(sniff_media_type("{\"a\":1}"), "application/json");
    EXPECT_EQ(sniff_media_type("alert(1)"), "text/plain");
    EXPECT_EQ(sniff_media_type(""), "text/plain");
    EXPECT_EQ(sniff_media_type(std::string_view("a\0b", 3)), kBytesMediaType);
    EXPECT_EQ(sniff_media_type("\xff\xfe"), kBytesMediaType);
}

std::vector<std::string> pointers_of(const json::value& value, const ValueWalk& limits = {}) {
    std::vector<std::string> found;
    walk_strings(value, limits, [&](const std::string& pointer, std::string_view text) {
        found.push_back(pointer + "=" + std::string(text));
        return true;
    });
    return found;
}

TEST(ResultValue, StringsAreFoundByPointersThatLeadBack) {
    const auto value = json::parse(R"({"a/b":["x",{"~":"y"}],"n":1,"c":"z"})").value();
    EXPECT_EQ(pointers_of(value), (std::vector<std::string>{"/a~1b/0=x", "/a~1b/1/~0=y", "/c=z"}));
    EXPECT_EQ(*at_pointer(value, "/a~1b/1/~0"), "y");
    EXPECT_EQ(at_pointer(value, ""), &value);
    for (const char* wrong : {"/a~1b/9", "/a~1b/-", "/nosuch", "a", "/c/0", "/~9", "/a~1b/00"})
        EXPECT_EQ(at_pointer(value, wrong), nullptr) << wrong;
}

TEST(ResultValue, WalksEndAtTheirLimits) {
    json::array many(100, "x");
    EXPECT_EQ(pointers_of(many, {.max_depth = 8, .max_nodes = 11}).size(), 10u);
    json::value deep = "x";
    for (int i = 0; i < 20; ++i) deep = json::array{deep, "near"};
    EXPECT_EQ(pointers_of(deep, {.max_depth = 2, .max_nodes = 100}),
              (std::vector<std::string>{"/0/1=near", "/1=near"}));
}

TEST(ResultValue, WhatIsWorthLookingAt) {
    EXPECT_EQ(content_of(42), std::nullopt);
    EXPECT_EQ(content_of("a word"), std::nullopt);
    EXPECT_EQ(content_of(json::object()), std::nullopt);
    EXPECT_EQ(content_of(json::array{1, 2, 3})->media_type, "application/json");
    EXPECT_EQ(content_of("one\ntwo")->media_type, "text/plain");
    EXPECT_EQ(content_of("<html><p>x")->media_type, "text/html");
    const auto image = content_of("data:image/png;base64,iVBORw0KGgo=").value();
    EXPECT_EQ(image.media_type, "image/png");
    EXPECT_EQ(image.text, "\x89PNG\r\n\x1a\n");
    EXPECT_EQ(content_of("data:image/svg+xml,%3Csvg/%3E")->text, "<svg/>");
    EXPECT_EQ(content_of("data:image/png;base64,!!"), std::nullopt);
    EXPECT_EQ(content_of("data:image/x-evil;base64,AAAA"), std::nullopt);
}

}  // namespace
}  // namespace gale::detail
