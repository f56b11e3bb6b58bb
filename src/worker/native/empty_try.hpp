// EmptyOperator: success at once. (The scheduler settles most without a worker.)
#pragma once

#include "worker/try.hpp"

namespace gale {

class EmptyTry final : public Try {
public:
    using Try::Try;
    void start() override { report(TaskState::success, ""); }

protected:
    void signal_work(bool) override {}
};

}  // namespace gale
