#include "tokenizer/post_processor.hpp"

#include <algorithm>

namespace gale::zero_shot {

std::size_t count_special_tokens(const std::vector<FramePart>& parts) {
    return static_cast<std::size_t>(std::ranges::count(parts, FramePart::Kind::kSpecialToken, &FramePart::kind));
}

Encoding fill_frame(const std::vector<FramePart>& frame, const Encoding& first, std::size_t keep,
                    const Encoding& second) {
    Encoding filled;
    const std::size_t size = frame.size() + keep + second.size();
    filled.ids.reserve(size);
    filled.type_ids.reserve(size);
    filled.offsets.reserve(size);
    for (const FramePart& part : frame) {
        if (part.kind == FramePart::Kind::kSpecialToken) {
            filled.ids.push_back(part.id);
            filled.type_ids.push_back(part.type_id);
            filled.offsets.emplace_back(0, 0);
            continue;
        }
        const bool is_first = part.kind == FramePart::Kind::kFirstText;
        const Encoding& text = is_first ? first : second;
        const auto count = static_cast<std::ptrdiff_t>(is_first ? keep : second.size());
        filled.ids.insert(filled.ids.end(), text.ids.begin(), text.ids.begin() + count);
        filled.type_ids.insert(filled.type_ids.end(), static_cast<std::size_t>(count), part.type_id);
        filled.offsets.insert(filled.offsets.end(), text.offsets.begin(), text.offsets.begin() + count);
    }
    return filled;
}

}  // namespace gale::zero_shot
