#include "tsv/tsv.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <istream>

#include "tsv/utf8.hpp"

namespace gale::zero_shot {
namespace {

constexpr int kEnd = std::char_traits<char>::eof();

bool is_blank(const std::vector<std::string>& record) {
    return record.size() == 1 && record[0].find_first_not_of(' ') == std::string::npos;
}

/// Its length, 0 when there is none.
std::size_t skip_byte_order_mark(std::istream& stream) {
    if (stream.peek() != 0xEF) return 0;  // spares a stream that cannot seek
    char start[3] = {};
    stream.read(start, 3);
    if (std::string_view(start, 3) == "\xEF\xBB\xBF") return 3;
    stream.clear();
    stream.seekg(0);
    return 0;
}

}  // namespace

void append_tsv_row(std::string& out, std::span<const std::string_view> fields, char delimiter) {
    const char special[] = {delimiter, '"', '\n', '\r'};
    if (fields.size() == 1 && fields[0].empty()) {
        out += "\"\"\n";  // an empty line would be skipped as blank
        return;
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) out += delimiter;
        if (fields[i].find_first_of(std::string_view(special, sizeof(special))) == std::string_view::npos) {
            out += fields[i];
            continue;
        }
        out += '"';
        for (const char byte : fields[i]) {
            if (byte == '"') out += '"';
            out += byte;
        }
        out += '"';
    }
    out += '\n';
}

TsvReader::TsvReader(std::unique_ptr<std::istream> stream, std::string name, char delimiter)
    : stream_(std::move(stream)), name_(std::move(name)), delimiter_(delimiter) {}
TsvReader::TsvReader(TsvReader&&) noexcept = default;
TsvReader& TsvReader::operator=(TsvReader&&) noexcept = default;
TsvReader::~TsvReader() = default;

Result<TsvReader> TsvReader::open(const std::string& path, char delimiter) {
    auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
    if (!file->is_open()) {
        return fail(ErrorKind::kDisk, fmt::format("cannot open the TSV file {}: {}; check that the task that writes it "
                                                  "has run and that the path is right",
                                                  path, std::strerror(errno)));
    }
    return from_stream(std::move(file), path, delimiter);
}

Result<TsvReader> TsvReader::from_stream(std::unique_ptr<std::istream> stream, std::string name, char delimiter) {
    TsvReader reader(std::move(stream), std::move(name), delimiter);
    reader.next_byte_ = skip_byte_order_mark(*reader.stream_);
    const auto read = reader.read_record(reader.header_);
    if (!read) return std::unexpected(read.error());
    if (!*read) {
        return fail(ErrorKind::kInput, fmt::format("{} is empty: it has no header row; write it again", reader.name_));
    }
    std::vector<std::string> sorted = reader.header_;
    std::ranges::sort(sorted);
    if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end()) {
        return reader.broken(reader.row_line_, fmt::format("has the column \"{}\" twice", *twice));
    }
    return reader;
}

Result<std::size_t> TsvReader::column(std::string_view name) const {
    const auto found = std::ranges::find(header_, name);
    if (found != header_.end()) return static_cast<std::size_t>(found - header_.begin());
    return fail(ErrorKind::kInput, fmt::format("{} has no column \"{}\"; it has: {}. Add the column, or write the file "
                                               "again with tabs between the columns",
                                               name_, name, fmt::join(header_, ", ")));
}

Result<bool> TsvReader::next(std::vector<std::string>& fields) {
    const auto read = read_record(fields);
    if (!read || !*read) return read;
    if (fields.size() != header_.size()) {
        return broken(row_line_, fmt::format("has {} fields where the header has {}; a {} inside a "
                                             "text needs quotes around the text",
                                             fields.size(), header_.size(), delimiter_ == '\t' ? "tab" : "comma"));
    }
    return true;
}

