// The live event stream: one thread a process reads what changed and hands it to all streams.
//
// The thread starts with the first stream and reads once for all of them when the store wakes it, but no oftener than
// every kReadInterval: what happens in between is folded. A stream has its own bounded queue; one whose client is
// slower than the changes gets a reset in place of what it missed. A stream ends when its token ends, is revoked, or
// its user is gone.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "api/body_stream.hpp"
#include "service/auth_service.hpp"
#include "store/store.hpp"

namespace gale {

// What a stream is told of. Empty: everything. Kinds of things (`others`) are always told.
struct EventFilter {
    std::set<DagId> dag_ids;
    std::optional<RunId> dag_run_id;
};

class EventHub {
public:
    static constexpr std::chrono::milliseconds kReadInterval{40};
    static constexpr int kMaxMissed = 20'000;     // journal entries; more are a reset
    static constexpr size_t kMaxQueued = 64;      // reads that a slow client may be behind
    static constexpr size_t kMaxStreams = 2'000;  // more are refused

    // All must outlive it, and it must outlive the server that its streams are read by.
    EventHub(Store& store, const AuthService& auth, const Clock& clock);
    ~EventHub();
    EventHub(const EventHub&) = delete;

    // `last_event_id`: what the client saw last; nullopt: it starts now. resource_exhausted: too many streams.
    Result<std::unique_ptr<BodyStream>> open(EventFilter filter, Principal principal,
                                             std::optional<ChangeSeq> last_event_id);

private:
    class State;
    std::shared_ptr<State> state_;
};

}  // namespace gale
