// The domain's ids.
#pragma once

#include "base/ids.hpp"

namespace gale {

using DagId = StringId<struct DagIdTag>;
using TaskId = StringId<struct TaskIdTag>;
using RunId = StringId<struct RunIdTag>;  // what people see: "manual__2026-01-02T03:04:05+00:00"; unique in its DAG
using PoolName = StringId<struct PoolNameTag>;
using DagRunKey = IntId<struct DagRunKeyTag>;          // dag_run.id
using DagVersionKey = IntId<struct DagVersionKeyTag>;  // dag_version.id
// task_instance.id, a uuid7. A new one is given at each retry and clear, so it is also the try's fencing token:
// a report that carries an old one changes nothing.
using TaskInstanceId = StringId<struct TaskInstanceIdTag>;

}  // namespace gale
