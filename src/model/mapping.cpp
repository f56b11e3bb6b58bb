#include "model/mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

namespace gale {
namespace {

constexpr int kDeepest = 10;  // nested kinds, more than a file that people write has

std::unexpected<Error> reject(std::string message) {
    return fail(ErrorCode::invalid_argument, std::move(message));
}

Result<MapLength> read_length(const json::value& from, int depth);

Result<std::vector<MapLength>> read_parts(const json::object& from, int depth) {
    const auto* list = json::find_array(from, "of");
    if (list == nullptr || list->empty()) return reject("mapped: 'of' must be a list of at least one length");
    std::vector<MapLength> parts;
    for (const json::value& part : *list) parts.push_back(TRY(read_length(part, depth + 1)));
    return parts;
}

Result<MapLength> read_length(const json::value& from, int depth) {
    const auto* object = from.if_object();
    if (object == nullptr) return reject(fmt::format("mapped: expected an object, found {}", json::serialize(from)));
    if (depth > kDeepest) return reject("mapped: lengths are nested too deep");
    using enum MapLength::Kind;
    MapLength made;
    const std::string kind = TRY(json::get_string(*object, "kind"));
    if (kind == "literal") {
        made.literal = TRY(json::get_optional_int(*object, "length")).value_or(-1);
        if (made.literal < 0) return reject("mapped: a literal needs a 'length' of 0 or more");
        return made;
    }
    if (kind == "xcom") {
        made.kind = xcom;
        made.source = {TaskId(TRY(json::get_string(*object, "task_id"))), TRY(json::get_string(*object, "key"))};
        return made;
    }
    if (kind == "zip") {
        made.kind = zip;
        made.longest = TRY(json::get_bool_or(*object, "longest", false));
    } else if (kind == "concat") {
        made.kind = concat;
    } else if (kind == "product") {
        made.kind = product;
    } else {
        return reject(fmt::format("mapped: kind '{}' is none of literal, xcom, zip, concat, product", kind));
    }
    made.of = TRY(read_parts(*object, depth));
    return made;
}

void collect(const MapLength& length, std::set<MapSource>& found) {
    if (length.kind == MapLength::Kind::xcom) found.insert(length.source);
    for (const MapLength& part : length.of) collect(part, found);
}

std::int64_t capped(std::int64_t value) {
    return std::min<std::int64_t>(value, std::numeric_limits<int>::max());
}

}  // namespace

std::vector<MapSource> MapLength::sources() const {
    std::set<MapSource> found;
    collect(*this, found);
    return {found.begin(), found.end()};
}

std::optional<int> MapLength::value(const std::function<std::optional<int>(const MapSource&)>& of_source) const {
    if (kind == Kind::literal) return static_cast<int>(capped(literal));
    if (kind == Kind::xcom) return of_source(source);
    std::optional<std::int64_t> total;
    for (const MapLength& part : of) {
        const auto one = part.value(of_source);
        if (!one) return std::nullopt;
        if (!total)
            total = *one;
        else if (kind == Kind::zip)
            total = longest ? std::max<std::int64_t>(*total, *one) : std::min<std::int64_t>(*total, *one);
        else
            total = capped(kind == Kind::concat ? *total + *one : *total * *one);
    }
    return static_cast<int>(total.value_or(0));
}

Result<Mapping> mapping_from_json(const json::value& from) {
    const auto* object = from.if_object();
    if (object == nullptr) return reject(fmt::format("mapped: expected an object, found {}", json::serialize(from)));
    const auto* length = object->if_contains("length");
    if (length == nullptr) return reject("mapped: 'length' is missing");
    Mapping mapping;
    mapping.length = TRY(read_length(*length, 0));
    mapping.group_id = TRY(json::get_optional_string(*object, "group_id")).value_or("");
    mapping.sources = mapping.length.sources();
    return mapping;
}

}  // namespace gale
