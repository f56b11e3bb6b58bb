#include "loader/encoding.hpp"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "tsv/utf8.hpp"

namespace financial_news {
namespace {

constexpr std::array<char16_t, 32> kWindows1252 = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                                   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

struct Mark {
    std::string_view bytes;
    std::string_view encoding;
};

// UTF-32's little-endian mark starts with UTF-16's, so it stands first.
constexpr std::array<Mark, 5> kMarks = {{{{"\x00\x00\xFE\xFF", 4}, "utf-32be"},
                                         {{"\xFF\xFE\x00\x00", 4}, "utf-32le"},
                                         {{"\xEF\xBB\xBF", 3}, "utf-8"},
                                         {{"\xFE\xFF", 2}, "utf-16be"},
                                         {{"\xFF\xFE", 2}, "utf-16le"}}};

// How "<?" or "<r" looks without a mark.
constexpr std::array<Mark, 4> kStarts = {{{{"\x00\x00\x00<", 4}, "utf-32be"},
                                          {{"<\x00\x00\x00", 4}, "utf-32le"},
                                          {{"\x00<", 2}, "utf-16be"},
                                          {{"<\x00", 2}, "utf-16le"}}};

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
    return out;
}

/// The encoding an XML declaration names; empty when there is none.
std::string declared_encoding(std::string_view bytes) {
    if (!bytes.starts_with("<?xml")) return {};
    const std::string_view declaration = bytes.substr(0, bytes.find("?>"));
    const std::size_t key = declaration.find("encoding");
    if (key == std::string_view::npos) return {};
    const std::size_t open = declaration.find_first_of("\"'", key);
    if (open == std::string_view::npos) return {};
    const std::size_t close = declaration.find(declaration[open], open + 1);
    if (close == std::string_view::npos) return {};
    return lower(declaration.substr(open + 1, close - open - 1));
}

std::string from_windows_1252(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 8);
    for (const char byte : bytes) append_utf8(out, windows_1252_code_point(static_cast<unsigned char>(byte)));
    return out;
}

/// Keeps what is UTF-8 and reads each other byte as windows-1252: feeds mix the two by mistake.
std::string repair_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    for (;;) {
        const std::size_t invalid = find_invalid_utf8(bytes);
        out += bytes.substr(0, invalid);
        if (invalid == std::string_view::npos) return out;
        append_utf8(out, windows_1252_code_point(static_cast<unsigned char>(bytes[invalid])));
        bytes.remove_prefix(invalid + 1);
    }
}

/// The code unit of `width` bytes at `at`.
char32_t code_unit(std::string_view bytes, std::size_t at, std::size_t width, bool big_endian) {
    char32_t unit = 0;
    for (std::size_t i = 0; i < width; ++i) {
        const std::size_t from = at + (big_endian ? i : width - 1 - i);
        unit = (unit << 8) | static_cast<unsigned char>(bytes[from]);
    }
    return unit;
}

/// UTF-16 (`width` 2) or UTF-32 (4); lone surrogates and a cut last unit become U+FFFD.
std::string from_wide(std::string_view bytes, std::size_t width, bool big_endian) {
    std::string out;
    out.reserve(bytes.size());
    std::size_t at = 0;
    while (at + width <= bytes.size()) {
        char32_t unit = code_unit(bytes, at, width, big_endian);
        at += width;
        if (width == 2 && unit >= 0xD800 && unit < 0xDC00 && at + 2 <= bytes.size()) {
            const char32_t low = code_unit(bytes, at, width, big_endian);
            if (low >= 0xDC00 && low < 0xE000) {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                at += width;
            }
        }
        append_utf8(out, unit);
    }
    if (at < bytes.size()) append_utf8(out, 0xFFFD);
    return out;
}

/// For the encodings that only the machine's iconv knows.
class Converter {
public:
    explicit Converter(const std::string& from) : handle_(::iconv_open("UTF-8", from.c_str())) {}
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    ~Converter() {
        if (known()) ::iconv_close(handle_);
    }

    bool known() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

    /// False when `bytes` are none of the encoding.
    bool convert(std::string bytes, std::string& out) {
        out.assign(bytes.size() * 4 + 16, '\0');  // no encoding needs more than four bytes for one
        char* in = bytes.data();
        std::size_t in_left = bytes.size();
        char* to = out.data();
        std::size_t out_left = out.size();
        const bool whole = ::iconv(handle_, &in, &in_left, &to, &out_left) != static_cast<std::size_t>(-1);
        out.resize(out.size() - out_left);
        return whole && in_left == 0;
    }

private:
    iconv_t handle_;
};

Result<std::string> convert(std::string_view bytes, const std::string& encoding) {
    Converter converter(encoding);
    if (!converter.known()) {
        return fail(ErrorKind::kInput,
                    fmt::format("its encoding \"{}\" is not known on this machine; use a feed in UTF-8", encoding));
    }
    std::string out;
    if (!converter.convert(std::string(bytes), out)) {
        return fail(ErrorKind::kInput, fmt::format("it says that it is {}, but its bytes are not (offset "
                                                   "about {}); tell the feed's owner, or use another feed",
                                                   encoding, out.size()));
    }
    return out;
}

}  // namespace

char32_t windows_1252_code_point(unsigned char byte) {
    return byte >= 0x80 && byte <= 0x9F ? kWindows1252[byte - 0x80] : byte;
}

Result<std::string> xml_to_utf8(std::string_view bytes, std::string_view charset) {
    std::string encoding;
    for (const Mark& mark : kMarks) {
        if (!bytes.starts_with(mark.bytes)) continue;
        encoding = mark.encoding;
        bytes.remove_prefix(mark.bytes.size());
        break;
    }
    for (const Mark& start : kStarts) {
        if (encoding.empty() && bytes.starts_with(start.bytes)) encoding = start.encoding;
    }
    if (encoding.starts_with("utf-16")) return from_wide(bytes, 2, encoding.ends_with("be"));
    if (encoding.starts_with("utf-32")) return from_wide(bytes, 4, encoding.ends_with("be"));
    if (encoding.empty()) encoding = lower(charset);
    if (encoding.empty()) encoding = declared_encoding(bytes);

    static constexpr std::array<std::string_view, 3> kUtf8 = {"", "us-ascii", "ascii"};
    static constexpr std::array<std::string_view, 5> kLatin = {"windows-1252", "cp1252", "iso-8859-1", "iso8859-1",
                                                               "latin1"};
    // A wide encoding is wrongly claimed here: the first bytes did not look like one.
    const bool utf = encoding.starts_with("utf") || encoding.starts_with("ucs");
    if (utf || std::ranges::find(kUtf8, encoding) != kUtf8.end()) return repair_utf8(bytes);
    if (std::ranges::find(kLatin, encoding) != kLatin.end()) return from_windows_1252(bytes);
    return convert(bytes, encoding);
}

}  // namespace financial_news
