// Fuzzes the restricted reader of pickled state dicts.

#include <cstdint>
#include <span>

#include "require.hpp"
#include "weights/pickle_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gale::zero_shot;
    const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
    const auto tensors = read_state_dict(bytes, "input");
    if (!tensors) return 0;
    for (const auto& [name, tensor] : *tensors) require(tensor.shape.size() == tensor.strides.size());
    return 0;
}
