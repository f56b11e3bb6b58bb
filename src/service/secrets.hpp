// Encryption of variables and connections at rest: Fernet, as Airflow's, so that its databases can be taken over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "store/admin_store.hpp"

namespace gale {

class Secrets {
public:
    // `[core] fernet_key`: comma-separated urlsafe-base64 keys, the first encrypts, all decrypt; empty: values are
    // stored as they are, as Airflow does. A malformed key is an invalid_argument error that says how to make one.
    static Result<Secrets> from_fernet_keys(std::string_view keys);
    bool enabled() const { return !keys_.empty(); }
    std::string encrypt(std::string_view plain) const;  // returned unchanged when not enabled
    Result<std::string> decrypt(std::string_view token) const;
    // Whether these are the keys of the installation that uses the database: the first one that has a key leaves a word
    // there, encrypted. A conflict error otherwise: two sets of keys would each make values that the other cannot read.
    Result<void> check_keys(AdminStore& store) const;

private:
    std::vector<std::string> keys_;  // 32 bytes each: signing, then encryption
};

// Whether a variable or connection field of this name is masked in logs (Airflow's list: password, secret, token,
// api_key, …).
bool is_sensitive_name(std::string_view name);

}  // namespace gale
