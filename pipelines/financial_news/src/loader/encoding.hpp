#pragma once

#include <string>
#include <string_view>

#include "tsv/result.hpp"

namespace financial_news {

using namespace gale::zero_shot;  // the table and its errors

/// Code point of a windows-1252 byte, as the Encoding Standard has it (its five unused bytes are
/// the control characters of the same number).
char32_t windows_1252_code_point(unsigned char byte);

/// The document's bytes as UTF-8 without a byte order mark. The encoding is, in this order: the
/// byte order mark, `charset` (from the Content-Type header; empty when there is none), the XML
/// declaration, UTF-8. Latin-1 is read as windows-1252, as browsers do; so are single bytes that
/// are no UTF-8 in a document that should be. kInput for an encoding that is unknown here, or
/// bytes that are none of it.
Result<std::string> xml_to_utf8(std::string_view bytes, std::string_view charset);

}  // namespace financial_news
