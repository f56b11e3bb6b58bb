// SQLAlchemy's form of a PostgreSQL address, and what libpq needs of it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace gale::postgres {

struct Address {
    std::vector<std::pair<std::string, std::string>> parameters;  // libpq's keywords; has the password
    std::string name;                                             // "host:5432/database": for people, without secrets
    std::vector<std::string> ignored;  // names of parameters that libpq does not have, for a warning
};

bool is_postgres_url(std::string_view url);
// postgresql://, postgresql+psycopg2:// and others of the kind, postgres://. Percent-encoding is undone; parameters
// after
// '?' are handed to libpq. Errors: invalid_argument, which never shows the password.
Result<Address> parse_url(std::string_view url);

}  // namespace gale::postgres
