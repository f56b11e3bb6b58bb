#include "api/events/event_hub.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "api/events/event_text.hpp"
#include "base/log.hpp"

namespace gale {
namespace {

// How long an ended token may be used at most, besides what wakes us for.
constexpr std::chrono::seconds kLookAgain{15};
constexpr std::chrono::seconds kAfterError{1};

// One read of the journal, for all streams; its text without a filter is made once.
struct Delivery {
    explicit Delivery(ChangeSet changes) : set(std::move(changes)) {}
    const std::string& whole() const {
        std::call_once(once_, [&] { text_ = event_text(set, {}); });
        return text_;
    }
    const ChangeSet set;

private:
    mutable std::once_flag once_;
    mutable std::string text_;
};

// The hub's end of a stream and the stream's end of the hub.
struct Listener {
    const EventFilter filter;
    const Principal principal;
    std::mutex mutex;
    std::deque<std::shared_ptr<const Delivery>> queue;
    StreamWaker waker;
    bool too_slow = false;
    bool over = false;  // its log-in is not good any more
    ChangeSeq newest = 0;

    bool is_filtered() const { return !filter.dag_ids.empty() || filter.dag_run_id.has_value(); }
    void put(const std::shared_ptr<const Delivery>& delivery) {
        {
            std::scoped_lock lock(mutex);
            newest = delivery->set.last;
            if (too_slow) return;
            if (queue.size() < EventHub::kMaxQueued) {
                queue.push_back(delivery);
            } else {
                queue.clear();
                too_slow = true;
            }
        }
        waker_now().wake();
    }
    void end() {
        {
            std::scoped_lock lock(mutex);
            over = true;
        }
        waker_now().wake();
    }
    StreamWaker waker_now() {
        std::scoped_lock lock(mutex);
        return waker;
    }
};

class EventBodyStream final : public BodyStream {
public:
    EventBodyStream(Store& store, std::shared_ptr<Listener> listener, std::optional<ChangeSeq> last_event_id,
                    ChangeSeq start)
        : store_(store), listener_(std::move(listener)), last_event_id_(last_event_id), seen_(start) {}

    void start(StreamWaker waker) override {
        std::scoped_lock lock(listener_->mutex);
        listener_->waker = std::move(waker);
    }
    std::string_view idle_text() const override { return ": keep-alive\n\n"; }

    Result<StreamPiece> read() override {
        if (!begun_) {
            begun_ = true;
            return StreamPiece::of(TRY(first_event()));
        }
        std::deque<std::shared_ptr<const Delivery>> queue;
        {
            std::scoped_lock lock(listener_->mutex);
            if (listener_->over) return StreamPiece::end();
            if (listener_->too_slow) {
                listener_->too_slow = false;
                seen_ = listener_->newest;
                return StreamPiece::of(event_text({.last = seen_, .reset = true}, listener_->filter));
            }
            queue.swap(listener_->queue);
        }
        std::string text;
        for (const auto& delivery : queue) {
            if (delivery->set.last <= seen_) continue;  // the first event had it
            seen_ = delivery->set.last;
            text += listener_->is_filtered() ? event_text(delivery->set, listener_->filter) : delivery->whole();
        }
        return text.empty() ? StreamPiece::nothing_yet() : StreamPiece::of(std::move(text));
    }

private:
    // What was missed. A client that starts gets an empty change: it gives it the id to come back with.
    Result<std::string> first_event() {
        if (!last_event_id_) return event_text({.last = seen_}, listener_->filter, true);
        const auto missed = TRY(store_.changes_since(*last_event_id_, EventHub::kMaxMissed));
        seen_ = missed.last;
        return event_text(missed, listener_->filter, true);
    }

    Store& store_;
    const std::shared_ptr<Listener> listener_;
    const std::optional<ChangeSeq> last_event_id_;
    ChangeSeq seen_;
    bool begun_ = false;
};

}  // namespace

class EventHub::State {
public:
    State(Store& store, const AuthService& auth, const Clock& clock) : store_(store), auth_(auth), clock_(clock) {}

    void stop() {
        subscription_.reset();
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }

