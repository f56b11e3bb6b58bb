// gzip for answers, when the client takes it.
#pragma once

#include <string>
#include <string_view>

#include "api/http.hpp"

namespace gale::detail {

// Whether Accept-Encoding names `coding` with a weight above 0 ("gzip;q=0" and "*;q=0" refuse it).
bool accepts_coding(const HttpRequest& request, std::string_view coding);
// Compresses a text or JSON body of 1 KB or more in place. What is a stream, is encoded already or is of a media type
// that does not shrink stays as it is.
void compress(const HttpRequest& request, HttpResponse& response);
std::string gzip(std::string_view bytes, int level);
std::string gunzip(std::string_view packed);  // CHECKs that it is whole: for what the binary itself holds

}  // namespace gale::detail
