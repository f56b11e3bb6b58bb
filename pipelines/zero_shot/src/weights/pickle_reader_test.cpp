#include "weights/pickle_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gale::zero_shot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::string_literals;

auto read(const std::string& pickle) {
    return read_state_dict(std::as_bytes(std::span(pickle)), "weights.bin");
}

std::string error_of(const std::string& pickle) {
    const auto read_back = read(pickle);
    return read_back ? "no error" : read_back.error().message;
}

/// {'w': tensor of shape [2, 3] in storage '0', from element 1}, as protocol 2 writes it.
const std::string kTensor =
    "\x80\x02}X\x01\x00\x00\x00w"s
    "ctorch._utils\n_rebuild_tensor_v2\n(("
    "X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x00"
    "0X\x03\x00\x00\x00"s
    "cpuK\x07tQ"
    "K\x01K\x02K\x03\x86K\x03K\x01\x86\x89)tR"
    "s."s;

TEST(PickleReader, ReadsATensor) {
    const auto tensors = read(kTensor);
    ASSERT_TRUE(tensors) << tensors.error().message;
    const auto& tensor = tensors->at("w");
    EXPECT_EQ(tensor.storage, "0");
    EXPECT_EQ(tensor.offset, 1U);
    EXPECT_EQ(tensor.type, TensorType::kF32);
    EXPECT_THAT(tensor.shape, ElementsAre(2, 3));
    EXPECT_THAT(tensor.strides, ElementsAre(3, 1));
}

TEST(PickleReader, ExecutesNothing) {
    EXPECT_THAT(error_of("\x80\x02"s + "cos\nsystem\n(X\x04\x00\x00\x00"s + "truetR."),
                HasSubstr("it names os.system"));
    EXPECT_THAT(error_of("\x80\x04\x8c\x08"s + "builtins\x8c\x04"s + "eval\x93."s),
                HasSubstr("it names builtins.eval"));
    EXPECT_THAT(error_of("\x80\x02(X\x01\x00\x00\x00xios\nsystem\n."s), HasSubstr("opcode"));
}

TEST(PickleReader, NamesWhatIsCutOff) {
    for (std::size_t size = 0; size < kTensor.size(); ++size) {
        EXPECT_FALSE(read(kTensor.substr(0, size))) << size;
    }
}

TEST(PickleReader, NamesAStateThatIsNoDict) {
    EXPECT_THAT(error_of("\x80\x02K\x01."s), HasSubstr("no state dict"));
    EXPECT_THAT(error_of("."s), HasSubstr("stack is empty"));
    EXPECT_THAT(error_of("\x80\x02h\x05."s), HasSubstr("recalls"));
}

TEST(PickleReader, NestsDeeplyWithoutRecursion) {
    EXPECT_THAT(error_of(")" + std::string(1'000'000, '\x85') + "."), HasSubstr("no state dict"));
}

}  // namespace
}  // namespace gale::zero_shot
