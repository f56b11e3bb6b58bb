#include "api/call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "api/input_check.hpp"
#include "base/check.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace gale {
namespace {

Result<int> bounded(const Call& call, std::string_view name, int fallback) {
    const auto number = TRY(call.query_int(name));
    if (!number) return fallback;
    if (*number < 0) {
        return invalid_input("query", name, "greater_than_equal", "Input should be greater than or equal to 0",
                             *call.query(name));
    }
    return static_cast<int>(std::min<std::int64_t>(*number, 1'000'000'000));
}

const std::string* field_of(const Error& error, std::string_view key) {
    const auto found = std::ranges::find(error.fields(), key, &std::pair<std::string, std::string>::first);
    return found == error.fields().end() ? nullptr : &found->second;
}

}  // namespace

Actor Call::actor() const {
    CHECK(principal_.has_value());
    // Airflow's rule: a browser's page sends a Referer, a client does not.
    return {principal_->username, request_.header("referer") ? TriggeredBy::ui : TriggeredBy::rest_api};
}

const std::string& Call::path(std::string_view name) const {
    const auto found = path_.find(name);
    CHECK(found != path_.end());
    return found->second;
}

Result<std::int64_t> Call::path_int(std::string_view name, std::int64_t minimum) const {
    const auto number = parse_int(path(name));
    if (!number) return invalid_input("path", name, "int_parsing", "Input should be a valid integer", path(name));
    if (*number < minimum) {
        return invalid_input("path", name, "greater_than_equal",
                             fmt::format("Input should be greater than or equal to {}", minimum), path(name));
    }
    return *number;
}

std::optional<std::string> Call::query(std::string_view name) const {
    const auto all = query_all(name);
    if (all.empty()) return std::nullopt;
    return all.back();
}

std::vector<std::string> Call::query_all(std::string_view name) const {
    CHECK(operation_.find_query(name) != nullptr);
    std::vector<std::string> values;
    for (const auto& [key, value] : query_) {
        if (key == name) values.push_back(value);
    }
    return values;
}

Result<std::optional<std::int64_t>> Call::query_int(std::string_view name) const {
    const auto text = query(name);
    if (!text) return std::nullopt;
    const auto number = parse_int(*text);
    if (!number)
        return invalid_input("query", name, "int_parsing",
                             "Input should be a valid integer, unable to parse string as an integer", *text);
    return number;
}

Result<std::optional<bool>> Call::query_bool(std::string_view name) const {
    const auto text = query(name);
    if (!text) return std::nullopt;
    const auto flag = parse_bool(*text);
    if (!flag)
        return invalid_input("query", name, "bool_parsing",
                             "Input should be a valid boolean, unable to interpret input", *text);
    return flag;
}

Result<std::optional<TimePoint>> Call::query_time(std::string_view name) const {
    const auto text = query(name);
    if (!text) return std::nullopt;
    const auto time = parse_query_time(*text);
    if (!time) {
        return invalid_input("query", name, "datetime_parsing",
                             fmt::format("Input should be a valid datetime: {}", time.error().message()), *text);
    }
    return *time;
}

Result<std::optional<double>> Call::query_number(std::string_view name) const {
    const auto text = query(name);
    if (!text) return std::nullopt;
    double number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc() || end != text->data() + text->size() || !std::isfinite(number)) {
        return invalid_input("query", name, "float_parsing",
                             "Input should be a valid number, unable to parse string as a number", *text);
    }
    return number;
}

Result<Page> Call::page() const {
    Page page;
    page.limit = std::min(TRY(bounded(*this, "limit", limits_.fallback)), limits_.maximum);
    page.offset = TRY(bounded(*this, "offset", 0));
    for (const std::string& list : query_all("order_by")) {
        for (size_t start = 0; start <= list.size();) {
            const size_t end = std::min(list.find(',', start), list.size());
            if (end > start) page.order_by.push_back(list.substr(start, end - start));
            start = end + 1;
        }
    }
    return page;
}

Result<json::object> Call::body() const {
    CHECK(!operation_.body.empty());
    const auto& components = router_.components();
    const auto schema = components.find(operation_.body);
    CHECK(schema != components.end());
    if (request_.body.empty()) return invalid_input("body", "", "missing", "Field required", json::value(nullptr));
    auto parsed = json::parse(request_.body);
    if (!parsed)
        return invalid_input("body", "", "json_invalid", fmt::format("JSON decode error: {}", parsed.error().message()),
                             json::object());
    auto checked = TRY(checked_body(std::move(*parsed), schema->second, components));
    CHECK(checked.is_object());
    return std::move(checked.get_object());
}

bool Call::accepts(std::string_view media_type) const {
    const auto accept = request_.header("accept");
    return accept && accept->find(media_type) != std::string_view::npos;
}

std::optional<Call::Query> parse_query(std::string_view text) {
    Call::Query query;
    while (!text.empty()) {
        const size_t end = std::min(text.find('&'), text.size());
        const auto pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;
        const size_t equals = std::min(pair.find('='), pair.size());
        auto key = percent_decode(pair.substr(0, equals), true);
        auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!key || !value || key->contains('\0') || value->contains('\0')) return std::nullopt;
        query.emplace_back(std::move(*key), std::move(*value));
    }
    return query;
}

