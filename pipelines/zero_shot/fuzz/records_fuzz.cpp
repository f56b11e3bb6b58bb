// Fuzzes the streamed formats. The first byte chooses one; what was read and written with labels is read again
// and must hold the same records.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "require.hpp"
#include "stream/record_file.hpp"

namespace {

using namespace gale::zero_shot;

/// A file in memory under a path of its own.
class MemoryFile {
public:
    explicit MemoryFile(std::string_view bytes) : fd_(::memfd_create("records", MFD_CLOEXEC)) {
        require(fd_ >= 0 && ::write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    }
    ~MemoryFile() { ::close(fd_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

private:
    int fd_;
};

struct Contents {
    std::vector<std::string> texts;
    std::string labelled;
    bool whole = true;
};

Contents read(std::string_view bytes, RecordFormat format, const std::string& column) {
    Contents contents;
    const MemoryFile file(bytes);
    auto reader = open_records(file.path(), format, {column}, {});
    contents.whole = reader.has_value();
    if (!reader) return contents;
    contents.labelled = (*reader)->output_header();
    Record record;
    for (;;) {
        const RecordPosition before = (*reader)->position();
        const auto more = (*reader)->next(record);
        contents.whole = more.has_value();
        if (!more || !*more) return contents;
        require(record.byte == before.byte && (*reader)->position().byte > before.byte);
        contents.texts.push_back(record.text);
        (*reader)->append(contents.labelled, record, "a \"label\",\t", 0.5F, {});
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    constexpr RecordFormat kFormats[] = {RecordFormat::kTsv, RecordFormat::kCsv, RecordFormat::kJsonLines};
    const RecordFormat format = kFormats[data[0] % 3];
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Contents first = read(bytes, format, "t");
    if (!first.whole) return 0;
    std::string again = first.labelled;
    // Labelled twice the columns would be there already: under other names they may be.
    if (format == RecordFormat::kJsonLines) {
        require(first.texts.empty() || !read(again, format, "t").whole);
        return 0;
    }
    const std::size_t end = again.find("label");
    require(end != std::string::npos);
    again.replace(again.rfind("label", again.find('\n', again.find("score"))), 5, "lbl");
    again.replace(again.find("score"), 5, "scr");
    const Contents second = read(again, format, "t");
    if (second.whole) require(second.texts == first.texts);
    return 0;
}
