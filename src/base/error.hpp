// Errors as values: what a caller, a user, the network or a disk can cause is returned, never thrown.
//
// A message says what was attempted and on what, and what to do next; it does not repeat its cause.
// One table (error_traits) maps a code to its HTTP status, exit code, log level and whether a retry can help.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gale {

enum class ErrorCode {
    invalid_argument,  // the caller's input is wrong
    not_found,
    already_exists,
    conflict,  // the state does not allow it, or a compare-and-set lost
    unauthenticated,
    permission_denied,
    resource_exhausted,  // disk full, queue full, too many processes
    unavailable,         // a service or the database cannot be reached now
    timeout,
    data_corrupt,  // something read back is not what was written
    unsupported,
    cancelled,
    internal,
};

struct ErrorTraits {
    std::string_view name;
    int http_status;
    int exit_code;
    bool retryable;
};

ErrorTraits error_traits(ErrorCode code);

class [[nodiscard]] Error {
public:
    Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

    // Wraps a cause: `this` says what was attempted, the cause why it failed.
    Error caused_by(Error cause) &&;
    // A machine-readable detail, such as {"path", "/x"}.
    Error with(std::string key, std::string value) &&;

    ErrorCode code() const { return code_; }
    const std::string& message() const { return message_; }
    const Error* cause() const { return cause_.get(); }
    const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }
    // "message: cause message: …"
    std::string to_string() const;

private:
    ErrorCode code_;
    std::string message_;
    std::shared_ptr<const Error> cause_;
    std::vector<std::pair<std::string, std::string>> fields_;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
    return std::unexpected(Error(code, std::move(message)));
}

// An Error of the fitting code for `errno_value`: "<what>: <strerror>".
Error errno_error(int errno_value, std::string_view what);

}  // namespace gale

// Yields the value of a Result, or returns its error from the enclosing function.
// g++ 12.2 crashes on TRY(co_await x): await into a name first.
#define TRY(expression)                                             \
    ({                                                              \
        auto try_result_ = (expression);                            \
        if (!try_result_) [[unlikely]]                              \
            return std::unexpected(std::move(try_result_).error()); \
        std::move(try_result_).value();                             \
    })
