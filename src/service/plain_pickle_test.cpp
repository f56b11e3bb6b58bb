#include "service/detail/plain_pickle.hpp"

#include <gtest/gtest.h>

namespace gale::detail {
namespace {

std::string bytes(std::string_view hex) {
    std::string out;
    for (size_t i = 0; i + 1 < hex.size(); i += 2)
        out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return out;
}
std::string read(std::string_view hex) {
    const auto value = read_plain_pickle(bytes(hex));
    return value ? json::serialize(*value) : std::string(error_traits(value.error().code()).name);
}

constexpr std::string_view kProtocol4 =
    "8004953b000000000000007d94288c016b945d94284b018c0374776f944e884afbffffff4a70110100473ff8000000000000"
    "658c016e947d948c0178944b014b02869473752e";
constexpr std::string_view kProtocol2 =
    "80027d71002858010000006b71015d7102284b01580300000074776f71034e884afbffffff4a70110100473ff80000000000"
    "006558010000006e71047d710558010000007871064b014b0286710773752e";

// Made by Python's pickle.dumps.
TEST(PlainPickle, PlainDataIsRead) {
    // {"k": [1, "two", None, True, -5, 70000, 1.5], "n": {"x": (1, 2)}}, protocol 4 and 2
    EXPECT_EQ(read(kProtocol4), R"({"k":[1,"two",null,true,-5,70000,1.5E0],"n":{"x":[1,2]}})");
    EXPECT_EQ(read(kProtocol2), R"({"k":[1,"two",null,true,-5,70000,1.5E0],"n":{"x":[1,2]}})");
    EXPECT_EQ(read("80047d942e"), "{}");
    EXPECT_EQ(read("80054b072e"), "7");
    EXPECT_EQ(read("80028a05000000000a2e"), "42949672960");
    EXPECT_EQ(read("80028a01fb2e"), "-5");
}

TEST(PlainPickle, ObjectsAreRefusedAndNeverMade) {
    // os.system("true"), as an exploit has it: GLOBAL, REDUCE
    EXPECT_EQ(read("8002636f730a73797374656d0a580400000074727565855271002e"), "unsupported");
    EXPECT_EQ(read("80049588000000000000008c086275696c74696e73948c057072696e7494932e"), "unsupported");
}

TEST(PlainPickle, WhatIsCutOffOrMadeUpIsAnError) {
    const std::string whole = bytes(kProtocol4);
    for (size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(read_plain_pickle(std::string_view(whole).substr(0, size))) << size;
    }
    for (const auto* hex : {"80042e", "8004752e", "8004612e", "80044b01612e", "8004282e", "800468012e", "80048cff612e"})
        EXPECT_FALSE(read_plain_pickle(bytes(hex))) << hex;
    std::string deep = "\x80\x04";
    for (int i = 0; i < 100'000; ++i) deep += ']';
    for (int i = 0; i < 99'999; ++i) deep += 'a';
    EXPECT_FALSE(read_plain_pickle(deep + '.'));
    std::string many = "\x80\x04";
    many += std::string(2'000'000, 'N');
    EXPECT_FALSE(read_plain_pickle(many + '.'));
}

}  // namespace
}  // namespace gale::detail
