// Variables and connections, encrypted on their way into the store and decrypted on their way out.
#pragma once

#include "service/secrets.hpp"
#include "store/store.hpp"

namespace gale::detail {

Variable sealed(Variable plain, const Secrets& secrets);
Connection sealed(Connection plain, const Secrets& secrets);
// data_corrupt names the key and says what to do.
Result<Variable> opened(Variable stored, const Secrets& secrets);
Result<Connection> opened(Connection stored, const Secrets& secrets);

}  // namespace gale::detail
