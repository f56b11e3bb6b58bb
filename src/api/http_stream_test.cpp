// Answers that are streams, and compressed ones, on real sockets. Nothing sleeps: every wait is for the other side.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <latch>
#include <mutex>
#include <set>
#include <thread>

#include "api/detail/compress.hpp"
#include "api/http_test_client.hpp"

namespace gale {
namespace {

// A stream made of a function, which tells when it is destroyed.
class TestStream final : public BodyStream {
public:
    using Read = std::function<Result<StreamPiece>()>;
    explicit TestStream(Read read) : read_(std::move(read)) {}
    ~TestStream() override {
        if (gone) gone->set_value();
    }
    void start(StreamWaker waker) override {
        if (started) started->set_value(waker);
    }
    Result<StreamPiece> read() override { return read_(); }
    std::optional<std::uint64_t> length() const override { return bytes; }
    std::string_view idle_text() const override { return idle; }

    std::promise<void>* gone = nullptr;
    std::promise<StreamWaker>* started = nullptr;
    std::optional<std::uint64_t> bytes;
    std::string idle;

private:
    Read read_;
};

// The texts, then the end.
TestStream::Read texts(std::vector<std::string> pieces) {
    auto next = std::make_shared<size_t>(0);
    return [pieces = std::move(pieces), next]() -> Result<StreamPiece> {
        if (*next == pieces.size()) return StreamPiece::end();
        return StreamPiece::of(pieces[(*next)++]);
    };
}

HttpResponse stream_response(std::unique_ptr<BodyStream> stream) {
    HttpResponse response;
    response.content_type = "text/plain";
    response.stream = std::move(stream);
    return response;
}

HttpHandler serve(TestStream::Read read, std::function<void(TestStream&)> prepare = {}) {
    return [=](const HttpRequest&) {
        auto stream = std::make_unique<TestStream>(read);
        if (prepare) prepare(*stream);
        return stream_response(std::move(stream));
    };
}

constexpr std::string_view kGet = "GET /s HTTP/1.1\r\nHost: x\r\n\r\n";

std::string ask(HttpHandler handler, std::string_view request, HttpServerOptions options = local_options()) {
    auto server = HttpServer::start(options, std::move(handler)).value();
    Client client(server->port());
    client.send(request);
    return client.read_all();
}

TEST(HttpStream, IsSentInChunksAndEnded) {
    const auto text = ask(serve(texts({"one", "", "three"})), kGet);
    EXPECT_NE(text.find("Transfer-Encoding: chunked"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\n3\r\none\r\n5\r\nthree\r\n0\r\n\r\n")) << text;
}

TEST(HttpStream, OfKnownLengthIsSentPlain) {
    const auto text = ask(serve(texts({"one", "three"}), [](TestStream& stream) { stream.bytes = 8; }), kGet);
    EXPECT_NE(text.find("Content-Length: 8"), std::string::npos) << text;
    EXPECT_EQ(text.find("chunked"), std::string::npos);
    EXPECT_TRUE(text.ends_with("\r\n\r\nonethree")) << text;
}

TEST(HttpStream, ReachesAnHttp10ClientWithoutChunks) {
    const auto text = ask(serve(texts({"one", "three"})), "GET /s HTTP/1.0\r\n\r\n");
    EXPECT_EQ(text.find("chunked"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\nonethree")) << text;
}

TEST(HttpStream, IsNotReadForAHeadRequest) {
    std::atomic<bool> was_read = false;
    const auto text = ask(serve([&]() -> Result<StreamPiece> {
                              was_read = true;
                              return StreamPiece::end();
                          }),
                          "HEAD /s HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(text.starts_with("HTTP/1.1 200")) << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\n")) << text;
    EXPECT_FALSE(was_read);
}

TEST(HttpStream, AnErrorCutsItSoThatItDoesNotLookWhole) {
    const auto cut_by = [](const char* how) {
        auto calls = std::make_shared<int>(0);
        return ask(serve([calls, how = std::string(how)]() -> Result<StreamPiece> {
                       if ((*calls)++ == 0) return StreamPiece::of("part");
                       if (how == "throw") throw std::runtime_error("broken");
                       return fail(ErrorCode::unavailable, "the disk is gone");
                   }),
                   kGet);
    };
    for (const char* how : {"throw", "error"}) {
        const auto text = cut_by(how);
        EXPECT_TRUE(text.ends_with("4\r\npart\r\n")) << text;
    }
    const auto too_short = ask(serve(texts({"12"}), [](TestStream& stream) { stream.bytes = 3; }), kGet);
    EXPECT_TRUE(too_short.ends_with("\r\n\r\n12")) << too_short;
    const auto too_long = ask(serve(texts({"12", "34"}), [](TestStream& stream) { stream.bytes = 3; }), kGet);
    EXPECT_TRUE(too_long.ends_with("\r\n\r\n12")) << too_long;
}

// What others put in, from any thread.
struct Inbox {
    std::mutex mutex;
    std::string text;
    bool over = false;
    std::promise<StreamWaker> started;
    StreamWaker waker;

    HttpHandler handler() {
        return serve(
            [this]() -> Result<StreamPiece> {
                std::scoped_lock lock(mutex);
                if (!text.empty()) return StreamPiece::of(std::exchange(text, {}));
                return over ? StreamPiece::end() : StreamPiece::nothing_yet();
            },
            [this](TestStream& stream) { stream.started = &started; });
    }
    void put(std::string_view more, bool last = false) {
        {
            std::scoped_lock lock(mutex);
            text += more;
            over = last;
        }
        waker.wake();
    }
};

TEST(HttpStream, IsReadAgainWhenItIsWoken) {
    Inbox inbox;
    auto server = HttpServer::start(local_options(), inbox.handler()).value();
    Client client(server->port());
    client.send(kGet);
    inbox.waker = inbox.started.get_future().get();
    for (int i = 0; i < 200; ++i) {
        inbox.put("event " + std::to_string(i) + ";");
        client.read_until("event " + std::to_string(i) + ";");
    }
    inbox.put("", true);
    EXPECT_TRUE(client.read_all().ends_with("0\r\n\r\n"));
    inbox.waker.wake();  // nobody is there any more
}

TEST(HttpStream, LosesNoWakeUpOfManyThreads) {
    Inbox inbox;
    auto server = HttpServer::start(local_options(), inbox.handler()).value();
    Client client(server->port());
    client.send(kGet);
    inbox.waker = inbox.started.get_future().get();
    std::latch done(4);
    std::vector<std::jthread> writers;
    for (int t = 0; t < 4; ++t) {
        writers.emplace_back([&] {
            for (int i = 0; i < 500; ++i) inbox.put("x");
            done.count_down();
            done.wait();
        });
    }
    done.wait();
    inbox.put("", true);
    const auto text = client.read_all();
    EXPECT_EQ(std::ranges::count(text.substr(text.find("\r\n\r\n")), 'x'), 2000);
}

TEST(HttpStream, ManyIdleOnesTakeNoThread) {
    auto options = local_options();
    options.threads = 1;
    std::atomic<int> waiting = 0;
    auto server = HttpServer::start(options, [&](const HttpRequest& request) {
                      if (request.target == "/ok") return HttpResponse{200, "text/plain", "fine", {}};
                      return stream_response(std::make_unique<TestStream>([&]() -> Result<StreamPiece> {
                          ++waiting;
                          return StreamPiece::nothing_yet();
                      }));
                  }).value();
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 300; ++i) {
        clients.push_back(std::make_unique<Client>(server->port()));
        clients.back()->send(kGet);
        clients.back()->read_until("\r\n\r\n");
    }
    Client other(server->port());
    other.send("GET /ok HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(other.read_all().ends_with("fine"));
}

TEST(HttpStream, IdleTextShowsThatTheServerIsThere) {
    auto options = local_options();
    options.stream_idle_interval = std::chrono::milliseconds{5};
    auto server = HttpServer::start(options, serve([]() -> Result<StreamPiece> { return StreamPiece::nothing_yet(); },
                                                   [](TestStream& stream) { stream.idle = ": keep-alive\n\n"; }))
                      .value();
    Client client(server->port());
    client.send(kGet);
    for (int i = 0; i < 3; ++i) EXPECT_NE(client.read_until("\n\n\r\n").find(": keep-alive"), std::string::npos);
}

TEST(HttpStream, AClientThatIsGoneDestroysItWhileItIsIdle) {
    std::promise<void> gone;
    auto server =
        HttpServer::start(local_options(), serve([]() -> Result<StreamPiece> { return StreamPiece::nothing_yet(); },
                                                 [&](TestStream& stream) { stream.gone = &gone; }))
            .value();
    {
        Client client(server->port());
        client.send(kGet);
        client.read_until("\r\n\r\n");
    }
    gone.get_future().get();
}

TEST(HttpStream, WaitsForASlowReaderWithOneChunkAndCutsItAfterItsTime) {
    auto options = local_options();
    options.request_timeout = std::chrono::milliseconds{200};
    std::promise<void> gone;
    std::atomic<std::uint64_t> made = 0;
    auto server = HttpServer::start(options, serve(
                                                 [&]() -> Result<StreamPiece> {
                                                     made += 65'536;
                                                     return StreamPiece::of(std::string(65'536, 'x'));
                                                 },
                                                 [&](TestStream& stream) { stream.gone = &gone; }))
                      .value();
    Client client(server->port(), 4096);
    client.send(kGet);
    client.read_until("\r\n\r\n");
    gone.get_future().get();  // an endless stream ends, since its client reads nothing
    const auto read = client.read_all().size();
    EXPECT_LE(made, read + 64ull * 1024 * 1024);  // what the kernel holds, and one chunk: not all there is
}

TEST(HttpStream, StopEndsItAtOnceAlsoWhileItIsRead) {
    std::promise<void> idle_gone, busy_gone, reading, release;
    auto released = release.get_future().share();
    auto server = HttpServer::start(local_options(), [&](const HttpRequest& request) {
                      const bool busy = request.target == "/busy";
                      auto stream = std::make_unique<TestStream>([&, busy]() -> Result<StreamPiece> {
                          if (!busy) return StreamPiece::nothing_yet();
                          reading.set_value();
                          released.wait();
                          return StreamPiece::of("late");
                      });
                      stream->gone = busy ? &busy_gone : &idle_gone;
                      return stream_response(std::move(stream));
                  }).value();
    Client idle(server->port()), busy(server->port());
    idle.send(kGet);
    idle.read_until("\r\n\r\n");
    busy.send("GET /busy HTTP/1.1\r\n\r\n");
    reading.get_future().get();
    auto stopped = std::async(std::launch::async, [&] { server->stop(); });
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_TRUE(busy.read_all().ends_with("\r\n\r\n"));  // cut while its read() goes on
    release.set_value();
    stopped.get();
    idle_gone.get_future().get();
    busy_gone.get_future().get();
}

std::string long_json() {
    std::string text = "[";
    for (int i = 0; i < 5000; ++i) text += std::to_string(i) + ",";
    return text + "0]";
}

TEST(HttpCompression, PacksLongTextsForThoseWhoTakeIt) {
    const HttpHandler json = [](const HttpRequest&) {
        return HttpResponse{200, "application/json; charset=utf-8", long_json(), {}};
    };
    const auto packed = ask(json, "GET / HTTP/1.1\r\nAccept-Encoding: br, gzip\r\nConnection: close\r\n\r\n");
    EXPECT_NE(packed.find("Content-Encoding: gzip"), std::string::npos);
    EXPECT_NE(packed.find("Vary: Accept-Encoding"), std::string::npos);
    EXPECT_EQ(detail::gunzip(std::string_view(packed).substr(packed.find("\r\n\r\n") + 4)), long_json());
    for (const char* accept : {"", "Accept-Encoding: br\r\n", "Accept-Encoding: gzip;q=0, *\r\n"}) {
        const auto plain = ask(json, std::string("GET / HTTP/1.1\r\nConnection: close\r\n") + accept + "\r\n");
        EXPECT_TRUE(plain.ends_with(long_json())) << accept;
        EXPECT_NE(plain.find("Vary: Accept-Encoding"), std::string::npos);
    }
}

TEST(HttpCompression, LeavesShortAndEncodedAnswersPicturesAndEventsAlone) {
    const auto untouched = [](HttpResponse response) {
        const auto before = response.body;
        detail::compress({"GET", "/", {{"accept-encoding", "gzip"}}, "", ""}, response);
        return response.body == before;
    };
    EXPECT_TRUE(untouched({200, "application/json", "[]", {}}));
    EXPECT_TRUE(untouched({200, "image/png", long_json(), {}}));
    EXPECT_TRUE(untouched({200, "text/event-stream", long_json(), {}}));
    EXPECT_TRUE(untouched({200, "text/css", long_json(), {{"content-encoding", "gzip"}}}));
    EXPECT_FALSE(untouched({200, "text/css", long_json(), {}}));
}

TEST(HttpCompression, UnderstandsAcceptEncodingsWeights) {
    const auto takes = [](const char* accept) {
        return detail::accepts_coding({"GET", "/", {{"Accept-Encoding", accept}}, "", ""}, "gzip");
    };
    for (const char* yes : {"gzip", "GZIP", "deflate, gzip;q=1.0", "*", "br;q=0.9 , gzip ; q=0.001"}) {
        EXPECT_TRUE(takes(yes)) << yes;
    }
    for (const char* no : {"", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "x-gzip2", ",;,"}) {
        EXPECT_FALSE(takes(no)) << no;
    }
}

}  // namespace
}  // namespace gale
