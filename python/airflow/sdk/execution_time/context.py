"""Builds the context of a try, and the accessors `var`, `conn` and `macros` in it."""

from __future__ import annotations

from datetime import datetime

from airflow.sdk import timezone
from airflow.sdk.definitions.context import Context, Lazy, RemoteLazy
from airflow.sdk.definitions.notset import NOTSET
from airflow.sdk.definitions.param import process_params
from airflow.sdk.definitions.variable import Variable
from airflow.sdk.exceptions import AirflowRuntimeError
from airflow.sdk.execution_time import macros, supervisor


class VariableAccessor:
    """`var.value.KEY` and `var.json.KEY`, with `.get(key, default)`."""

    def __init__(self, deserialize_json: bool):
        self._json = deserialize_json

    def __getattr__(self, key: str):
        if key.startswith("__"):
            raise AttributeError(key)
        return Variable.get(key, deserialize_json=self._json)

    def get(self, key: str, default=NOTSET, default_var=NOTSET):
        return Variable.get(key, default=default, default_var=default_var, deserialize_json=self._json)


class ConnectionAccessor:
    """`conn.ID`, with `.get(id, default)`."""

    def __getattr__(self, conn_id: str):
        if conn_id.startswith("__"):
            raise AttributeError(conn_id)
        from airflow.sdk.definitions.connection import Connection

        return Connection.get(conn_id)

    def get(self, conn_id: str, default_conn=None):
        from airflow.sdk.definitions.connection import Connection
        from airflow.sdk.exceptions import AirflowNotFoundException

        try:
            return Connection.get(conn_id)
        except AirflowNotFoundException:
            return default_conn


class _OutletEvents(dict):
    """`outlet_events[asset].extra`: kept for the try; asset events are not recorded."""

    def __missing__(self, key):
        from types import SimpleNamespace

        self[key] = SimpleNamespace(extra={}, add=lambda *a, **k: None)
        return self[key]


def parse_moment(value):
    """A pendulum DateTime from an ISO string or a datetime; None stays None."""
    if value is None or value == "":
        return None
    import pendulum

    if isinstance(value, datetime):
        return timezone.coerce_datetime(value)
    return pendulum.instance(datetime.fromisoformat(value.replace("Z", "+00:00")))


class DagRun:
    """The run a try belongs to, with the names of Airflow 3 and, where they differ, of 1 and 2."""

    def __init__(self, fields: dict):
        moments = ("logical_date", "data_interval_start", "data_interval_end", "run_after", "start_date",
                   "end_date", "partition_date")  # fmt: skip
        for name in moments:
            setattr(self, name, parse_moment(fields.get(name)))
        self.dag_id = fields["dag_id"]
        self.run_id = fields["run_id"]
        self.clear_number = fields.get("clear_number", 0)
        self.run_type = fields.get("run_type", "manual")
        self.state = fields.get("state", "running")
        self.conf = fields.get("conf") or {}
        self.triggering_user_name = fields.get("triggering_user_name")
        self.consumed_asset_events = fields.get("consumed_asset_events") or []
        self.partition_key = fields.get("partition_key")

    @property
    def execution_date(self):
        return self.logical_date

    @property
    def external_trigger(self) -> bool:
        return self.run_type == "manual"

    @property
    def is_backfill(self) -> bool:
        return self.run_type == "backfill"

    def get_state(self):
        return self.state

    def __repr__(self) -> str:
        return f"<DagRun {self.dag_id} @ {self.run_id}: {self.state}>"


class _PreviousSuccess:
    """The last successful run before this one, asked for once."""

    def __init__(self, ti):
        self._ti = ti
        self._answer = None

    def moment(self, name: str):
        if self._answer is None:
            try:
                self._answer = supervisor.request("GetPrevSuccessfulDagRun", ti_id=str(self._ti.id)) or {}
            except AirflowRuntimeError as error:
                self._ti.log.warning("The last successful run could not be found: %s", error)
                self._answer = {}
        return parse_moment(self._answer.get(name))


