#include "weights/safetensors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>

#include "classifier/temporary_folder.hpp"

namespace gale::zero_shot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string with_header(std::string_view header, std::string_view data,
                        std::uint64_t length = std::numeric_limits<std::uint64_t>::max()) {
    if (length == std::numeric_limits<std::uint64_t>::max()) length = header.size();
    std::string file;
    for (int shift = 0; shift < 64; shift += 8) file += static_cast<char>((length >> shift) & 0xFF);
    return file.append(header).append(data);
}

auto parse(std::string_view file) {
    return parse_safetensors(std::as_bytes(std::span(file)), "w.safetensors");
}

std::string error_of(std::string_view file) {
    const auto parsed = parse(file);
    return parsed ? "no error" : parsed.error().message;
}

constexpr std::string_view kTwoTensors =
    R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},)"
    R"("b":{"dtype":"I64","shape":[],"data_offsets":[8,16]}})";

TEST(Safetensors, GivesViewsOfEachTensor) {
    const std::string file = with_header(kTwoTensors, std::string(16, 'x'));
    const auto tensors = parse(file);
    ASSERT_TRUE(tensors) << tensors.error().message;
    ASSERT_EQ(tensors->size(), 2U);
    const TensorView& a = tensors->at("a");
    EXPECT_EQ(a.type, TensorType::kF32);
    EXPECT_THAT(a.shape, ElementsAre(1, 2));
    EXPECT_EQ(static_cast<const void*>(a.bytes.data()), file.data() + 8 + kTwoTensors.size());
    EXPECT_EQ(tensors->at("b").bytes.size(), 8U);
    EXPECT_TRUE(tensors->at("b").shape.empty());
}

TEST(Safetensors, NamesTheTensorThatATruncatedFileCutsOff) {
    const std::string whole = with_header(kTwoTensors, std::string(16, 'x'));
    EXPECT_THAT(error_of(whole.substr(0, whole.size() - 1)),
                testing::AllOf(HasSubstr("w.safetensors"), HasSubstr("tensor b"), HasSubstr("cut off")));
}

TEST(Safetensors, RefusesEveryPrefixOfAFile) {
    const std::string whole = with_header(kTwoTensors, std::string(16, 'x'));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(parse(whole.substr(0, size))) << size;
    }
}

TEST(Safetensors, RefusesHeadersThatLie) {
    const auto one = [](std::string_view entry, std::string_view data) {
        return error_of(with_header(std::string(R"({"a":)").append(entry).append("}"), data));
    };
    EXPECT_THAT(one("7", ""), HasSubstr("entry a is no object"));
    EXPECT_THAT(one(R"({"dtype":"F99","shape":[],"data_offsets":[0,4]})", "1234"), HasSubstr("dtype"));
    EXPECT_THAT(one(R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})", "1234"), HasSubstr("lacks a shape"));
    EXPECT_THAT(one(R"({"dtype":"F32","shape":[1],"data_offsets":[0]})", "1234"), HasSubstr("data_offsets"));
    EXPECT_THAT(one(R"({"dtype":"F32","shape":[1],"data_offsets":[4,0]})", "1234"), HasSubstr("should end"));
    EXPECT_THAT(one(R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})", "1234"),
                HasSubstr("shape [2] and type F32 has 4 bytes"));
}

TEST(Safetensors, RefusesAShapeWhoseProductOverflows) {
    const std::string header = R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,0]}})";
    EXPECT_THAT(error_of(with_header(header, "")), HasSubstr("has 0 bytes"));
}

TEST(Safetensors, RefusesAFileOfAnotherKind) {
    EXPECT_THAT(error_of("PK\x03\x04 some zip archive"), HasSubstr("is it safetensors?"));
    EXPECT_THAT(error_of(with_header("[1]", "")), HasSubstr("no JSON object"));
    EXPECT_THAT(error_of(with_header("{\"a\"", "")), HasSubstr("no JSON"));
}

TEST(SafetensorsFile, ComparesShapesWithTheWantedOnes) {
    const TemporaryFolder folder;
    const auto file =
        SafetensorsFile::open(folder.write("w.safetensors", with_header(kTwoTensors, std::string(16, 'x'))));
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_TRUE(file->get("a", std::array<std::size_t, 2>{1, 2}));
    const auto other = file->get("a", std::array<std::size_t, 2>{2, 1});
    ASSERT_FALSE(other);
    EXPECT_THAT(other.error().message, HasSubstr("shape [1, 2]"));
    EXPECT_THAT(other.error().message, HasSubstr("[2, 1]"));
    const auto missing = file->get("c", std::array<std::size_t, 1>{1});
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("no tensor c"));
}

TEST(SafetensorsFile, NamesAFileThatIsNotThere) {
    const auto file = SafetensorsFile::open("/no/such/model.safetensors");
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().kind, ErrorKind::kDisk);
    EXPECT_THAT(file.error().message, HasSubstr("/no/such/model.safetensors"));
}

}  // namespace
}  // namespace gale::zero_shot
