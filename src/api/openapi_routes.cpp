// The document that describes this API, and the schemas of its errors.
#include "api/api.hpp"

namespace gale {
namespace {

Result<HttpResponse> get_openapi(Api& api, Call&) {
    HttpResponse response;
    response.body = api.openapi();
    return response;
}

}  // namespace

void add_openapi_routes(Router& router) {
    using namespace schema;
    router.define("HTTPExceptionResponse", object({{"detail", any_of({text(), map(any())})}}));
    router.define("ValidationError", object({{"type", text()},
                                             {"loc", array(any_of({text(), integer()}))},
                                             {"msg", text()},
                                             optional("input", any())}));
    router.define("HTTPValidationError", object({{"detail", array(ref("ValidationError"))}}));
    router.add({"GET", "/openapi.json", std::nullopt, get_openapi});
}

}  // namespace gale
