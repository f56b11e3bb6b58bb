#include "worker/python/msgpack_json.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string_view>

using namespace std::string_view_literals;

namespace gale {
namespace {

json::value random_value(std::mt19937& random, int depth) {
    switch (random() % (depth > 0 ? 8 : 6)) {
        case 0: return nullptr;
        case 1: return random() % 2 == 0;
        case 2: return static_cast<std::int64_t>(random()) - (std::int64_t{1} << 31);
        case 3: return static_cast<double>(random()) / 7.0;
        case 4: return json::value(std::string(random() % 300, 'x'));
        case 5: return json::value("größe \n\0"sv.substr(0, 8));
        case 6: {
            json::array list;
            for (size_t i = random() % 20; i > 0; --i) list.push_back(random_value(random, depth - 1));
            return list;
        }
        default: {
            json::object map;
            for (size_t i = random() % 20; i > 0; --i) map[std::to_string(random())] = random_value(random, depth - 1);
            return map;
        }
    }
}

TEST(Msgpack, GivesBackWhatItTook) {
    std::mt19937 random(7);
    for (int i = 0; i < 500; ++i) {
        const json::value value = random_value(random, 4);
        const auto back = from_msgpack(to_msgpack(value));
        ASSERT_TRUE(back) << back.error().to_string();
        ASSERT_TRUE(json::canonical(*back) == json::canonical(value)) << "value " << i;
    }
}

TEST(Msgpack, ReadsTheThreeSizesOfTimestamps) {
    using namespace std::string_literals;
    EXPECT_EQ(from_msgpack("\xd6\xff\x00\x00\x00\x01"s)->as_string(), "1970-01-01T00:00:01Z");
    // 500 ms in 30 bits of nanoseconds, one second in 34 bits.
    EXPECT_EQ(from_msgpack("\xd7\xff\x77\x35\x94\x00\x00\x00\x00\x01"s)->as_string(), "1970-01-01T00:00:01.500000Z");
    EXPECT_EQ(from_msgpack("\xc7\x0c\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"s)->as_string(),
              "1969-12-31T23:59:59Z");
}

TEST(Msgpack, WhatItGivesCanBeReadAsJson) {
    using namespace std::string_literals;
    EXPECT_FALSE(from_msgpack("\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"s));  // NaN
    EXPECT_FALSE(from_msgpack("\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00"s));  // infinity
    for (const auto& bytes : {"\xa2\xff\xfe"s, "\xc4\x02\xff\xfe"s}) {
        EXPECT_TRUE(json::parse(json::serialize(from_msgpack(bytes).value())));
    }
    EXPECT_FALSE(from_msgpack(std::string(60, '\x91') + "\xc0"));
}

TEST(Msgpack, RefusesWhatIsCutAnywhere) {
    const std::string whole =
        to_msgpack(json::parse(R"({"type":"SetXCom","value":[1,2.5,"text",{"a":null}]})").value());
    for (size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(from_msgpack(whole.substr(0, size))) << size;
    EXPECT_FALSE(from_msgpack(whole + "x"));
}

TEST(Msgpack, RefusesUnknownExtensionsOddKeysAndDepth) {
    using namespace std::string_literals;
    EXPECT_FALSE(from_msgpack("\xd4\x05\x01"s));
    EXPECT_FALSE(from_msgpack("\x81\x01\x02"s));
    EXPECT_FALSE(from_msgpack(std::string(100'000, '\x91')));
}

TEST(FromMsgpack, MakesNoRoomForElementsThatItsBytesCannotHold) {
    using namespace std::string_literals;
    for (const auto& bytes : {"\xdd\xff\xff\xff\xff"s, "\xdf\xff\xff\xff\xff"s, "\xdb\xff\xff\xff\xff"s}) {
        const auto value = from_msgpack(bytes);
        ASSERT_FALSE(value);
        EXPECT_EQ(value.error().code(), ErrorCode::data_corrupt);
    }
}

}  // namespace
}  // namespace gale
