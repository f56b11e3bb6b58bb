// A name and a password in a request's body, as JSON or as a form.
#pragma once

#include "api/api.hpp"

namespace gale {

// A new token for whom the body names. Errors: a 422 of the body's form, unauthenticated, a 429 after too many
// failures.
Result<std::string> token_of_credentials(Api& api, Call& call, Duration lifetime);

}  // namespace gale
