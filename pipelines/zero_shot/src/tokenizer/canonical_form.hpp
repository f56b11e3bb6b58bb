#pragma once

#include "tokenizer/tracked_text.hpp"

namespace gale::zero_shot {

/// Unicode's normalization form D (UAX #15), of the reference's version.
void decompose(TrackedText& text);

/// Form C.
void compose(TrackedText& text);

}  // namespace gale::zero_shot
