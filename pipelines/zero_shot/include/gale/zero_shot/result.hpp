#pragma once
// How the library and its programs report what a user, the network or the disk can cause.

#include <expected>
#include <string>
#include <utility>

namespace gale::zero_shot {

/// What went wrong, in the terms a caller needs to choose an exit code or a retry.
enum class ErrorKind {
    kInput,    ///< the data is not what it should be: a retry with the same data fails again
    kNetwork,  ///< the other side could not be reached or answered with an error
    kDisk,     ///< a file or folder could not be read or written
};

/// `message` says what was attempted, on what, and what to do next; it ends with no newline.
struct Error {
    ErrorKind kind;
    std::string message;
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
    return std::unexpected(Error{kind, std::move(message)});
}

}  // namespace gale::zero_shot
