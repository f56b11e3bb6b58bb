#include "store/sql/subscribers.hpp"

namespace gale::sql {

// Holds the lock while it unsubscribes, so that no wake is under way once it is gone.
class Subscribers::Unsubscriber final : public Store::Subscription {
public:
    Unsubscriber(std::shared_ptr<Subscribers> subscribers, std::list<Subscriber>::iterator at)
        : subscribers_(std::move(subscribers)), at_(at) {}
    ~Unsubscriber() override {
        std::scoped_lock lock(subscribers_->mutex_);
        subscribers_->list_.erase(at_);
    }

private:
    std::shared_ptr<Subscribers> subscribers_;
    std::list<Subscriber>::iterator at_;
};

std::unique_ptr<Store::Subscription> Subscribers::add(Channel channel, std::function<void()> wake) {
    std::scoped_lock lock(mutex_);
    return std::make_unique<Unsubscriber>(shared_from_this(), list_.insert(list_.end(), {channel, std::move(wake)}));
}

void Subscribers::wake(Channel channel) {
    std::scoped_lock lock(mutex_);
    for (const auto& subscriber : list_) {
        if (subscriber.channel == channel) subscriber.wake();
    }
}

void Subscribers::wake_all() {
    for (const Channel channel : {Channel::scheduler, Channel::events}) wake(channel);
}

}  // namespace gale::sql
