// The shared statements in PostgreSQL's words.
#pragma once

#include <string>
#include <string_view>

namespace gale::postgres {

// "?" and "?1" become "$1"; the few words that SQLite has in another way (the table in translate.cpp) are put as
// PostgreSQL has them. Texts in quotes stay.
std::string translate(std::string_view sql);

}  // namespace gale::postgres
