#include "service/admin_service.hpp"

#include "service/detail/audit.hpp"

namespace gale {

const std::string* wrong_member_of(const Error& error) {
    for (const auto& [key, value] : error.fields()) {
        if (key == "member") return &value;
    }
    return nullptr;
}

void AdminService::audit(std::string event, json::object extra, const Actor& actor) {
    detail::audit(store_, clock_.now(), actor, std::move(event), std::move(extra));
}

void AdminService::audit_bulk(std::string event, std::string_view action, const BulkOutcome& outcome,
                              const Actor& actor) {
    if (outcome.success.empty()) return;
    audit(std::move(event),
          {{"action", action}, {"entities", json::array(outcome.success.begin(), outcome.success.end())}}, actor);
}

}  // namespace gale
