#include "stream/label_stream.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>

#include "stream/checkpoint.hpp"
#include "stream/partial_file.hpp"
#include "stream/progress.hpp"
#include "tokenizer/try.hpp"

namespace gale::zero_shot {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{4} << 20;  // of texts, beside the one that goes over it

/// What of the input decides where to go on.
struct InputFile {
    bool is_regular = false;
    std::uint64_t bytes = 0;
    std::int64_t modified_ns = 0;
};

Result<InputFile> look_at(const std::string& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) {
        return fail(ErrorKind::kDisk, fmt::format("cannot open {}: {}; check the path", path, std::strerror(errno)));
    }
    return InputFile{S_ISREG(info.st_mode), static_cast<std::uint64_t>(info.st_size),
                     std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec};
}

class Run {
public:
    Run(const StreamJob& job, const ScoreTexts& score, InputFile file, std::unique_ptr<RecordReader> reader,
        PartialFile output)
        : job_(job), score_(score), file_(file), reader_(std::move(reader)), output_(std::move(output)) {
        if (job.part.count == 1) return;
        range_.first = border(job.part.index);
        if (job.part.index + 1 < job.part.count) range_.end = border(job.part.index + 1);
    }

    Result<StreamSummary> run() {
        auto summary = label();
        const bool is_over = summary.has_value() || summary.error().kind == ErrorKind::kInput;
        if (!summary && is_over) output_.discard();
        if (is_over) ::unlink(checkpoint_path(job_.output).c_str());
        return summary;
    }

private:
    /// Where a part begins.
    std::uint64_t border(std::uint64_t index) const { return reader_->extent(file_.bytes) / job_.part.count * index; }

    Result<StreamSummary> label() {
        TRY_VOID(go_on_or_start());
        StreamSummary summary{.records_before = checkpoint_.records};
        std::optional<Progress> progress;
        if (!job_.quiet) progress.emplace(stderr, checkpoint_.total, checkpoint_.records);
        const auto start = Clock::now();
        for (;;) {
            TRY_VOID(read_chunk());
            if (count_ == 0) break;
            TRY_VOID(label_chunk());
            TRY_VOID(save());
            if (progress) progress->update(checkpoint_.records);
        }
        // What is left to do is not labelled again when it fails.
        TRY_VOID(save_now());
        TRY_VOID(reader_->finish(output_, {range_.first, reader_->position().byte}));
        summary.records = checkpoint_.records;
        summary.without_text = checkpoint_.without_text;
        summary.seconds = std::chrono::duration<double>(Clock::now() - start).count();
        return summary;
    }

    std::string job_text() const {
        return fmt::format("{} ({} bytes, modified {}), part {} of {}, format {}, text {}, labels {}{}, {}", job_.input,
                           file_.bytes, file_.modified_ns, job_.part.index, job_.part.count,
                           static_cast<int>(job_.format), job_.text_columns, job_.labels,
                           job_.all_scores ? " with all scores" : "", job_.settings);
    }

    Result<void> go_on_or_start() {
        checkpoint_.job = job_text();
        if (job_.resume && file_.is_regular) {
            const auto saved = TRY(read_checkpoint(checkpoint_path(job_.output)));
            if (saved && saved->job == checkpoint_.job && saved->output_bytes <= output_.size()) {
                checkpoint_ = *saved;
                TRY_VOID(output_.cut(saved->output_bytes));
                return reader_->seek(saved->input);
            }
        }
        TRY_VOID(output_.cut(0));
        if (file_.is_regular) checkpoint_.total = TRY(reader_->check(range_));
        return output_.append(reader_->output_header());
    }

    Result<void> read_chunk() {
        std::size_t bytes = 0;
        for (count_ = 0; count_ < job_.chunk_records && bytes < kChunkBytes; ++count_) {
            if (reader_->position().byte >= range_.end) break;
            if (count_ == chunk_.size()) chunk_.emplace_back();
            if (!TRY(reader_->next(chunk_[count_]))) break;
            bytes += chunk_[count_].text.size();
        }
        return {};
    }

    Result<void> label_chunk() {
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < count_; ++i) {
            if (!chunk_[i].text.empty()) texts.push_back(chunk_[i].text);
        }
        const auto scores = texts.empty() ? std::vector<std::vector<float>>{} : TRY(score_(texts));
        std::string out;
        std::size_t next = 0;
        for (std::size_t i = 0; i < count_; ++i) {
            if (chunk_[i].text.empty()) {
                reader_->append(out, chunk_[i], "", 0, {});
                ++checkpoint_.without_text;
                continue;
            }
            const std::vector<float>& row = scores[next++];
            const auto best = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
            reader_->append(out, chunk_[i], job_.labels[best], row[best], row);
        }
        checkpoint_.records += count_;
        return output_.append(out);
    }

    Result<void> save() {
        if (Clock::now() - saved_ < job_.checkpoint_interval) return {};
        return save_now();
    }

    Result<void> save_now() {
        if (!file_.is_regular) return {};
        TRY_VOID(output_.sync());
        checkpoint_.input = reader_->position();
        checkpoint_.output_bytes = output_.size();
        TRY_VOID(write_checkpoint(checkpoint_path(job_.output), checkpoint_));
        saved_ = Clock::now();
        return {};
    }

    using Clock = std::chrono::steady_clock;

    const StreamJob& job_;
    const ScoreTexts& score_;
    InputFile file_;
    std::unique_ptr<RecordReader> reader_;
    PartialFile output_;
    RecordRange range_;  ///< the part's
    Checkpoint checkpoint_;
    std::vector<Record> chunk_;
    std::size_t count_ = 0;  ///< of the chunk's records that are in use
    Clock::time_point saved_ = Clock::now();
};

}  // namespace

Result<StreamSummary> label_stream(const StreamJob& job, const ScoreTexts& score) {
    const InputFile file = TRY(look_at(job.input));
    if (!file.is_regular && job.part.count > 1) {
        return fail(ErrorKind::kInput, fmt::format("{} is no regular file: it has no parts", job.input));
    }
    auto reader = TRY(open_records(job.input, job.format, job.text_columns,
                                   job.all_scores ? job.labels : std::vector<std::string>{}));
    auto output = TRY(PartialFile::open(job.output));
    return Run(job, score, file, std::move(reader), std::move(output)).run();
}

}  // namespace gale::zero_shot
