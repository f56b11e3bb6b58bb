#include "api/operation.hpp"

#include <algorithm>
#include <mutex>
#include <set>

#include "api/router.hpp"
#include "base/check.hpp"

namespace gale {
namespace schema {
namespace {

constexpr std::string_view kOptional = "x-optional";  // inside Member only; object() takes it away

}  // namespace

json::object text() {
    return {{"type", "string"}};
}
json::object integer() {
    return {{"type", "integer"}};
}
json::object number() {
    return {{"type", "number"}};
}
json::object boolean() {
    return {{"type", "boolean"}};
}
json::object date_time() {
    return {{"type", "string"}, {"format", "date-time"}};
}
json::object any() {
    return {};
}

json::object one_of(std::vector<std::string_view> values) {
    return {{"type", "string"}, {"enum", json::array(values.begin(), values.end())}};
}

json::object array(json::object items) {
    return {{"type", "array"}, {"items", std::move(items)}};
}

json::object tuple(std::vector<json::object> items) {
    const auto count = items.size();
    return {{"type", "array"},
            {"prefixItems", json::array(items.begin(), items.end())},
            {"minItems", count},
            {"maxItems", count}};
}

json::object at_least(std::int64_t minimum, json::object number) {
    number["minimum"] = minimum;
    return number;
}

json::object at_most_long(std::int64_t characters, json::object text) {
    text["maxLength"] = characters;
    return text;
}

json::object constant(std::string_view text) {
    return {{"type", "string"}, {"const", text}};
}

json::object any_of(std::vector<json::object> choices) {
    return {{"anyOf", json::array(choices.begin(), choices.end())}};
}

json::object map(json::object values) {
    return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}

json::object nullable(json::object value) {
    return {{"anyOf", json::array{std::move(value), json::object{{"type", "null"}}}}};
}

json::object ref(std::string_view component) {
    return {{"$ref", "#/components/schemas/" + std::string(component)}};
}

Member optional(std::string_view name, json::object value) {
    value[kOptional] = true;
    return {name, std::move(value)};
}

json::object object(std::vector<Member> members) {
    return extended({{"type", "object"},
                     {"properties", json::object()},
                     {"required", json::array()},
                     {"additionalProperties", false}},
                    std::move(members));
}

json::object extended(json::object base, std::vector<Member> members) {
    auto& properties = base["properties"].as_object();
    auto& required = base["required"].as_array();
    for (auto& [name, value] : members) {
        CHECK(!properties.contains(name));
        if (value.contains(kOptional)) {
            value.erase(kOptional);
        } else {
            required.emplace_back(name);
        }
        properties.emplace(name, std::move(value));
    }
    return base;
}

json::object described(json::object value, std::string_view description) {
    value["description"] = description;
    return value;
}

json::object collection(std::string_view name, std::string_view component) {
    return object({{name, array(ref(component))}, {"total_entries", integer()}});
}

}  // namespace schema

namespace {

// A description or a name that is made here has to outlive the tables that view it.
std::string_view kept(std::string text) {
    static std::mutex mutex;
    static std::set<std::string> texts;
    std::scoped_lock lock(mutex);
    return *texts.insert(std::move(text)).first;
}

json::object described_parameter(std::string_view name, std::string_view place, bool required, json::object schema,
                                 std::string_view description) {
    json::object parameter{{"name", name}, {"in", place}, {"required", required}, {"schema", std::move(schema)}};
    if (!description.empty()) parameter["description"] = description;
    return parameter;
}

json::object content(std::string_view media_type, std::string_view component) {
    return {{"content", {{media_type, {{"schema", schema::ref(component)}}}}}};
}

// "/a/{b:path}" as OpenAPI writes it, and the names of its parameters.
std::pair<std::string, std::vector<std::string>> openapi_path(std::string_view path) {
    std::pair<std::string, std::vector<std::string>> result;
    for (size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '{') {
            result.first += path[i];
            continue;
        }
        const size_t end = path.find('}', i);
        std::string name(path.substr(i + 1, end - i - 1));
        name = name.substr(0, name.find(':'));
        result.first += '{' + name + '}';
        result.second.push_back(std::move(name));
        i = end;
    }
    return result;
}

json::object parameter_schema(const QueryParameter& parameter) {
    return parameter.times == QueryParameter::Times::many ? schema::array(parameter.schema) : parameter.schema;
}

json::object answers(const Route& route) {
    const Operation& operation = route.operation;
    json::object success{{"description", "Successful Response"}};
    if (operation.status != 204) {
        const auto schema = operation.answer.empty() ? json::object() : schema::ref(operation.answer);
        json::object by_type{{operation.media_type, json::object{{"schema", schema}}}};
        for (const auto type : operation.other_media_types) by_type[type] = json::object{{"schema", schema::text()}};
        success["content"] = std::move(by_type);
    }
    json::object answers{{std::to_string(operation.status), std::move(success)}};
    const auto failure = [&](const char* status, std::string_view description) {
        auto answer = content("application/json", "HTTPExceptionResponse");
        answer["description"] = description;
        answers[status] = std::move(answer);
    };
    if (route.role) {
        failure("401", "Unauthorized");
        failure("403", "Forbidden");
    }
    if (route.path.find('{') != std::string_view::npos) failure("404", "Not Found");
    auto invalid = content("application/json", "HTTPValidationError");
    invalid["description"] = "Validation Error";
    answers["422"] = std::move(invalid);
    return answers;
}

json::object operation_object(const Route& route, const std::vector<std::string>& path_parameters) {
    const Operation& operation = route.operation;
    json::array parameters;
    for (const auto& name : path_parameters)
        parameters.push_back(described_parameter(name, "path", true, schema::text(), ""));
    for (const auto& parameter : operation.query) {
        parameters.push_back(
            described_parameter(parameter.name, "query", false, parameter_schema(parameter), parameter.description));
    }
    json::object result{{"operationId", operation.id},
                        {"tags", json::array{operation.tag}},
                        {"summary", operation.summary},
                        {"parameters", std::move(parameters)},
                        {"responses", answers(route)}};
    if (!operation.body.empty()) {
        auto body = content("application/json", operation.body);
        body["required"] = true;
        result["requestBody"] = std::move(body);
    }
    if (route.role) {
        result["security"] = json::array{json::object{{"OAuth2PasswordBearer", json::array()}}};
        result["x-role"] = to_string(*route.role);
    }
    return result;
}

// Every reference in `value` names a component.
void check_references(const json::value& value, const Router& router) {
    if (value.is_array()) {
        for (const auto& one : value.get_array()) check_references(one, router);
    }
    if (!value.is_object()) return;
    for (const auto& member : value.get_object()) check_references(member.value(), router);
    if (value.get_object().contains("$ref")) resolved(value.get_object(), router.components());
}

std::vector<QueryParameter> range(std::string_view name, const json::object& schema) {
    return suffixed(name, {"_gte", "_gt", "_lte", "_lt"}, schema::nullable(schema));
}

}  // namespace

