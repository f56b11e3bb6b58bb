// Any bytes as a TSV file: no crash, and what is read is the same after writing and reading again.

#include <cstdint>
#include <optional>
#include <sstream>

#include "fuzz/require.hpp"
#include "tsv/tsv.hpp"
#include "tsv/utf8.hpp"

namespace {

using namespace gale::zero_shot;
using Rows = std::vector<std::vector<std::string>>;

/// The header and all rows; nullopt when the text is damaged.
std::optional<Rows> read(const std::string& text) {
    auto reader = TsvReader::from_stream(std::make_unique<std::istringstream>(text), "file");
    if (!reader) return std::nullopt;
    Rows rows = {reader->header()};
    for (std::vector<std::string> fields;;) {
        const auto more = reader->next(fields);
        if (!more) return std::nullopt;
        if (!*more) return rows;
        REQUIRE(fields.size() == reader->header().size());
        for (const std::string& field : fields) REQUIRE(find_invalid_utf8(field) == std::string::npos);
        rows.push_back(fields);
    }
}

/// A line of nothing but spaces is blank in this dialect, so one column cannot hold such a text.
bool looks_blank(const std::vector<std::string>& row) {
    return row.size() == 1 && !row[0].empty() && row[0].find_first_not_of(' ') == std::string::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto rows = read({reinterpret_cast<const char*>(data), size});
    if (!rows) return 0;
    std::string text;
    for (const auto& row : *rows) {
        if (looks_blank(row)) return 0;
        append_tsv_row(text, std::vector<std::string_view>(row.begin(), row.end()));
    }
    if (text.starts_with("\xEF\xBB\xBF")) return 0;  // read as a byte order mark
    REQUIRE(read(text) == *rows);
    return 0;
}
