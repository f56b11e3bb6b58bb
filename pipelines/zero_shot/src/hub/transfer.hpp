#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "tsv/result.hpp"

namespace gale::zero_shot {

struct TransferRequest {
    std::string url;
    std::string token;
    std::uint64_t from = 0;  ///< the first byte that is wanted
    long timeout_seconds = 30;
    bool head = false;  ///< no body, and redirects to another host are not followed
};

struct TransferAnswer {
    long status = 0;
    std::map<std::string, std::string> headers;  ///< by names in lower case, of all answers on the way
};

/// Takes a piece of the body; false ends the transfer.
using TransferSink = std::function<bool(std::string_view bytes, long status)>;

/// kNetwork when no whole answer came; any status is an answer.
Result<TransferAnswer> transfer(const TransferRequest& request, const TransferSink& sink);

}  // namespace gale::zero_shot
