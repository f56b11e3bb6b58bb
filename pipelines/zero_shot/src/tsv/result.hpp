#pragma once
// Result and Error are part of the library's public header; this is their place inside.

#include "gale/zero_shot/result.hpp"  // IWYU pragma: export
