#include "tokenizer/json_part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <limits>

namespace gale::zero_shot {

JsonPart JsonPart::member(std::string_view name) const {
    const bool is_object = value_ != nullptr && value_->is_object();
    const auto* found = is_object ? value_->get_object().if_contains(name) : nullptr;
    return {found, file_, path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name)};
}

Result<std::string> JsonPart::text() const {
    if (value_ == nullptr || !value_->is_string()) return wrong("a text");
    return std::string(value_->get_string());
}

Result<std::int32_t> JsonPart::id() const {
    if (value_ != nullptr && value_->is_int64()) {
        const std::int64_t number = value_->get_int64();
        if (number >= 0 && number < std::numeric_limits<std::int32_t>::max()) return static_cast<std::int32_t>(number);
    }
    return wrong("a whole number from 0 on");
}

Result<double> JsonPart::number() const {
    if (value_ == nullptr || !value_->is_number()) return wrong("a number");
    return value_->to_number<double>();
}

Result<std::vector<JsonPart>> JsonPart::items() const {
    if (value_ == nullptr || !value_->is_array()) return wrong("a list");
    std::vector<JsonPart> parts;
    parts.reserve(value_->get_array().size());
    for (const auto& item : value_->get_array()) {
        parts.emplace_back(&item, file_, fmt::format("{}[{}]", path_, parts.size()));
    }
    return parts;
}

Result<bool> JsonPart::flag(bool when_missing) const {
    if (!is_there()) return when_missing;
    if (!value_->is_bool()) return wrong("true or false");
    return value_->get_bool();
}

std::string JsonPart::type() const {
    const JsonPart type = member("type");
    return type.is_there() && type.value()->is_string() ? std::string(type.value()->get_string()) : "";
}

std::unexpected<Error> JsonPart::wrong(std::string_view wanted) const {
    return fail(ErrorKind::kInput, fmt::format("tokenizer {}: {} must be {}; get the file again, or use a model of a "
                                               "family that this program knows",
                                               file_, path_.empty() ? "the file" : path_, wanted));
}

namespace {

constexpr int kHighestPower = 308;

/// 10^exponent, from 0 to kHighestPower.
double power_of_ten(int exponent) {
    static const auto powers = [] {
        std::array<double, kHighestPower + 1> made{};
        for (std::size_t i = 0; i < made.size(); ++i) {
            const std::string text = fmt::format("1e{}", i);
            std::from_chars(text.data(), text.data() + text.size(), made[i]);
        }
        return made;
    }();
    return powers[static_cast<std::size_t>(exponent)];
}

/// The number that the reference reads in `text`: its JSON reader takes the digits as a whole number,
/// rounds that, and then scales it, so that it can be the neighbour of the nearest one. Scores of equal
/// sums are told apart by such.
double reference_number(std::string_view text) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t digits = 0;
    int exponent = 0;
    bool is_fraction = false;
    bool is_full = false;
    std::size_t at = text.starts_with('-') ? 1 : 0;
    for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
        if (text[at] == '.') {
            is_fraction = true;
            continue;
        }
        const auto digit = static_cast<std::uint64_t>(text[at] - '0');
        is_full = is_full || digits > (kMost - digit) / 10;
        if (!is_full) digits = digits * 10 + digit;
        if (is_full != is_fraction) exponent += is_full ? 1 : -1;
    }
    if (at < text.size()) {
        const std::string_view written = text.substr(at + (text.substr(at + 1).starts_with('+') ? 2 : 1));
        int scale = 0;
        std::from_chars(written.data(), written.data() + written.size(), scale);
        exponent += std::clamp(scale, -100'000, 100'000);
    }
    auto number = static_cast<double>(digits);
    for (; exponent < -kHighestPower && number != 0; exponent += kHighestPower) number /= power_of_ten(kHighestPower);
    if (exponent < 0) number /= power_of_ten(std::min(-exponent, kHighestPower));
    if (exponent > 0) number *= power_of_ten(std::min(exponent, kHighestPower));
    return text.starts_with('-') ? -number : number;
}

/// Builds a value as boost::json::parse does, but for numbers.
struct ReferenceHandler {
    static constexpr std::size_t max_object_size = boost::json::object::max_size();
    static constexpr std::size_t max_array_size = boost::json::array::max_size();
    static constexpr std::size_t max_key_size = boost::json::string::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();
    using Code = boost::system::error_code;
    using Text = boost::json::string_view;

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return true; }
    bool on_object_end(std::size_t count, Code&) { return stack.push_object(count), true; }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(std::size_t count, Code&) { return stack.push_array(count), true; }
    bool on_key_part(Text text, std::size_t, Code&) { return stack.push_chars(text), true; }
    bool on_key(Text text, std::size_t, Code&) { return stack.push_key(text), true; }
    bool on_string_part(Text text, std::size_t, Code&) { return stack.push_chars(text), true; }
    bool on_string(Text text, std::size_t, Code&) { return stack.push_string(text), true; }
    bool on_number_part(Text, Code&) { return true; }
    bool on_int64(std::int64_t number, Text, Code&) { return stack.push_int64(number), true; }
    bool on_uint64(std::uint64_t number, Text, Code&) { return stack.push_uint64(number), true; }
    bool on_double(double, Text text, Code&) { return stack.push_double(reference_number(text)), true; }
    bool on_bool(bool flag, Code&) { return stack.push_bool(flag), true; }
    bool on_null(Code&) { return stack.push_null(), true; }
    bool on_comment_part(Text, Code&) { return true; }
    bool on_comment(Text, Code&) { return true; }

    boost::json::value_stack stack;
};

}  // namespace

Result<boost::json::value> parse_json(std::string_view text, std::string_view file) {
    boost::json::basic_parser<ReferenceHandler> parser{boost::json::parse_options()};
    parser.handler().stack.reset();
    boost::system::error_code code;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), code);
    if (!code && read == text.size()) return parser.handler().stack.release();
    return fail(ErrorKind::kInput, fmt::format("tokenizer {} is no JSON from byte {} on ({}); get the file again", file,
                                               read, code ? code.message() : "something follows its end"));
}

}  // namespace gale::zero_shot