def build_context(ti) -> Context:
    """All names of Airflow's context, for `ti` (which knows task and dag run)."""
    task, run = ti.task, ti.dag_run
    previous = _PreviousSuccess(ti)
    context = Context(
        {
            "conn": ConnectionAccessor(),
            "dag": task.dag,
            "dag_run": run,
            "expanded_ti_count": RemoteLazy(lambda: _count_of_instances(ti)) if ti.map_index >= 0 else None,
            "inlets": task.inlets,
            "inlet_events": {},
            "macros": macros,
            "map_index_template": task.map_index_template,
            "outlets": task.outlets,
            "outlet_events": _OutletEvents(),
            "params": process_params(task.dag, task, run.conf),
            "partition_key": run.partition_key,
            "partition_date": run.partition_date,
            "prev_start_date_success": RemoteLazy(lambda: previous.moment("start_date")),
            "prev_end_date_success": RemoteLazy(lambda: previous.moment("end_date")),
            "run_id": ti.run_id,
            "task": task,
            "task_instance": ti,
            "task_instance_key_str": f"{ti.dag_id}__{ti.task_id}__{ti.run_id}",
            "task_reschedule_count": ti.task_reschedule_count,
            "templates_dict": None,
            "test_mode": ti.test_mode,
            "ti": ti,
            "triggering_asset_events": {},
            "try_number": ti.try_number,
            "var": {"json": VariableAccessor(True), "value": VariableAccessor(False)},
        }
    )
    if run.logical_date is not None:
        _add_dates(context, ti, run, previous)
    return context


def _count_of_instances(ti) -> int:
    return ti.get_ti_count(ti.dag_id, task_ids=[ti.task_id], run_ids=[ti.run_id])


def _add_dates(context: Context, ti, run: DagRun, previous: _PreviousSuccess) -> None:
    logical = run.logical_date
    ds, ts = logical.strftime("%Y-%m-%d"), logical.isoformat()
    ds_nodash = ds.replace("-", "")
    context.update(
        {
            "logical_date": logical,
            "ds": ds,
            "ds_nodash": ds_nodash,
            "task_instance_key_str": f"{ti.dag_id}__{ti.task_id}__{ds_nodash}",
            "ts": ts,
            "ts_nodash": logical.strftime("%Y%m%dT%H%M%S"),
            "ts_nodash_with_tz": ts.replace("-", "").replace(":", ""),
            "data_interval_start": run.data_interval_start,
            "data_interval_end": run.data_interval_end,
            "prev_data_interval_start_success": RemoteLazy(lambda: previous.moment("data_interval_start")),
            "prev_data_interval_end_success": RemoteLazy(lambda: previous.moment("data_interval_end")),
        }
    )
    from airflow.sdk.execution_time.legacy_dates import legacy_dates

    for name, compute in legacy_dates(run, ti.task.dag, previous).items():
        remote = name == "prev_execution_date_success"
        context[name] = (RemoteLazy if remote else Lazy)(compute)


def context_to_env(context) -> dict[str, str]:
    """AIRFLOW_CTX_* of the environment of a task."""
    ti, run = context["ti"], context["dag_run"]
    task = context["task"]
    env = {
        "AIRFLOW_CTX_DAG_OWNER": task.owner,
        "AIRFLOW_CTX_DAG_ID": ti.dag_id,
        "AIRFLOW_CTX_TASK_ID": ti.task_id,
        "AIRFLOW_CTX_EXECUTION_DATE": run.logical_date.isoformat() if run.logical_date else None,
        "AIRFLOW_CTX_LOGICAL_DATE": run.logical_date.isoformat() if run.logical_date else None,
        "AIRFLOW_CTX_TRY_NUMBER": str(ti.try_number),
        "AIRFLOW_CTX_DAG_RUN_ID": ti.run_id,
    }
    if task.email:
        env["AIRFLOW_CTX_DAG_EMAIL"] = task.email if isinstance(task.email, str) else ",".join(task.email)
    return {name: value for name, value in env.items() if value}
