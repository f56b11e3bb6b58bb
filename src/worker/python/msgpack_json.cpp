#include "worker/python/msgpack_json.hpp"

#include <fmt/format.h>
#include <msgpack.hpp>

#include <bit>
#include <cmath>
#include <cstring>

#include "worker/try_log.hpp"

namespace gale {
namespace {

using Packer = msgpack::packer<msgpack::sbuffer>;
constexpr int kMaxDepth = 56;  // the wire wraps it once more, and reads 64
constexpr std::int8_t kTimestamp = -1;

void pack_text(Packer& packer, std::string_view text) {
    packer.pack_str(static_cast<std::uint32_t>(text.size()));
    packer.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
}

// Not by pack_double, which makes an integer of 3.0.
void pack_number(msgpack::sbuffer& buffer, double number) {
    const auto bits = std::bit_cast<std::uint64_t>(number);
    char bytes[9] = {static_cast<char>(0xcb)};
    for (int i = 0; i < 8; ++i) bytes[i + 1] = static_cast<char>(bits >> (56 - 8 * i));
    buffer.write(bytes, sizeof bytes);
}

void pack(Packer& packer, msgpack::sbuffer& buffer, const json::value& value) {
    switch (value.kind()) {
        case boost::json::kind::null: packer.pack_nil(); break;
        case boost::json::kind::bool_: value.get_bool() ? packer.pack_true() : packer.pack_false(); break;
        case boost::json::kind::int64: packer.pack_int64(value.get_int64()); break;
        case boost::json::kind::uint64: packer.pack_uint64(value.get_uint64()); break;
        case boost::json::kind::double_: pack_number(buffer, value.get_double()); break;
        case boost::json::kind::string: pack_text(packer, value.get_string()); break;
        case boost::json::kind::array:
            packer.pack_array(static_cast<std::uint32_t>(value.get_array().size()));
            for (const auto& item : value.get_array()) pack(packer, buffer, item);
            break;
        case boost::json::kind::object:
            packer.pack_map(static_cast<std::uint32_t>(value.get_object().size()));
            for (const auto& member : value.get_object()) {
                pack_text(packer, member.key());
                pack(packer, buffer, member.value());
            }
            break;
    }
}

template <class Number>
Number big_endian(const char* bytes) {
    Number number = 0;
    for (size_t i = 0; i < sizeof(Number); ++i)
        number = static_cast<Number>((number << 8) | static_cast<unsigned char>(bytes[i]));
    return number;
}

// The three sizes of msgpack's timestamp: seconds; nanoseconds and seconds in 64 bits; both in 96.
Result<json::value> from_timestamp(const msgpack::object_ext& ext) {
    std::int64_t seconds = 0;
    std::uint64_t nanoseconds = 0;
    if (ext.size == 4) {
        seconds = big_endian<std::uint32_t>(ext.data());
    } else if (ext.size == 8) {
        const auto packed = big_endian<std::uint64_t>(ext.data());
        nanoseconds = packed >> 34;
        seconds = static_cast<std::int64_t>(packed & 0x3ffffffffULL);
    } else if (ext.size == 12) {
        nanoseconds = big_endian<std::uint32_t>(ext.data());
        seconds = std::bit_cast<std::int64_t>(big_endian<std::uint64_t>(ext.data() + 4));
    } else {
        return fail(ErrorCode::data_corrupt, fmt::format("msgpack: a timestamp of {} bytes", ext.size));
    }
    // Years 0001 to 9999, as Python's datetime; the range also keeps the sum below from overflowing.
    if (seconds < -62'135'596'800 || seconds > 253'402'300'799 || nanoseconds > 999'999'999) {
        return fail(ErrorCode::data_corrupt, "msgpack: a timestamp outside of the years 1 to 9999");
    }
    const TimePoint time{std::chrono::seconds{seconds} +
                         std::chrono::microseconds{static_cast<std::int64_t>(nanoseconds / 1000)}};
    return json::value(to_iso8601(time));
}

Result<json::value> unpack(const msgpack::object& from, int depth) {
    if (depth > kMaxDepth) return fail(ErrorCode::data_corrupt, "msgpack: nested too deeply");
    switch (from.type) {
        case msgpack::type::NIL: return json::value(nullptr);
        case msgpack::type::BOOLEAN: return json::value(from.via.boolean);
        case msgpack::type::POSITIVE_INTEGER: return json::value(from.via.u64);
        case msgpack::type::NEGATIVE_INTEGER: return json::value(from.via.i64);
        case msgpack::type::FLOAT32:
        case msgpack::type::FLOAT64:
            // JSON has none, and the wire to the server is JSON.
            if (!std::isfinite(from.via.f64))
                return fail(ErrorCode::data_corrupt, "msgpack: NaN and infinity are no JSON");
            return json::value(from.via.f64);
        case msgpack::type::STR: return json::value(to_valid_utf8({from.via.str.ptr, from.via.str.size}));
        case msgpack::type::BIN: return json::value(to_valid_utf8({from.via.bin.ptr, from.via.bin.size}));
        case msgpack::type::EXT:
            if (from.via.ext.type() == kTimestamp) return from_timestamp(from.via.ext);
            return fail(ErrorCode::data_corrupt,
                        fmt::format("msgpack: extension type {} is unknown", from.via.ext.type()));
        case msgpack::type::ARRAY: {
            json::array list;
            for (std::uint32_t i = 0; i < from.via.array.size; ++i)
                list.push_back(TRY(unpack(from.via.array.ptr[i], depth + 1)));
            return json::value(std::move(list));
        }
        case msgpack::type::MAP: {
            json::object map;
            for (std::uint32_t i = 0; i < from.via.map.size; ++i) {
                const auto& [key, value] = from.via.map.ptr[i];
                if (key.type != msgpack::type::STR)
                    return fail(ErrorCode::data_corrupt, "msgpack: a map key is not a string");
                map.insert_or_assign(to_valid_utf8({key.via.str.ptr, key.via.str.size}), TRY(unpack(value, depth + 1)));
            }
            return json::value(std::move(map));
        }
    }
    return fail(ErrorCode::data_corrupt, "msgpack: an unknown type");
}

}  // namespace

std::string to_msgpack(const json::value& value) {
    msgpack::sbuffer buffer;
    Packer packer(buffer);
    pack(packer, buffer, value);
    return {buffer.data(), buffer.size()};
}

Result<json::value> from_msgpack(std::string_view bytes) {
    try {
        size_t offset = 0;
        // A header may claim four thousand million elements, and room is made for what it claims: each takes a byte.
        const size_t most = bytes.size();
        const msgpack::unpack_limit limit(most, most, most, most, most, kMaxDepth + 8);
        const msgpack::object_handle handle =
            msgpack::unpack(bytes.data(), bytes.size(), offset, nullptr, nullptr, limit);
        if (offset != bytes.size()) {
            return fail(ErrorCode::data_corrupt,
                        fmt::format("msgpack: {} bytes after the value", bytes.size() - offset));
        }
        return unpack(handle.get(), 0);
    } catch (const std::exception& error) {  // msgpack-cxx's and bad_alloc
        return fail(ErrorCode::data_corrupt, fmt::format("msgpack: {}", error.what()));
    }
}

}  // namespace gale
