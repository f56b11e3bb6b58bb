// Opens the metadata database that the settings name.
#pragma once

#include <memory>

#include "config/settings.hpp"
#include "store/store.hpp"

namespace gale {

enum class SchemaUse {
    check,    // another schema than this binary's is a conflict error that says what to run
    migrate,  // it is brought up to date
    as_it_is,
};

Result<std::unique_ptr<Store>> open_store(const Settings& settings, SchemaUse use);

}  // namespace gale
