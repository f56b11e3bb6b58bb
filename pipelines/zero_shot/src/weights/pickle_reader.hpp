#pragma once
// Reads the pickle inside a PyTorch weights file without executing anything: it knows the few opcodes that
// `torch.save` of a state dict writes, builds plain values, and takes of all global names only those that
// stand for an ordered dict, a tensor and a kind of storage. Any other name or opcode is an error.
//
// A hostile file can be wrong but not do anything: nothing is called, values are bounded by the bytes read.
//
// Source: pickletools in Python's library (opcodes, protocol 2 to 4), and torch/_utils.py (the arguments of
// _rebuild_tensor_v2).

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsv/result.hpp"
#include "weights/safetensors.hpp"

namespace gale::zero_shot {

/// A tensor as the pickle describes it: a part of a storage, which is a file of its own in the archive.
struct PickledTensor {
    TensorType type = TensorType::kF32;
    std::string storage;     ///< its file is data/<storage>
    std::size_t offset = 0;  ///< in elements
    std::vector<std::size_t> shape;
    std::vector<std::size_t> strides;  ///< in elements
};

/// The tensors of a pickled state dict by name; entries that are no tensors are left out. `name` stands for
/// the file in messages. kInput for anything but a state dict of tensors.
Result<std::map<std::string, PickledTensor, std::less<>>> read_state_dict(std::span<const std::byte> pickle,
                                                                          std::string_view name);

}  // namespace gale::zero_shot
