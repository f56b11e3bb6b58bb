#pragma once

#include <expected>
#include <utility>

/// The value of a Result; its error leaves the function.
#define TRY(expression)                                             \
    __extension__({                                                 \
        auto try_result_ = (expression);                            \
        if (!try_result_) [[unlikely]]                              \
            return std::unexpected(std::move(try_result_).error()); \
        std::move(try_result_).value();                             \
    })

/// The same for a Result<void>.
#define TRY_VOID(expression)                                            \
    do {                                                                \
        if (auto try_result_ = (expression); !try_result_) [[unlikely]] \
            return std::unexpected(std::move(try_result_).error());     \
    } while (false)
