#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "stream/label_stream.hpp"

namespace gale::zero_shot {

/// A job in a folder of its own, which ends with it, and a scorer that counts.
class LabelStream : public testing::Test {
protected:
    explicit LabelStream(const std::string& ending = "tsv") {
        std::string pattern = testing::TempDir() + "/label_stream.XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        job_.input = folder_ + "/in." + ending;
        job_.output = folder_ + "/out." + ending;
        job_.text_columns = {"title", "summary"};
        job_.labels = {"long", "short"};
        job_.quiet = true;
        job_.chunk_records = 2;
        job_.checkpoint_interval = std::chrono::milliseconds(0);
    }
    ~LabelStream() override { std::filesystem::remove_all(folder_); }

    void write_input(const std::string& bytes) { std::ofstream(job_.input, std::ios::binary) << bytes; }

    static std::string read(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        std::ostringstream bytes;
        bytes << file.rdbuf();
        return bytes.str();
    }

    std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
            found.push_back(entry.path().filename().string());
        }
        std::ranges::sort(found);
        return found;
    }

    /// A text of more than three bytes is long. Fails before call number `fails_at`.
    ScoreTexts scorer(int fails_at = 1 << 30, ErrorKind kind = ErrorKind::kDisk) {
        return [this, fails_at, kind](std::span<const std::string> texts) -> Result<std::vector<std::vector<float>>> {
            if (calls_ == fails_at) return fail(kind, "the scorer stopped");
            ++calls_;
            std::vector<std::vector<float>> scores;
            for (const std::string& text : texts) {
                labelled_.push_back(text);
                scores.push_back(text.size() > 3 ? std::vector{0.75F, 0.25F} : std::vector{0.25F, 0.75F});
            }
            return scores;
        };
    }

    std::string folder_;
    StreamJob job_;
    int calls_ = 0;
    std::vector<std::string> labelled_;
};

}  // namespace gale::zero_shot
