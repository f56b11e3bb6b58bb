"""Runs a DAG, or one task, in this process: `dag.test()` and the `gale … test` commands.

The supervisor is an object here: XComs and the variables and connections that the run sets live as long as the run.
"""

from __future__ import annotations

import json
import logging
import sys
import uuid
from datetime import datetime, timezone

from airflow.sdk.execution_time import supervisor
from airflow.sdk.execution_time.local_instances import Instances, summary
from airflow.sdk.execution_time.local_supervisor import LocalSupervisor
from airflow.sdk.execution_time.secrets_masker import mask_text
from airflow.sdk.execution_time.trigger_rules import RUN
from airflow.sdk.timezone import coerce_datetime

log = logging.getLogger("airflow.dag_test")
MAX_RESCHEDULES = 10_000


class _HumanFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return mask_text(super().format(record))


def print_logs() -> None:
    """Log lines to stdout, unless the script has set up logging itself."""
    root = logging.getLogger()
    if root.handlers:
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_HumanFormatter("[%(asctime)s] %(levelname)s - %(name)s - %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def make_startup(task, logical_date: datetime, conf: dict | None, run_id: str, try_number=1, map_index=-1) -> dict:
    """StartupDetails of a manual run of `task`'s DAG."""
    dag, moment, now = task.dag, logical_date.isoformat(), datetime.now(timezone.utc).isoformat()
    retries = task.retries
    run = {
        "dag_id": dag.dag_id, "run_id": run_id, "logical_date": moment, "data_interval_start": moment,
        "data_interval_end": moment, "run_after": moment, "start_date": now, "end_date": None, "clear_number": 0,
        "run_type": "manual", "state": "running", "conf": conf or {},
    }  # fmt: skip
    ti = {"id": str(uuid.uuid4()), "task_id": task.task_id, "dag_id": dag.dag_id, "run_id": run_id,
          "try_number": try_number, "map_index": map_index}  # fmt: skip
    context = {"dag_run": run, "max_tries": retries, "task_reschedule_count": 0,
               "should_retry": try_number <= retries, "xcom_keys_to_clear": []}  # fmt: skip
    return {"type": "StartupDetails", "ti": ti, "dag_rel_path": dag.fileloc, "start_date": now, "ti_context": context}


def _run_task(task, local: LocalSupervisor, logical_date, conf, run_id: str, map_index: int = -1) -> str:
    """All tries of one task instance, without waiting between them; its end state."""
    import time

    from airflow.sdk.execution_time.runner import run_try

    try_number, reschedules = 1, 0
    while True:
        startup = make_startup(task, logical_date, conf, run_id, try_number, map_index)
        state, _ = run_try(startup, task, test_mode=True)
        if state == "up_for_retry":
            log.info("Task %s failed; trying again (a test does not wait retry_delay)", task.task_id)
            try_number += 1
        elif state == "up_for_reschedule" and reschedules < MAX_RESCHEDULES:
            reschedules += 1
            again = datetime.fromisoformat(local.terminal["reschedule_date"])
            time.sleep(max(0.0, (again - datetime.now(timezone.utc)).total_seconds()))
        else:
            return "failed" if state == "up_for_reschedule" else state


class DagRunResult:
    """How a test run ended: `state`, `task_states` by task id, `instance_states` by task id and map index."""

    def __init__(self, dag, run_id: str, logical_date, conf, local: LocalSupervisor):
        self.dag_id, self.run_id, self.logical_date = dag.dag_id, run_id, logical_date
        self.conf = conf or {}
        self.instance_states = local.states
        by_task: dict[str, list[str]] = {}
        for (task_id, _), state in local.states.items():
            by_task.setdefault(task_id, []).append(state)
        self.task_states = {task_id: summary(states) for task_id, states in by_task.items()}
        self._local = local
        leaves = [task for task in dag.leaves if not task.is_teardown or task.on_failure_fail_dagrun]
        leaves = leaves or dag.leaves
        failed = any(self.task_states[task.task_id] in ("failed", "upstream_failed") for task in leaves)
        self.state = "failed" if failed else "success"

    def xcom(self, task_id: str, key: str = "return_value", map_index: int = -1):
        """What the task left; of a mapped one without `map_index`, the list of what its instances left."""
        from airflow.sdk.serde import deserialize

        if map_index < 0 and (task_id, 0) in self.instance_states:
            return [deserialize(value) for value in self._local.sequence(self.dag_id, task_id, key)]
        return deserialize(self._local.xcoms.get((self.dag_id, task_id, map_index, key)))

    def __repr__(self) -> str:
        return f"<DagRun {self.dag_id} @ {self.run_id}: {self.state}>"


def run_dag(
    dag, *, logical_date=None, conf: dict | None = None, conn_file_path: str | None = None,
    variable_file_path: str | None = None, mark_success_pattern=None,
) -> DagRunResult:  # fmt: skip
    """Runs the tasks one after another by their trigger rules. What a task raises fails the task, not the call."""
    import re

    dag.validate()
    print_logs()
    logical = coerce_datetime(logical_date or datetime.now(timezone.utc))
    run_id = f"manual__{logical.isoformat()}"
    local = LocalSupervisor({}, _variables(variable_file_path), _connections(conn_file_path))
    instances = Instances(dag, local)
    before = supervisor.set_channel(local)
    try:
        for task in dag.topological_sort():
            for index, verdict in instances.of(task):
                name = task.task_id if index < 0 else f"{task.task_id}[{index}]"
                if verdict == RUN and mark_success_pattern and re.match(mark_success_pattern, task.task_id):
                    verdict = "success"
                elif verdict == RUN:
                    log.info("Running task %s", name)
                    verdict = _run_task(task, local, logical, conf, run_id, index)
                local.states[task.task_id, index] = verdict
                log.info("Task %s: %s", name, verdict)
    finally:
        supervisor.set_channel(before)
    result = DagRunResult(dag, run_id, logical, conf, local)
    log.info("DAG run %s of %s: %s", run_id, dag.dag_id, result.state)
    return result


def run_task(task, *, logical_date=None, conf: dict | None = None, map_index: int = -1) -> str:
    """One task instance alone, whatever is upstream of it; its end state."""
    print_logs()
    logical = coerce_datetime(logical_date or datetime.now(timezone.utc))
    local = LocalSupervisor({})
    before = supervisor.set_channel(local)
    try:
        return _run_task(task, local, logical, conf, f"manual__{logical.isoformat()}", map_index)
    finally:
        supervisor.set_channel(before)


def render_task(task, *, logical_date=None, conf: dict | None = None, map_index: int = -1) -> dict:
    """The task's templated fields, rendered."""
    from airflow.sdk.execution_time.rendered_fields import whole_fields
    from airflow.sdk.execution_time.runner import render_try

    logical = coerce_datetime(logical_date or datetime.now(timezone.utc))
    local = LocalSupervisor({})
    before = supervisor.set_channel(local)
    try:
        startup = make_startup(task, logical, conf, f"manual__{logical.isoformat()}", map_index=map_index)
        return whole_fields(render_try(startup, task))
    finally:
        supervisor.set_channel(before)


def _read_file(path: str) -> dict:
    with open(path, encoding="utf-8") as file:
        if path.endswith((".yaml", ".yml")):
            import yaml

            return yaml.safe_load(file) or {}
        return json.load(file)


def _variables(path: str | None) -> dict:
    values = _read_file(path) if path else {}
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


def _connections(path: str | None) -> dict:
    from airflow.sdk.definitions.connection import Connection

    values = _read_file(path) if path else {}
    return {
        conn_id: Connection(conn_id, uri=value)
        if isinstance(value, str)
        else Connection.from_json(json.dumps(value), conn_id)
        for conn_id, value in values.items()
    }
