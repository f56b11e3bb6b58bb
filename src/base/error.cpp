#include "base/error.hpp"

#include <cerrno>
#include <cstring>

namespace gale {

ErrorTraits error_traits(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_argument: return {"invalid_argument", 422, 2, false};
        case ErrorCode::not_found: return {"not_found", 404, 1, false};
        case ErrorCode::already_exists: return {"already_exists", 409, 1, false};
        case ErrorCode::conflict: return {"conflict", 409, 1, false};
        case ErrorCode::unauthenticated: return {"unauthenticated", 401, 1, false};
        case ErrorCode::permission_denied: return {"permission_denied", 403, 1, false};
        case ErrorCode::resource_exhausted: return {"resource_exhausted", 507, 1, true};
        case ErrorCode::unavailable: return {"unavailable", 503, 1, true};
        case ErrorCode::timeout: return {"timeout", 504, 1, true};
        case ErrorCode::data_corrupt: return {"data_corrupt", 500, 1, false};
        case ErrorCode::unsupported: return {"unsupported", 501, 1, false};
        case ErrorCode::cancelled: return {"cancelled", 503, 1, true};
        case ErrorCode::internal: return {"internal", 500, 1, false};
    }
    return {"internal", 500, 1, false};
}

Error Error::caused_by(Error cause) && {
    cause_ = std::make_shared<const Error>(std::move(cause));
    return std::move(*this);
}

Error Error::with(std::string key, std::string value) && {
    fields_.emplace_back(std::move(key), std::move(value));
    return std::move(*this);
}

std::string Error::to_string() const {
    std::string text = message_;
    for (const Error* cause = cause_.get(); cause != nullptr; cause = cause->cause()) {
        text += ": ";
        text += cause->message();
    }
    return text;
}

Error errno_error(int errno_value, std::string_view what) {
    ErrorCode code = ErrorCode::internal;
    switch (errno_value) {
        case ENOENT:
        case ENOTDIR: code = ErrorCode::not_found; break;
        case EEXIST:
        case EADDRINUSE: code = ErrorCode::already_exists; break;
        case EACCES:
        case EPERM:
        case EROFS: code = ErrorCode::permission_denied; break;
        case ENOSPC:
        case EDQUOT:
        case EMFILE:
        case ENFILE:
        case ENOMEM:
        case EAGAIN: code = ErrorCode::resource_exhausted; break;
        case ECONNREFUSED:
        case ECONNRESET:
        case EPIPE: code = ErrorCode::unavailable; break;
        case ETIMEDOUT: code = ErrorCode::timeout; break;
        default: break;
    }
    return Error(code, std::string(what) + ": " + std::strerror(errno_value));
}

}  // namespace gale
