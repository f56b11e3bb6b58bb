#include "executor/frame.hpp"

#include <gtest/gtest.h>

#include <random>

namespace gale {
namespace {

TEST(FrameReader, GivesBackTheFramesHoweverTheBytesArrive) {
    std::mt19937 random(7);
    std::vector<std::string> sent;
    std::string stream;
    for (int i = 0; i < 200; ++i) {
        sent.push_back(std::string(random() % 5000, static_cast<char>(random())));
        stream += *to_frame(sent.back());
    }
    FrameReader reader;
    std::vector<std::string> received;
    for (size_t at = 0; at < stream.size();) {
        const size_t count = std::min<size_t>(1 + random() % 3000, stream.size() - at);
        reader.feed(std::string_view(stream).substr(at, count));
        at += count;
        for (auto frame = reader.next(); *frame; frame = reader.next()) received.push_back(**frame);
    }
    EXPECT_EQ(received, sent);
    EXPECT_TRUE(reader.empty());
}

TEST(FrameReader, RefusesALengthNobodySends) {
    FrameReader reader;
    reader.feed("HTTP/1.1 200 OK");
    const auto frame = reader.next();
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().code(), ErrorCode::data_corrupt);
}

}  // namespace
}  // namespace gale