const QueryParameter* Operation::find_query(std::string_view name) const {
    const auto found = std::ranges::find(query, name, &QueryParameter::name);
    return found == query.end() ? nullptr : &*found;
}

const json::object& resolved(const json::object& schema,
                             const std::map<std::string, json::object, std::less<>>& components) {
    const auto* reference = schema.if_contains("$ref");
    if (reference == nullptr) return schema;
    const std::string_view path = reference->as_string();
    const auto found = components.find(path.substr(path.rfind('/') + 1));
    CHECK(found != components.end());
    return resolved(found->second, components);
}

std::vector<QueryParameter> paging(std::vector<QueryParameter> others) {
    others.push_back({"limit", schema::at_least(0, schema::integer()),
                      "How many at most; [api] maximum_page_limit is the limit of limits."});
    others.push_back({"offset", schema::at_least(0, schema::integer()), "How many to leave out at the beginning."});
    others.push_back({"order_by", schema::text(), "Fields to order by, '-' before one for descending.",
                      QueryParameter::Times::many});
    return others;
}

std::vector<QueryParameter> suffixed(std::string_view name, std::initializer_list<const char*> ends,
                                     const json::object& schema) {
    std::vector<QueryParameter> parameters;
    for (const char* end : ends) parameters.push_back({kept(std::string(name) + end), schema});
    return parameters;
}

std::vector<QueryParameter> time_range(std::string_view name) {
    return range(name, schema::date_time());
}

std::vector<QueryParameter> number_range(std::string_view name) {
    return range(name, schema::number());
}

QueryParameter many(std::string_view name, json::object schema, std::string_view description) {
    return {name, std::move(schema), description, QueryParameter::Times::many};
}

std::vector<QueryParameter> joined(std::initializer_list<std::vector<QueryParameter>> lists) {
    std::vector<QueryParameter> all;
    for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
    return all;
}

json::object openapi_document(const Router& router, std::string_view version) {
    json::object paths;
    std::set<std::string_view> ids;
    for (const Route& route : router.routes()) {
        if (route.operation.id.empty()) continue;
        CHECK(ids.insert(route.operation.id).second);
        const auto [path, parameters] = openapi_path(route.path);
        std::string method(route.method);
        for (char& letter : method) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        if (!paths.contains(path)) paths[path] = json::object();
        paths[path].as_object()[method] = operation_object(route, parameters);
    }
    json::object schemas;
    for (const auto& [name, schema] : router.components()) schemas[name] = schema;
    json::object document{
        {"openapi", "3.1.0"},
        {"info", {{"title", "Gale"}, {"version", version}}},
        {"paths", std::move(paths)},
        {"components",
         {{"schemas", std::move(schemas)},
          {"securitySchemes",
           {{"OAuth2PasswordBearer", {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}}}}}}};
    check_references(document, router);
    return document;
}

}  // namespace gale
