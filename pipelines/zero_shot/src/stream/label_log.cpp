#include "stream/label_log.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "stream/record_file.hpp"

namespace gale::zero_shot {

namespace {

void append_bytes(std::string& out, const void* bytes, std::size_t count) {
    out.append(static_cast<const char*>(bytes), count);
}

}  // namespace

void append_logged_label(std::string& out, std::string_view label, float score, std::span<const float> scores,
                         std::size_t scores_per_label) {
    const auto size = static_cast<std::uint32_t>(label.size());
    append_bytes(out, &size, sizeof size);
    out += label;
    append_bytes(out, &score, sizeof score);
    std::vector<float> row(scores.begin(), scores.end());
    row.resize(scores_per_label);
    append_bytes(out, row.data(), row.size() * sizeof(float));
}

LabelLog::LabelLog(std::ifstream file, std::string path, std::size_t scores_per_label)
    : file_(std::move(file)), path_(std::move(path)), scores_per_label_(scores_per_label) {}

Result<LabelLog> LabelLog::open(const std::string& path, std::size_t scores_per_label) {
    std::ifstream file(path, std::ios::binary);
    if (!file.is_open()) {
        return fail(ErrorKind::kDisk, fmt::format("cannot open {}: {}; check the path", path, std::strerror(errno)));
    }
    return LabelLog(std::move(file), path, scores_per_label);
}

Result<void> LabelLog::next(LoggedLabel& label) {
    const auto read = [&](void* place, std::size_t count) {
        return static_cast<bool>(file_.read(static_cast<char*>(place), static_cast<std::streamsize>(count)));
    };
    std::uint32_t size = 0;
    bool is_whole = read(&size, sizeof size) && size <= kMaxRecordBytes;
    if (is_whole) label.label.resize(size);
    label.scores.resize(scores_per_label_);
    is_whole = is_whole && read(label.label.data(), size) && read(&label.score, sizeof label.score) &&
               read(label.scores.data(), scores_per_label_ * sizeof(float));
    if (is_whole) return {};
    return fail(ErrorKind::kDisk, fmt::format("cannot read {}: it is damaged; run the same again with --anew", path_));
}

}  // namespace gale::zero_shot
