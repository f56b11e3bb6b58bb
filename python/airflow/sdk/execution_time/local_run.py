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
from airflow.sdk.execution_time.secrets_masker import mask_text
from airflow.sdk.execution_time.trigger_rules import RUN, decide
from airflow.sdk.timezone import coerce_datetime

log = logging.getLogger("airflow.dag_test")
MAX_RESCHEDULES = 10_000


class LocalSupervisor:
    """Answers the requests of the supervisor protocol from memory."""

    def __init__(self, dag, states: dict[str, str], variables=None, connections=None):
        self.dag = dag
        self.states = states
        self.variables: dict = dict(variables or {})
        self.connections: dict = dict(connections or {})
        self.xcoms: dict = {}
        self.skipped_by: dict[str, str] = {}
        self.rendered: dict = {}
        self.terminal: dict | None = None
        self.running: str | None = None

    def request(self, body: dict):
        handler = getattr(self, "on_" + body["type"], None)
        if handler is None:
            if body["type"] in ("SucceedTask", "TaskState", "RetryTask", "RescheduleTask"):
                self.terminal = body
                return None
            detail = f"{body['type']} is not available in a local test run"
            return {"type": "ErrorResponse", "error": "GENERIC_ERROR", "detail": detail}
        return handler(body)

    def on_SetRenderedFields(self, body):
        self.rendered = body["rendered_fields"]

    def on_MaskSecret(self, body):
        return None

    def on_GetVariable(self, body):
        if body["key"] not in self.variables:
            return {"type": "ErrorResponse", "error": "VARIABLE_NOT_FOUND", "detail": {"key": body["key"]}}
        return {"type": "VariableResult", "key": body["key"], "value": self.variables[body["key"]]}

    def on_PutVariable(self, body):
        self.variables[body["key"]] = body["value"]

    def on_DeleteVariable(self, body):
        self.variables.pop(body["key"], None)

    def on_GetVariableKeys(self, body):
        keys = sorted(key for key in self.variables if key.startswith(body.get("prefix") or ""))
        return {"type": "VariableKeysResult", "keys": keys, "total_entries": len(keys)}

    def on_GetConnection(self, body):
        connection = self.connections.get(body["conn_id"])
        if connection is None:
            return {"type": "ErrorResponse", "error": "CONNECTION_NOT_FOUND", "detail": {}}
        names = ("conn_type", "host", "schema", "login", "password", "port", "extra")
        fields = {name: getattr(connection, name) for name in names}
        return {"type": "ConnectionResult", "conn_id": body["conn_id"], **fields}

    def on_SetXCom(self, body):
        self.xcoms[body["dag_id"], body["task_id"], body["key"]] = json.loads(json.dumps(body["value"]))

    def on_GetXCom(self, body):
        value = self.xcoms.get((body["dag_id"], body["task_id"], body["key"]))
        return {"type": "XComResult", "key": body["key"], "value": value}

    def on_DeleteXCom(self, body):
        self.xcoms.pop((body["dag_id"], body["task_id"], body["key"]), None)

    def on_SkipDownstreamTasks(self, body):
        for task in body["tasks"]:
            self.skipped_by[task if isinstance(task, str) else task[0]] = self.running

    def on_GetPrevSuccessfulDagRun(self, body):
        return {"type": "PrevSuccessfulDagRunResult"}

    def on_GetPreviousDagRun(self, body):
        return {"type": "PreviousDagRunResult", "dag_run": None}

    def on_GetTaskRescheduleStartDate(self, body):
        return {"type": "TaskRescheduleStartDate", "start_date": None}

    def on_GetTaskStates(self, body):
        return {"type": "TaskStatesResult", "task_states": {"local": dict(self.states)}}

    def on_GetTICount(self, body):
        wanted = body.get("states")
        ids = body.get("task_ids") or list(self.states)
        count = sum(1 for i in ids if i in self.states and (wanted is None or self.states[i] in wanted))
        return {"type": "TICount", "count": count}


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


