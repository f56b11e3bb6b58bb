// Length-prefixed frames: 4 bytes big-endian, then as many bytes. Used by the wire between server and worker, and by
// the Task SDK's supervisor protocol.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace gale {

inline constexpr size_t kFrameHeader = 4;
inline constexpr size_t kMaxFrame = size_t{256} << 20;

// Fails with resource_exhausted when the payload is longer than kMaxFrame.
Result<std::string> to_frame(std::string_view payload);

// Cuts a stream of bytes into frames.
class FrameReader {
public:
    void feed(std::string_view bytes) { buffer_.append(bytes); }
    // The next whole frame's payload, nullopt when more bytes are needed. Fails with data_corrupt on a length above
    // kMaxFrame; the stream is then of no further use.
    Result<std::optional<std::string>> next();
    bool empty() const { return buffer_.size() == start_; }

private:
    std::string buffer_;
    size_t start_ = 0;
};

}  // namespace gale
