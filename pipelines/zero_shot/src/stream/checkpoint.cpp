#include "stream/checkpoint.hpp"

#include <boost/json.hpp>

#include "tokenizer/text_files.hpp"
#include "tokenizer/try.hpp"
#include "tsv/atomic_file.hpp"

namespace gale::zero_shot {

namespace {

namespace json = boost::json;

constexpr std::string_view kJob = "job";
constexpr std::string_view kByte = "input_byte";
constexpr std::string_view kLine = "input_line";
constexpr std::string_view kTotal = "total";
constexpr std::string_view kRecords = "records";
constexpr std::string_view kWithoutText = "without_text";
constexpr std::string_view kOutputBytes = "output_bytes";

/// A whole number from 0 on.
std::optional<std::uint64_t> number(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return std::nullopt;
    return static_cast<std::uint64_t>(value->get_int64());
}

}  // namespace

Result<void> write_checkpoint(const std::string& path, const Checkpoint& checkpoint) {
    const json::object object = {
        {kJob, checkpoint.job},
        {kByte, checkpoint.input.byte},
        {kLine, checkpoint.input.line},
        {kTotal, checkpoint.total},
        {kRecords, checkpoint.records},
        {kWithoutText, checkpoint.without_text},
        {kOutputBytes, checkpoint.output_bytes},
    };
    return write_file_atomically(path, json::serialize(object) + "\n");
}

Result<std::optional<Checkpoint>> read_checkpoint(const std::string& path) {
    const auto text = TRY(read_file_if_there(path));
    json::error_code code;
    const json::value value = text ? json::parse(*text, code) : json::value();
    if (code || !value.is_object()) return std::nullopt;
    const json::object& object = value.get_object();
    const auto* job = object.if_contains(kJob);
    const auto byte = number(object, kByte);
    const auto line = number(object, kLine);
    const auto total = number(object, kTotal);
    const auto records = number(object, kRecords);
    const auto without_text = number(object, kWithoutText);
    const auto output_bytes = number(object, kOutputBytes);
    const bool is_whole =
        job != nullptr && job->is_string() && byte && line && total && records && without_text && output_bytes;
    if (!is_whole) return std::nullopt;
    return Checkpoint{std::string(job->get_string()), {*byte, *line}, *total, *records, *without_text, *output_bytes};
}

}  // namespace gale::zero_shot
