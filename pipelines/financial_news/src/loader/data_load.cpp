// data_load: the newest items of a news feed as a TSV file. Exit codes: 0 written, 2 wrong usage,
// 3 the feed could not be fetched, 4 the feed is no usable feed, 5 the file could not be written.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "loader/feed.hpp"
#include "loader/fetch.hpp"
#include "tsv/atomic_file.hpp"
#include "tsv/news.hpp"

namespace {

using namespace financial_news;
using namespace gale::zero_shot;

constexpr int kWrongUsage = 2;

struct Options {
    std::string data_path;
    std::string feed_url = "https://www.cnbc.com/id/19746125/device/rss/rss.xml";
    std::size_t limit = 30;
    long timeout_s = 60;
};

int exit_code(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::kNetwork: return 3;
        case ErrorKind::kInput: return 4;
        case ErrorKind::kDisk: return 5;
    }
    return 1;
}

Error about_feed(const std::string& url, Error error) {
    const std::string_view attempt = error.kind == ErrorKind::kInput ? "cannot use" : "cannot fetch";
    const ErrorKind kind = error.kind == ErrorKind::kDisk ? ErrorKind::kNetwork : error.kind;
    return {kind, fmt::format("{} the feed {}: {}", attempt, without_credentials(url), error.message)};
}

void report(const Options& options, const Feed& feed, const std::vector<NewsRow>& rows, const Repairs& repairs) {
    if (repairs.undated > 0) {
        fmt::print(stderr,
                   "data_load: warning: {} of {} items have no readable date, such as {}; they count as "
                   "published when the feed was made or loaded\n",
                   repairs.undated, feed.items.size(), repairs.example);
    }
    fmt::print("data_load: wrote {} of {} news from {} to {} ({} to {} UTC)\n", rows.size(), feed.items.size(),
               without_credentials(options.feed_url), options.data_path, rows.back().published, rows.front().published);
}

Result<void> load(const Options& options) {
    FetchLimits limits;
    limits.total = std::chrono::seconds{options.timeout_s};
    const auto fetched = fetch(options.feed_url, limits);
    if (!fetched) return std::unexpected(about_feed(options.feed_url, fetched.error()));
    const auto feed = parse_feed(fetched->body, fetched->charset);
    if (!feed) return std::unexpected(about_feed(options.feed_url, feed.error()));

    Repairs repairs;
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto rows = newest_news(*feed, options.limit, now, repairs);
    if (const auto written = write_file_atomically(options.data_path, format_news(rows)); !written) return written;
    report(options, *feed, rows, repairs);
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{
        "Loads the newest items of a news feed (RSS 2.0, RSS 1.0, Atom) into a TSV file with the "
        "columns id, published, title, summary.",
        "data_load"};
    app.add_option("--data_path", options.data_path, "file to write; missing folders are made")->required();
    app.add_option("--feed_url", options.feed_url, "http://, https:// or file:/// address of the feed")
        ->envname("NEWS_FEED_URL")
        ->capture_default_str();
    app.add_option("--limit", options.limit, "how many of the newest items to keep")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    app.add_option("--timeout", options.timeout_s, "seconds that fetching may take")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kWrongUsage;
    }
    const auto loaded = load(options);
    if (loaded) return 0;
    fmt::print(stderr, "data_load: error: {}\n", loaded.error().message);
    return exit_code(loaded.error().kind);
}
