#include "worker/python/control_channel.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.hpp"

namespace gale {
namespace {

constexpr size_t kMaxMessage = size_t{1} << 20;  // a traceback may be long
constexpr size_t kMaxFds = 8;

Result<std::pair<Fd, Fd>> make_pair(int type) {
    int fds[2];
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) != 0)
        return std::unexpected(errno_error(errno, "cannot make a socket pair for a Python process"));
    ::fcntl(fds[0], F_SETFL, O_NONBLOCK);
    return std::pair(Fd(fds[0]), Fd(fds[1]));
}

}  // namespace

Result<std::pair<Fd, Fd>> make_seqpacket_pair() {
    return make_pair(SOCK_SEQPACKET);
}
Result<std::pair<Fd, Fd>> make_stream_pair() {
    return make_pair(SOCK_STREAM);
}

Result<void> send_message(int socket, const json::object& message, const std::vector<int>& fds) {
    CHECK(fds.size() <= kMaxFds);
    const std::string text = json::serialize(message);
    iovec part{const_cast<char*>(text.data()), text.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMaxFds)> control{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (!fds.empty()) {
        header.msg_control = control.data();
        header.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
        cmsghdr* rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
        std::memcpy(CMSG_DATA(rights), fds.data(), sizeof(int) * fds.size());
    }
    while (::sendmsg(socket, &header, MSG_NOSIGNAL) < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return fail(ErrorCode::resource_exhausted, "the Python process has not taken its earlier messages yet");
        if (errno != EINTR)
            return std::unexpected(Error(ErrorCode::unavailable,
                                         std::string("cannot ask the Python fork server: ") + std::strerror(errno)));
    }
    return {};
}

Result<std::optional<json::object>> receive_message(int socket) {
    thread_local std::string buffer(kMaxMessage, '\0');
    for (;;) {
        const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (count > 0) return TRY(json::parse_object(std::string_view(buffer.data(), static_cast<size_t>(count))));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::nullopt;
        return fail(ErrorCode::unavailable, "the Python fork server is gone");
    }
}

}  // namespace gale
