#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "tsv/result.hpp"
#include "weights/safetensors.hpp"

namespace gale::zero_shot {

/// The tensors of what `torch.save` writes since PyTorch 1.6: a ZIP archive of stored (not compressed) files,
/// one of them the pickle. Views point into `file`; nothing is executed. kInput for another kind of file, a
/// damaged archive, a tensor that leaves its storage, or one that is no plain row-major array.
///
/// Source: PKWARE's APPNOTE.TXT, 4.3 to 4.5, with ZIP64.
Result<std::map<std::string, TensorView, std::less<>>> parse_torch_file(std::span<const std::byte> file,
                                                                        std::string_view name);

}  // namespace gale::zero_shot
