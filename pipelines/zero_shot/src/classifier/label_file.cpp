#include "classifier/label_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tsv/utf8.hpp"
#include "weights/mapped_file.hpp"

namespace gale::zero_shot {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view trim(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\f\v";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::unexpected<Error> wrong(std::string_view name, std::string_view what) {
    return fail(ErrorKind::kInput, fmt::format("label file {}: {}", name, what));
}

}  // namespace

const std::vector<std::string>& default_labels() {
    static const std::vector<std::string> labels{"Crypto", "SEC",      "Dividend", "Economics", "Oil or Gas",
                                                 "IPO",    "Politics", "Buffet",   "Stock",     "Other"};
    return labels;
}

Result<std::vector<std::string>> parse_labels(std::string_view text, std::string_view name) {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (const auto bad = find_invalid_utf8(text); bad != std::string_view::npos) {
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(bad), '\n');
        return wrong(name, fmt::format("line {} is no UTF-8; save the file as UTF-8", line));
    }
    std::vector<std::string> labels;
    std::map<std::string, std::size_t, std::less<>> line_of;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const auto end = text.find('\n');
        const auto label = trim(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (label.empty()) continue;
        const auto [earlier, is_new] = line_of.emplace(label, line);
        if (!is_new) {
            return wrong(name, fmt::format("label \"{}\" of line {} is in line {} too; remove one", label,
                                           earlier->second, line));
        }
        labels.emplace_back(label);
    }
    if (labels.empty()) return wrong(name, "it has no label; write one a line");
    return labels;
}

Result<std::vector<std::string>> read_labels(const std::string& path) {
    const auto file = MappedFile::open(path);
    if (!file) return std::unexpected(file.error());
    const auto bytes = (*file)->bytes();
    return parse_labels({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

}  // namespace gale::zero_shot
