#pragma once
// A part of a JSON file that knows its place, so that an error can name it.

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tsv/result.hpp"

namespace gale::zero_shot {

class JsonPart {
public:
    /// `value` may be null: a part that is not there.
    JsonPart(const boost::json::value* value, std::string_view file, std::string path)
        : value_(value), file_(file), path_(std::move(path)) {}

    /// Neither missing nor null.
    bool is_there() const { return value_ != nullptr && !value_->is_null(); }
    const boost::json::value* value() const { return value_; }
    std::string_view file() const { return file_; }

    JsonPart member(std::string_view name) const;

    /// kInput when the part is no text, and so on.
    Result<std::string> text() const;
    Result<std::int32_t> id() const;  ///< a whole number from 0 on
    Result<double> number() const;
    Result<std::vector<JsonPart>> items() const;
    Result<bool> flag(bool when_missing) const;

    /// Of an object's member "type"; empty when there is none.
    std::string type() const;

    /// kInput: the part "must be" `wanted`.
    std::unexpected<Error> wrong(std::string_view wanted) const;

private:
    const boost::json::value* value_;
    std::string_view file_;
    std::string path_;
};

/// kInput when `text` is no JSON.
Result<boost::json::value> parse_json(std::string_view text, std::string_view file);

}  // namespace gale::zero_shot
