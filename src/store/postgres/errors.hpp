// What PostgreSQL's error codes mean to the store's callers, and what to do about them.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace gale::postgres {

enum class Failure {
    of_statement,    // the transaction goes on after its savepoint
    of_transaction,  // it is of no use any more, through no fault of its statements; another may succeed
    of_prepared,     // the same, and prepared statements do not work here: a connection pooler is between
};

struct Meaning {
    ErrorCode code;
    std::string_view advice;
    Failure failure = Failure::of_statement;
};

// `state`: an SQLSTATE; empty when the server did not answer.
Meaning meaning_of(std::string_view state, std::string_view message);

// Of a connection that could not be made: `text` is libpq's, verbose. Never shows a password.
Error connect_error(const std::string& database, std::string_view text);

}  // namespace gale::postgres
