// What the hub does for a client that does not keep up, without sockets.
#include "api/events/event_hub.hpp"

#include <condition_variable>
#include <mutex>

#include "api/api_fixture.hpp"

namespace gale {
namespace {

// A client that is told that there is more, and reads when the test says so.
class Client {
public:
    explicit Client(std::unique_ptr<BodyStream> stream) : stream_(std::move(stream)) {
        stream_->start(StreamWaker(signal_));
        EXPECT_TRUE(read().starts_with("event: change\n"));
    }
    ~Client() { signal_->disconnect(); }
    Client(const Client&) = delete;

    // What has come; empty: nothing. Later wakes count anew.
    std::string read() {
        signal_->clear();
        auto piece = stream_->read();
        EXPECT_TRUE(piece) << piece.error().to_string();
        return piece ? piece->bytes : "";
    }
    // Makes a change and waits until the hub has put it into the client's queue.
    template <class Change>
    void hear(Change change) {
        signal_->clear();
        {
            std::scoped_lock lock(mutex_);
            woken_ = false;
        }
        change();
        std::unique_lock lock(mutex_);
        ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds{20}, [&] { return woken_; })) << "no wake";
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
    std::shared_ptr<StreamWaker::Signal> signal_ = std::make_shared<StreamWaker::Signal>([this] {
        std::scoped_lock lock(mutex_);
        woken_ = true;
        changed_.notify_all();
    });
    std::unique_ptr<BodyStream> stream_;
};

class EventHubTest : public ApiTest {
protected:
    void SetUp() override {
        ApiTest::SetUp();
        hub_ = std::make_unique<EventHub>(*store_, *auth_, clock_);
    }
    std::unique_ptr<Client> open() {
        const auto principal = auth_->verify(token_);
        EXPECT_TRUE(principal);
        auto stream = hub_->open({}, *principal, std::nullopt);
        EXPECT_TRUE(stream);
        return std::make_unique<Client>(std::move(*stream));
    }
    void pause(bool is_paused) {
        const std::string body = is_paused ? R"({"is_paused":true})" : R"({"is_paused":false})";
        ASSERT_EQ(send("PATCH", "/api/v2/dags/news", body).status, 200);
    }

    std::unique_ptr<EventHub> hub_;
};

TEST_F(EventHubTest, AClientThatDoesNotKeepUpGetsOneResetAndThenWhatComesAfter) {
    const auto slow = open();
    const auto quick = open();
    bool is_paused = false;
    // One read of the hub each, as many as a queue holds, and the one that is too many.
    for (size_t i = 0; i < EventHub::kMaxQueued + 1; ++i) {
        ASSERT_NO_FATAL_FAILURE(slow->hear([&] { quick->hear([&] { pause(is_paused = !is_paused); }); }));
        EXPECT_NE(quick->read().find(is_paused ? R"("is_paused":true)" : R"("is_paused":false)"), std::string::npos);
    }
    const std::string told = slow->read();
    EXPECT_TRUE(told.starts_with("event: reset\nid: ")) << told;
    EXPECT_EQ(told.find("event: ", 1), std::string::npos) << told;
    EXPECT_EQ(slow->read(), "");
    // The reset's id is that of the newest change: a client that comes back with it has missed nothing.
    const auto id = std::to_string(store_->last_change().value());
    EXPECT_NE(told.find("id: " + id + "\n"), std::string::npos) << told << " is not of " << id;

    slow->hear([&] { pause(is_paused = !is_paused); });
    const std::string after = slow->read();
    EXPECT_TRUE(after.starts_with("event: change\n")) << after;
    EXPECT_NE(after.find(R"("dag_id":"news")"), std::string::npos) << after;
}

TEST_F(EventHubTest, AClientThatIsAFullQueueBehindIsToldAllOfIt) {
    const auto slow = open();
    bool is_paused = false;
    for (size_t i = 0; i < EventHub::kMaxQueued; ++i)
        ASSERT_NO_FATAL_FAILURE(slow->hear([&] { pause(is_paused = !is_paused); }));
    const std::string told = slow->read();
    size_t changes = 0;
    for (size_t at = told.find("event: change\n"); at != std::string::npos; at = told.find("event: change\n", at + 1))
        ++changes;
    EXPECT_EQ(changes, EventHub::kMaxQueued);
    EXPECT_EQ(told.find("event: reset"), std::string::npos);
}

}  // namespace
}  // namespace gale