def make_startup(task, logical_date: datetime, conf: dict | None, run_id: str, try_number=1, retries=None) -> dict:
    """StartupDetails of a manual run of `task`'s DAG."""
    dag, moment, now = task.dag, logical_date.isoformat(), datetime.now(timezone.utc).isoformat()
    retries = task.retries if retries is None else retries
    run = {
        "dag_id": dag.dag_id, "run_id": run_id, "logical_date": moment, "data_interval_start": moment,
        "data_interval_end": moment, "run_after": moment, "start_date": now, "end_date": None, "clear_number": 0,
        "run_type": "manual", "state": "running", "conf": conf or {},
    }  # fmt: skip
    ti = {"id": str(uuid.uuid4()), "task_id": task.task_id, "dag_id": dag.dag_id, "run_id": run_id,
          "try_number": try_number, "map_index": -1}  # fmt: skip
    context = {"dag_run": run, "max_tries": retries, "task_reschedule_count": 0,
               "should_retry": try_number <= retries, "xcom_keys_to_clear": []}  # fmt: skip
    return {"type": "StartupDetails", "ti": ti, "dag_rel_path": dag.fileloc, "start_date": now, "ti_context": context}


def _run_task(task, local: LocalSupervisor, logical_date, conf, run_id: str) -> str:
    """All tries of one task, without waiting between them; its end state."""
    import time

    from airflow.sdk.execution_time.runner import run_try

    try_number, reschedules = 1, 0
    while True:
        startup = make_startup(task, logical_date, conf, run_id, try_number)
        local.running = task.task_id
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
    """How a test run ended: `state`, and `task_states` by task id."""

    def __init__(self, dag, run_id: str, logical_date, conf, states: dict[str, str], local: LocalSupervisor):
        self.dag_id, self.run_id, self.logical_date = dag.dag_id, run_id, logical_date
        self.conf = conf or {}
        self.task_states = states
        self._local = local
        leaves = [task for task in dag.leaves if not task.is_teardown or task.on_failure_fail_dagrun]
        leaves = leaves or dag.leaves
        failed = any(states[task.task_id] in ("failed", "upstream_failed") for task in leaves)
        self.state = "failed" if failed else "success"

    def xcom(self, task_id: str, key: str = "return_value"):
        from airflow.sdk.serde import deserialize

        return deserialize(self._local.xcoms.get((self.dag_id, task_id, key)))

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
    states: dict[str, str] = {}
    local = LocalSupervisor(dag, states, _variables(variable_file_path), _connections(conn_file_path))
    before = supervisor.set_channel(local)
    try:
        for task in dag.topological_sort():
            upstream = [states[task_id] for task_id in sorted(task.upstream_task_ids)]
            setups = [states[up.task_id] for up in task.upstream_list if up.is_setup]
            verdict = decide(str(task.trigger_rule), upstream, setups)
            if task.task_id in local.skipped_by:
                verdict = "skipped"
            if verdict != RUN:
                states[task.task_id] = verdict
            elif mark_success_pattern and re.match(mark_success_pattern, task.task_id):
                states[task.task_id] = "success"
            else:
                log.info("Running task %s", task.task_id)
                states[task.task_id] = _run_task(task, local, logical, conf, run_id)
            log.info("Task %s: %s", task.task_id, states[task.task_id])
    finally:
        supervisor.set_channel(before)
    result = DagRunResult(dag, run_id, logical, conf, states, local)
    log.info("DAG run %s of %s: %s", run_id, dag.dag_id, result.state)
    return result


def run_task(task, *, logical_date=None, conf: dict | None = None) -> str:
    """One task alone, whatever is upstream of it; its end state."""
    print_logs()
    logical = coerce_datetime(logical_date or datetime.now(timezone.utc))
    local = LocalSupervisor(task.dag, {})
    before = supervisor.set_channel(local)
    try:
        return _run_task(task, local, logical, conf, f"manual__{logical.isoformat()}")
    finally:
        supervisor.set_channel(before)


def render_task(task, *, logical_date=None, conf: dict | None = None) -> dict:
    """The task's templated fields, rendered."""
    from airflow.sdk.execution_time.runner import render_try

    logical = coerce_datetime(logical_date or datetime.now(timezone.utc))
    local = LocalSupervisor(task.dag, {})
    before = supervisor.set_channel(local)
    try:
        return render_try(make_startup(task, logical, conf, f"manual__{logical.isoformat()}"), task)
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
