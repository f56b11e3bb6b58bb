// A person's changes to XComs.
#include <fmt/format.h>

#include "service/detail/audit.hpp"
#include "service/run_service.hpp"

namespace gale {
namespace {

constexpr size_t kMaxKeySize = 512;  // bytes, as Airflow's column

detail::Deed deed(std::string event, const TaskInstanceKey& key, const std::string& xcom_key) {
    return {.event = std::move(event),
            .dag_id = key.dag_id,
            .run_id = key.run_id,
            .task_id = key.task_id,
            .map_index = key.map_index,
            .extra = {{"key", xcom_key}}};
}

}  // namespace

Result<XCom> RunService::write_xcom(XCom xcom, XComWrite mode, const Actor& actor) {
    if (xcom.key.empty() || xcom.key.size() > kMaxKeySize) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("an XCom's key has 1 to {} bytes; this one has {}", kMaxKeySize, xcom.key.size()));
    }
    TRY(store_.get_task_instance(xcom.task_instance));
    const auto kept = store_.get_xcom(xcom.task_instance, xcom.key, false);
    if (!kept && kept.error().code() != ErrorCode::not_found) return std::unexpected(kept.error());
    if (kept && mode == XComWrite::create) {
        return fail(ErrorCode::already_exists,
                    fmt::format("The XCom with key: `{}` with mentioned task instance already exists.", xcom.key));
    }
    if (!kept && mode == XComWrite::replace) return std::unexpected(kept.error());
    xcom.timestamp = clock_.now();
    TRY(store_.set_xcom(xcom));
    detail::audit(
        store_, clock_.now(), actor,
        deed(mode == XComWrite::create ? "create_xcom_entry" : "update_xcom_entry", xcom.task_instance, xcom.key));
    return xcom;
}

Result<void> RunService::delete_xcom(const TaskInstanceKey& task_instance, const std::string& key, const Actor& actor) {
    TRY(store_.get_task_instance(task_instance));
    TRY(store_.get_xcom(task_instance, key, false));
    TRY(store_.delete_xcom(task_instance, key));
    detail::audit(store_, clock_.now(), actor, deed("delete_xcom_entry", task_instance, key));
    return {};
}

}  // namespace gale
