#include <fmt/format.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "stream/record_readers.hpp"
#include "tokenizer/try.hpp"

namespace gale::zero_shot {

namespace {

namespace json = boost::json;

constexpr std::string_view kScoresMember = "scores";
constexpr std::string_view kBlanks = " \t\r";

class JsonLines final : public RecordReader {
public:
    JsonLines(std::ifstream file, std::string name, std::vector<std::string> text_columns,
              std::vector<std::string> score_columns)
        : file_(std::move(file)),
          name_(std::move(name)),
          text_columns_(std::move(text_columns)),
          score_columns_(std::move(score_columns)) {}

    Result<bool> next(Record& record) override {
        record.fields.resize(1);
        std::string& line = record.fields[0];
        record.byte = next_.byte;
        do {
            if (!TRY(read_line(line))) return false;
        } while (line.find_first_not_of(kBlanks) == std::string::npos);
        return read_object(line, record.text);
    }

    RecordPosition position() const override { return next_; }

    Result<void> seek(RecordPosition position) override {
        file_.clear();
        if (!file_.seekg(static_cast<std::streamoff>(position.byte))) {
            return fail(ErrorKind::kDisk,
                        fmt::format("cannot go to byte {} of {}; is it a regular file?", position.byte, name_));
        }
        next_ = position;
        return {};
    }

    std::string output_header() const override { return ""; }

    /// The line as it was, with members added before its closing brace.
    void append(std::string& out, const Record& record, std::string_view label, float score,
                std::span<const float> scores) const override {
        const std::string& line = record.fields[0];
        const std::size_t brace = line.rfind('}');
        const std::size_t last = line.find_last_not_of(" \t\r\n", brace - 1);
        out.append(line, 0, last + 1);
        if (line[last] != '{') out += ',';
        const bool has_label = !label.empty();
        const std::string name = has_label ? json::serialize(json::string(label)) : "null";
        out += fmt::format("\"{}\":{},\"{}\":{}", kLabelColumn, name, kScoreColumn,
                           has_label ? format_score(score) : "null");
        if (!score_columns_.empty()) out += fmt::format(",\"{}\":{}", kScoresMember, scores_object(has_label, scores));
        out += "}\n";
    }

private:
    std::string scores_object(bool has_label, std::span<const float> scores) const {
        if (!has_label) return "null";
        std::string members;
        for (std::size_t i = 0; i < score_columns_.size(); ++i) {
            members += fmt::format("{}{}:{}", i == 0 ? "" : ",", json::serialize(json::string(score_columns_[i])),
                                   format_score(scores[i]));
        }
        return fmt::format("{{{}}}", members);
    }

    std::unexpected<Error> broken(std::string_view what) const {
        return fail(ErrorKind::kInput, fmt::format("{}, line {} {}", name_, next_.line - 1, what));
    }

    /// The next line without its end; false at the end of the file.
    Result<bool> read_line(std::string& line) {
        line.clear();
        std::streambuf& bytes = *file_.rdbuf();
        int byte = 0;
        ++next_.line;
        for (;;) {
            try {
                byte = bytes.sbumpc();
            } catch (const std::ios_base::failure& failure) {
                return fail(ErrorKind::kDisk, fmt::format("cannot read {}: {}", name_, failure.what()));
            }
            if (byte == std::char_traits<char>::eof()) break;
            ++next_.byte;
            if (byte == '\n') return true;
            if (line.size() == kMaxRecordBytes) {
                return broken(fmt::format("has more than {} bytes; split the record", kMaxRecordBytes));
            }
            line += static_cast<char>(byte);
        }
        return !line.empty();
    }

    Result<bool> read_object(std::string_view line, std::string& text) const {
        json::error_code code;
        const json::value value = json::parse(json::string_view(line.data(), line.size()), code);
        if (code) return broken(fmt::format("is no JSON: {}", code.message()));
        if (!value.is_object()) return broken("is no JSON object");
        for (const std::string_view added : {kLabelColumn, kScoreColumn, kScoresMember}) {
            if (value.get_object().contains(added)) {
                return broken(fmt::format("has a member \"{}\" already, which the output is to get; rename it", added));
            }
        }
        text.clear();
        for (const std::string& column : text_columns_) {
            const auto* member = value.get_object().if_contains(column);
            if (member == nullptr) return broken(fmt::format("has no member \"{}\"", column));
            if (member->is_null()) continue;
            if (!member->is_string()) return broken(fmt::format("has a \"{}\" that is no text", column));
            add_text(text, member->get_string());
        }
        return true;
    }

    std::ifstream file_;
    std::string name_;
    std::vector<std::string> text_columns_;
    std::vector<std::string> score_columns_;
    RecordPosition next_;
};

}  // namespace

Result<std::unique_ptr<RecordReader>> open_json_lines(const std::string& path, std::vector<std::string> text_columns,
                                                      std::vector<std::string> score_columns) {
    std::ifstream file(path, std::ios::binary);
    if (!file.is_open()) {
        return fail(ErrorKind::kDisk, fmt::format("cannot open {}: {}; check the path", path, std::strerror(errno)));
    }
    return std::make_unique<JsonLines>(std::move(file), path, std::move(text_columns), std::move(score_columns));
}

}  // namespace gale::zero_shot