Result<bool> TsvReader::read_record(std::vector<std::string>& fields) {
    bool blank = false;
    do {
        if (peek() == kEnd) return at_end();
        const bool quoted = peek() == '"';
        row_line_ = next_line_;
        std::size_t row_bytes = 0;
        std::size_t count = 0;
        for (bool more = true; more; ++count) {
            if (count == fields.size()) fields.emplace_back();
            const auto read = read_field(fields[count], row_bytes);
            if (!read) return read;
            more = *read;
        }
        fields.resize(count);
        blank = !quoted && is_blank(fields);
    } while (blank);
    return true;
}

int TsvReader::peek() const {
    return stream_->peek();
}

int TsvReader::get() {
    const int byte = stream_->get();
    if (byte != kEnd) ++next_byte_;
    return byte;
}

bool TsvReader::ends_field(int byte) const {
    return byte == delimiter_ || byte == '\n' || byte == '\r' || byte == kEnd;
}

Result<void> TsvReader::seek(Position position) {
    stream_->clear();
    if (!stream_->seekg(static_cast<std::streamoff>(position.byte))) {
        return fail(ErrorKind::kDisk,
                    fmt::format("cannot go to byte {} of {}; is it a regular file?", position.byte, name_));
    }
    next_byte_ = position.byte;
    next_line_ = position.line;
    return {};
}

/// False at the end of the file; an error when reading stopped for another reason.
Result<bool> TsvReader::at_end() const {
    if (!stream_->bad()) return false;
    return fail(ErrorKind::kDisk,
                fmt::format("cannot read {}; check that it is a regular file on a working disk", name_));
}

/// True when another field of the same row follows.
Result<bool> TsvReader::read_field(std::string& field, std::size_t& row_bytes) {
    field.clear();
    if (peek() == '"') {
        if (const auto read = read_quoted(field, row_bytes); !read) return std::unexpected(read.error());
    } else {
        while (!ends_field(peek())) {
            const auto taken = take(field, static_cast<char>(get()), row_bytes);
            if (!taken) return std::unexpected(taken.error());
        }
    }
    if (find_invalid_utf8(field) != std::string::npos) {
        return broken(row_line_, "is not UTF-8; convert the file, or write it again");
    }
    const int end = get();
    if (end == delimiter_) return true;
    end_line(end);
    return false;
}

/// Reads from the opening quote up to the closing one; what follows must end the field.
Result<void> TsvReader::read_quoted(std::string& field, std::size_t& row_bytes) {
    const std::size_t quote_line = next_line_;
    get();
    for (;;) {
        const int byte = get();
        if (byte == kEnd) {
            return broken(quote_line,
                          "opens a quote that is never closed; the file may be cut off, or "
                          "a quote inside a text is not doubled");
        }
        if (byte == '"' && peek() != '"') break;
        if (byte == '"') get();
        if (const auto taken = take(field, static_cast<char>(byte), row_bytes); !taken) return taken;
        if (byte == '\n' || (byte == '\r' && peek() != '\n')) ++next_line_;
    }
    if (ends_field(peek())) return {};
    return broken(next_line_, "has text after a closing quote; a quote inside a text must be doubled");
}

Result<void> TsvReader::take(std::string& field, char byte, std::size_t& row_bytes) {
    if (byte == '\0') return broken(next_line_, "holds a NUL byte; this is no text file");
    if (++row_bytes > kMaxRowBytes) {
        return broken(row_line_,
                      fmt::format("starts a row of more than {} bytes; a closing quote may be missing", kMaxRowBytes));
    }
    field += byte;
    return {};
}

/// Counts the line that `byte` ended and drops the line feed of a CR LF.
void TsvReader::end_line(int byte) {
    if (byte == '\r' && peek() == '\n') get();
    if (byte != kEnd) ++next_line_;
}

std::unexpected<Error> TsvReader::broken(std::size_t line, std::string_view what) const {
    return fail(ErrorKind::kInput, fmt::format("{}, line {} {}", name_, line, what));
}

}  // namespace gale::zero_shot