    Result<std::unique_ptr<BodyStream>> open(EventFilter filter, Principal principal,
                                             std::optional<ChangeSeq> last_event_id) {
        // Neither under the lock, which the store's wake-up takes while it holds its own.
        std::call_once(is_listening_, [this] {
            subscription_ = store_.subscribe(Channel::events, [this] { wake(); });
            thread_ = std::jthread([this](std::stop_token stop) { loop(stop); });
        });
        const auto newest = TRY(store_.last_change());
        std::scoped_lock lock(mutex_);
        forget_closed();
        if (listeners_.size() >= kMaxStreams)
            return fail(ErrorCode::resource_exhausted, "too many event streams are open; close a few pages");
        // Without streams the hub reads nothing: it begins where the journal is now.
        if (listeners_.empty()) last_ = newest;
        auto listener = std::make_shared<Listener>(std::move(filter), std::move(principal));
        listeners_.push_back(listener);
        // In its place before anything is read: what the first event does not have comes through the queue.
        return std::make_unique<EventBodyStream>(store_, std::move(listener), last_event_id, last_);
    }

private:
    void wake() {
        std::scoped_lock lock(mutex_);
        woken_ = true;
        changed_.notify_one();
    }

    void forget_closed() {
        std::erase_if(listeners_, [](const auto& listener) { return listener.expired(); });
    }

    std::vector<std::shared_ptr<Listener>> open_listeners() {
        forget_closed();
        std::vector<std::shared_ptr<Listener>> open;
        for (const auto& listener : listeners_) {
            if (auto held = listener.lock()) open.push_back(std::move(held));
        }
        return open;
    }

    void loop(std::stop_token stop) {
        std::unique_lock lock(mutex_);
        while (!stop.stop_requested()) {
            const bool was_woken = changed_.wait_for(lock, stop, until_next_look(), [&] { return woken_; });
            if (stop.stop_requested()) return;
            woken_ = false;
            const auto open = open_listeners();
            const ChangeSeq after = last_;
            if (open.empty()) continue;
            lock.unlock();
            const bool is_good = deliver(open, after, !was_woken);
            lock.lock();
            // What comes within the interval is told together; a stop does not wait for it.
            changed_.wait_for(lock, stop, is_good ? kReadInterval : kAfterError, [] { return false; });
        }
    }

    // Until the next token ends, or so.
    std::chrono::nanoseconds until_next_look() {
        std::chrono::nanoseconds wait = kLookAgain;
        for (const auto& listener : open_listeners()) {
            if (const auto& end = listener->principal.expires_at)
                wait = std::min<std::chrono::nanoseconds>(wait, *end - clock_.now());
        }
        return std::max<std::chrono::nanoseconds>(wait, kReadInterval);
    }

    // False: the store did not answer; it is asked again.
    bool deliver(const std::vector<std::shared_ptr<Listener>>& open, ChangeSeq after, bool look_at_log_ins) {
        auto read = store_.changes_since(after, kMaxMissed);
        if (!read) {
            log::warning("api", "cannot read what changed for the event streams: {}", read.error().to_string());
            wake();
            return false;
        }
        const auto concerns_log_ins = [](const std::string& kind) { return kind == "sessions" || kind == "users"; };
        look_at_log_ins |= read->reset || std::ranges::any_of(read->others, concerns_log_ins);
        if (look_at_log_ins) end_bad_log_ins(open);
        if (read->last == after) return true;
        const auto delivery = std::make_shared<const Delivery>(std::move(*read));
        {
            std::scoped_lock lock(mutex_);
            last_ = delivery->set.last;
        }
        for (const auto& listener : open) listener->put(delivery);
        return true;
    }

    void end_bad_log_ins(const std::vector<std::shared_ptr<Listener>>& open) {
        for (const auto& listener : open) {
            const auto good = auth_.verify_still(listener->principal);
            if (!good && good.error().code() == ErrorCode::unauthenticated) listener->end();
        }
    }

    Store& store_;
    const AuthService& auth_;
    const Clock& clock_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<std::weak_ptr<Listener>> listeners_;
    ChangeSeq last_ = 0;
    bool woken_ = false;
    std::once_flag is_listening_;  // from the first stream on
    std::unique_ptr<Store::Subscription> subscription_;
    std::jthread thread_;
};

EventHub::EventHub(Store& store, const AuthService& auth, const Clock& clock)
    : state_(std::make_shared<State>(store, auth, clock)) {}

EventHub::~EventHub() {
    state_->stop();
}

Result<std::unique_ptr<BodyStream>> EventHub::open(EventFilter filter, Principal principal,
                                                   std::optional<ChangeSeq> last_event_id) {
    return state_->open(std::move(filter), std::move(principal), last_event_id);
}

}  // namespace gale
