#include "api/body_stream.hpp"

namespace gale {

void StreamWaker::wake() const {
    if (signal_) signal_->set();
}

void StreamWaker::Signal::set() {
    std::scoped_lock lock(mutex_);
    if (set_ || !on_wake_) return;  // one wake is on its way already
    set_ = true;
    on_wake_();
}

void StreamWaker::Signal::clear() {
    std::scoped_lock lock(mutex_);
    set_ = false;
}

bool StreamWaker::Signal::is_set() {
    std::scoped_lock lock(mutex_);
    return set_;
}

void StreamWaker::Signal::disconnect() {
    std::scoped_lock lock(mutex_);
    on_wake_ = nullptr;
}

}  // namespace gale
