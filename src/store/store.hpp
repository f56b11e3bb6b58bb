// The store: the metadata database behind one port. Two adapters, sqlite/ and postgres/, pass one contract
// suite (tests/contract); the other rooms test against SQLite in memory.
//
// Threads: every method may be called from any thread and blocks until it is done; writes are durable on return.
// Order: a read that starts after a write returned sees it, in this process or another.
// Errors: unavailable (cannot be reached, locked too long), resource_exhausted (disk full; nothing was written),
// data_corrupt (a row cannot be read back; names the table and id), not_found, already_exists, conflict.
// It holds no rules: what may follow what is decided by the callers.
#pragma once

#include <functional>
#include <memory>

#include "store/admin_store.hpp"
#include "store/catalog_store.hpp"
#include "store/change_store.hpp"
#include "store/lease_store.hpp"
#include "store/maintenance_store.hpp"
#include "store/run_store.hpp"
#include "store/scheduler_store.hpp"
#include "store/task_data_store.hpp"
#include "store/view_store.hpp"

namespace gale {

enum class Channel {
    scheduler,  // the inbox has something
    events,     // runs or task instances changed (for the live event stream)
};

struct SchemaStatus {
    int current = 0;  // 0: an empty database
    int wanted = 0;   // what this binary knows
};

class Store : public CatalogStore,
              public RunStore,
              public SchedulerStore,
              public LeaseStore,
              public TaskDataStore,
              public AdminStore,
              public ViewStore,
              public ChangeStore,
              public MaintenanceStore {
public:
    // Unsubscribes when destroyed.
    class Subscription {
    public:
        virtual ~Subscription() = default;
    };

    // `wake` is called, from a thread of the store's, soon after something happened on the channel, in whichever
    // process. It may be called too often, never too seldom. It must be quick and must not call the store.
    virtual std::unique_ptr<Subscription> subscribe(Channel channel, std::function<void()> wake) = 0;

    virtual Result<SchemaStatus> schema_status() = 0;
    // Brings the schema to `wanted`, in one transaction. A database of a newer schema is a conflict error that says
    // both numbers.
    virtual Result<void> migrate() = 0;
    virtual Result<void> check() = 0;  // a trivial query: is it there?
};

}  // namespace gale
