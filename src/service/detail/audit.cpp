#include "service/detail/audit.hpp"

#include "base/log.hpp"

namespace gale::detail {

void audit(AdminStore& store, TimePoint at, const Actor& actor, Deed deed) {
    AuditEntry entry;
    entry.dttm = at;
    entry.event = std::move(deed.event);
    entry.dag_id = std::move(deed.dag_id);
    entry.run_id = std::move(deed.run_id);
    entry.task_id = std::move(deed.task_id);
    entry.map_index = deed.map_index;
    entry.owner = actor.name;
    entry.extra = std::move(deed.extra);
    if (auto added = store.add_audit_entry(entry); !added) {
        log::error("service", "could not write the audit entry '{}' by '{}': {}", entry.event, entry.owner,
                   added.error().to_string());
    }
}

void audit(AdminStore& store, TimePoint at, const Actor& actor, std::string event, json::object extra) {
    audit(store, at, actor,
          Deed{.event = std::move(event),
               .dag_id = {},
               .run_id = {},
               .task_id = {},
               .map_index = {},
               .extra = std::move(extra)});
}

}  // namespace gale::detail
