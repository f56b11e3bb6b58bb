#include "executor/frame.hpp"

#include <fmt/format.h>

namespace gale {

Result<std::string> to_frame(std::string_view payload) {
    if (payload.size() > kMaxFrame) {
        return fail(
            ErrorCode::resource_exhausted,
            fmt::format("a message of {} MB is too large (at most {} MB); pass large data by a file, not by XCom",
                        payload.size() >> 20, kMaxFrame >> 20));
    }
    std::string frame;
    frame.reserve(kFrameHeader + payload.size());
    for (int shift = 24; shift >= 0; shift -= 8) frame.push_back(static_cast<char>((payload.size() >> shift) & 0xff));
    frame.append(payload);
    return frame;
}

Result<std::optional<std::string>> FrameReader::next() {
    if (buffer_.size() - start_ < kFrameHeader) return std::nullopt;
    size_t length = 0;
    for (size_t i = 0; i < kFrameHeader; ++i) length = (length << 8) | static_cast<unsigned char>(buffer_[start_ + i]);
    if (length > kMaxFrame) {
        return fail(ErrorCode::data_corrupt,
                    fmt::format("a frame claims {} bytes, more than the {} allowed: the stream is not of this protocol",
                                length, kMaxFrame));
    }
    if (buffer_.size() - start_ - kFrameHeader < length) return std::nullopt;
    std::string payload = buffer_.substr(start_ + kFrameHeader, length);
    start_ += kFrameHeader + length;
    // Shifting the rest down once a megabyte (or at the end) keeps the cost of many small frames linear.
    if (start_ == buffer_.size() || start_ > (size_t{1} << 20)) {
        buffer_.erase(0, start_);
        start_ = 0;
    }
    return payload;
}

}  // namespace gale
