#include "stream/spark_schema.hpp"

#include <boost/json.hpp>

#include "stream/record_readers.hpp"

namespace gale::zero_shot {

std::string with_label_columns(std::string_view schema, const std::vector<std::string>& score_columns) {
    namespace json = boost::json;
    json::error_code code;
    json::value value = json::parse(json::string_view(schema.data(), schema.size()), code);
    json::object* object = code ? nullptr : value.if_object();
    json::value* fields = object == nullptr ? nullptr : object->if_contains("fields");
    if (fields == nullptr || !fields->is_array()) return std::string(schema);
    const auto add = [&](std::string_view name, std::string_view type) {
        fields->get_array().push_back(
            json::object{{"name", name}, {"type", type}, {"nullable", true}, {"metadata", json::object{}}});
    };
    add(kLabelColumn, "string");
    add(kScoreColumn, "double");
    for (const std::string& column : score_columns) add(column, "double");
    return json::serialize(value);
}

}  // namespace gale::zero_shot
