// What an operation of the API takes and gives, as data beside its handler. The OpenAPI document is made from it,
// Call refuses to read a query parameter that it does not name, and api_test holds every answer against it: the
// document cannot say what the code does not do.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace gale {

// JSON Schema (draft 2020-12), as far as OpenAPI 3.1 documents need it.
namespace schema {
json::object text();
json::object integer();
json::object number();
json::object boolean();
json::object date_time();
json::object any();                                         // every JSON value
json::object one_of(std::vector<std::string_view> values);  // of these texts
json::object array(json::object items);
json::object tuple(std::vector<json::object> items);  // an array of exactly these
json::object at_least(std::int64_t minimum, json::object number);
json::object at_most_long(std::int64_t characters, json::object text);
json::object constant(std::string_view text);  // this text and no other
json::object any_of(std::vector<json::object> choices);
json::object map(json::object values);  // any names, these values
json::object nullable(json::object value);
json::object ref(std::string_view component);  // by its name in the Router
// All members are required and no others allowed, unless they are optional().
using Member = std::pair<std::string_view, json::object>;
json::object object(std::vector<Member> members);
Member optional(std::string_view name, json::object value);  // may be left out
// With these members besides those of `base`, an object().
json::object extended(json::object base, std::vector<Member> members);
json::object described(json::object value, std::string_view description);
// {`name`: `component`[], total_entries}
json::object collection(std::string_view name, std::string_view component);
}  // namespace schema

struct QueryParameter {
    std::string_view name;
    json::object schema = schema::text();
    std::string_view description = "";
    enum class Times { once, many } times = Times::once;
};

struct Operation {
    std::string_view id;   // Airflow's operationId where it has one; unique
    std::string_view tag;  // as Airflow groups them: "DAG", "DagRun", …; Gale's own: "Gale"
    std::string_view summary = "";
    std::vector<QueryParameter> query = {};
    std::string_view body = "";  // components, by name; empty: none
    std::string_view answer = "";
    int status = 200;
    std::string_view media_type = "application/json";      // of the answer
    std::vector<std::string_view> other_media_types = {};  // that the Accept header may ask for instead

    const QueryParameter* find_query(std::string_view name) const;  // nullptr: it takes none of this name
};

// limit, offset and order_by.
std::vector<QueryParameter> paging(std::vector<QueryParameter> others = {});
// `name`_gte, _gt, _lte and _lt.
std::vector<QueryParameter> time_range(std::string_view name);
std::vector<QueryParameter> number_range(std::string_view name);
// One for each end of the name.
std::vector<QueryParameter> suffixed(std::string_view name, std::initializer_list<const char*> ends,
                                     const json::object& schema);
QueryParameter many(std::string_view name, json::object schema = schema::text(), std::string_view description = "");
std::vector<QueryParameter> joined(std::initializer_list<std::vector<QueryParameter>> lists);

class Router;
// A schema's reference by its component; a schema that is no reference is its own.
const json::object& resolved(const json::object& schema,
                             const std::map<std::string, json::object, std::less<>>& components);
// OpenAPI 3.1: every route with an operation, with Airflow's validation and error answers, and the components. A
// reference to a component that is not defined, or an operationId that is there twice, is a CHECK.
json::object openapi_document(const Router& router, std::string_view version);

}  // namespace gale
