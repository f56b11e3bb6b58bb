#pragma once
// The TSV dialect of pandas: `DataFrame.to_csv(sep="\t", index=False)` and `read_csv(sep="\t")`.
//
// Writing: a field that holds a tab, a double quote, a line feed or a carriage return is quoted,
// a quote inside it is doubled; a row ends with one line feed; a missing value is an empty field.
// (CPython below 3.13 leaves a lone carriage return unquoted, and its own reader then breaks the
// row there. We always quote it, as newer versions do, so that it reads back equal.)
//
// What no writer of this dialect can keep: `read_csv` turns an empty field and words such as NA,
// nan, null or None into NaN whether quoted or not, and a column of digits into numbers. A reader
// who wants the text as written passes `dtype=str, keep_default_na=False`. This reader always
// gives the text as written, with an empty string for a missing value.
//
// Reading is stricter than pandas, where pandas would hide damage: a row that is too short, text
// after a closing quote, a NUL byte or bytes that are no UTF-8 are errors with a line number.
// Blank lines are skipped, CR LF and CR end a row too, a UTF-8 byte order mark is skipped.

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// Appends one row, quoted where needed, with its line feed. The same dialect with commas is CSV.
void append_tsv_row(std::string& out, std::span<const std::string_view> fields, char delimiter = '\t');

/// Streams rows; memory is bounded by the longest row (at most `kMaxRowBytes`).
class TsvReader {
public:
    static constexpr std::size_t kMaxRowBytes = std::size_t{16} << 20;

    /// Opens `path` and reads the header. kDisk when it cannot be read; kInput when it is empty, or
    /// a column name appears twice.
    static Result<TsvReader> open(const std::string& path, char delimiter = '\t');

    /// The same from a stream that can seek; `name` stands for the file in messages.
    static Result<TsvReader> from_stream(std::unique_ptr<std::istream> stream, std::string name, char delimiter = '\t');

    TsvReader(TsvReader&&) noexcept;
    TsvReader& operator=(TsvReader&&) noexcept;
    ~TsvReader();

    const std::vector<std::string>& header() const { return header_; }

    /// Index of the column `name`; kInput, naming the columns that are there, when it is missing.
    Result<std::size_t> column(std::string_view name) const;

    /// Reads the next row into `fields`, which then has as many as the header; false at the end.
    /// kInput with the line number for damage; the reader is not to be used after an error.
    Result<bool> next(std::vector<std::string>& fields);

    /// Line, from 1, where the row last read starts.
    std::size_t line() const { return row_line_; }

    /// Where the next row starts: the byte, from 0, and the line, from 1.
    struct Position {
        std::uint64_t byte = 0;
        std::uint64_t line = 1;
    };
    Position position() const { return {next_byte_, next_line_}; }

    /// Goes on at a place that `position()` gave for the same file. kDisk when it cannot seek.
    Result<void> seek(Position position);

private:
    TsvReader(std::unique_ptr<std::istream> stream, std::string name, char delimiter);

    int peek() const;
    int get();
    bool ends_field(int byte) const;

    Result<bool> read_record(std::vector<std::string>& fields);
    Result<bool> at_end() const;
    Result<bool> read_field(std::string& field, std::size_t& row_bytes);
    Result<void> read_quoted(std::string& field, std::size_t& row_bytes);
    Result<void> take(std::string& field, char byte, std::size_t& row_bytes);
    void end_line(int byte);
    std::unexpected<Error> broken(std::size_t line, std::string_view what) const;

    std::unique_ptr<std::istream> stream_;
    std::string name_;
    std::vector<std::string> header_;
    char delimiter_;
    std::uint64_t next_byte_ = 0;
    std::size_t next_line_ = 1;
    std::size_t row_line_ = 0;
};

}  // namespace gale::zero_shot
