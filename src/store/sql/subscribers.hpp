// Who wants to be woken on which channel.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>

#include "store/store.hpp"

namespace gale::sql {

// Thread-safe. Shared with the subscriptions, which may outlive the store.
class Subscribers : public std::enable_shared_from_this<Subscribers> {
public:
    std::unique_ptr<Store::Subscription> add(Channel channel, std::function<void()> wake);
    void wake(Channel channel);
    void wake_all();

private:
    struct Subscriber {
        Channel channel;
        std::function<void()> wake;
    };
    class Unsubscriber;

    std::mutex mutex_;
    std::list<Subscriber> list_;
};

}  // namespace gale::sql
