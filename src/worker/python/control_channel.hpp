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

std::pair<Fd, Fd> make_seqpacket_pair();  // CHECKs; both close on exec, the first is non-blocking
std::pair<Fd, Fd> make_stream_pair();     // likewise

// Fails with unavailable when the other side is gone or takes nothing more.
Result<void> send_message(int socket, const json::object& message, const std::vector<int>& fds);
// nullopt: nothing there now (of a non-blocking socket). Fails with unavailable at the end of the stream.
Result<std::optional<json::object>> receive_message(int socket);

}  // namespace gale