std::unexpected<Error> invalid_input(std::string_view place, std::string_view name, std::string type,
                                     std::string message, const json::value& input) {
    return std::unexpected(Error(ErrorCode::invalid_argument, std::move(message))
                               .with("place", std::string(place))
                               .with("name", std::string(name))
                               .with("type", std::move(type))
                               .with("input", json::serialize(input)));
}

std::unexpected<Error> invalid_input(std::string_view place, std::string_view name, std::string type,
                                     std::string message, std::string_view input) {
    return invalid_input(place, name, std::move(type), std::move(message), json::value(input));
}

Error with_status(Error error, int status) {
    return std::move(error).with("status", std::to_string(status));
}

Error in_body(Error error, std::string_view name) {
    if (error.code() != ErrorCode::invalid_argument || field_of(error, "place") != nullptr) return error;
    return std::move(error).with("place", "body").with("name", std::string(name)).with("type", "value_error");
}

HttpResponse json_response(const json::value& body, int status) {
    return {status, "application/json", json::serialize(body), {}};
}

HttpResponse error_to_response(const Error& error) {
    int status = error_traits(error.code()).http_status;
    // Where a request is well-formed but cannot be done, Airflow answers 400; 422 is for what its schema refuses.
    const auto* details = field_of(error, "details");
    if (error.code() == ErrorCode::invalid_argument && field_of(error, "place") == nullptr && details == nullptr)
        status = 400;
    if (const auto* other = field_of(error, "status")) status = static_cast<int>(parse_int(*other).value_or(status));
    if (status >= 500) log::warning("api", "answering {}: {}", status, error.to_string());
    json::object body;
    if (status == 422 && details != nullptr) {
        body["detail"] = json::parse(*details).value_or(json::value(error.to_string()));
    } else if (const auto* origin = field_of(error, "place"); status == 422 && origin != nullptr) {
        json::array place{*origin};
        if (const auto& name = *field_of(error, "name"); !name.empty()) place.emplace_back(name);
        json::object one{{"type", *field_of(error, "type")}, {"loc", std::move(place)}, {"msg", error.to_string()}};
        if (const auto* input = field_of(error, "input"))
            one["input"] = json::parse(*input).value_or(json::value(nullptr));
        body["detail"] = json::array{std::move(one)};
    } else {
        body["detail"] = error.to_string();
    }
    auto response = json_response(body, status);
    if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    if (const auto* seconds = field_of(error, "retry_after")) response.headers.emplace_back("Retry-After", *seconds);
    return response;
}

}  // namespace gale
