// One message is one JSON object with descriptors beside it, on a SOCK_SEQPACKET socket
// (docs/reference/task_protocol.md).
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json.hpp"

namespace gale {

Result<std::pair<Fd, Fd>> make_seqpacket_pair();  // both close on exec, the first is non-blocking
Result<std::pair<Fd, Fd>> make_stream_pair();     // likewise

// Fails with resource_exhausted when the other side's queue is full (of a non-blocking socket), with unavailable when
// it is gone.
Result<void> send_message(int socket, const json::object& message, const std::vector<int>& fds);
// nullopt: nothing there now (of a non-blocking socket). Fails with unavailable at the end of the stream.
Result<std::optional<json::object>> receive_message(int socket);

}  // namespace gale
