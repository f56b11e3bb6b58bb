// Fuzzes the safetensors header. Built with a planted crash (-DPLANT_CRASH) it must die at once,
// which shows that the harness sees one.

#include <cstdint>
#include <cstdlib>
#include <span>

#include "weights/safetensors.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span file(reinterpret_cast<const std::byte*>(data), size);
    const auto tensors = gale::zero_shot::parse_safetensors(file, "input");
    if (!tensors) return 0;
#ifdef PLANT_CRASH
    std::abort();
#endif
    for (const auto& [name, tensor] : *tensors) {
        const bool inside =
            tensor.bytes.empty() || (tensor.bytes.data() >= file.data() &&
                                     tensor.bytes.data() + tensor.bytes.size() <= file.data() + file.size());
        if (!inside) std::abort();
    }
    return 0;
}
