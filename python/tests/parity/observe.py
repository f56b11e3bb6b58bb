"""Prints, as JSON, what the DAG files of this folder give under the Airflow that is installed (the real one, or Gale's).

    python observe.py
"""

from __future__ import annotations

import datetime as dt
import decimal
import importlib.util
import json
import pathlib
import uuid
import warnings
import zoneinfo

FOLDER = pathlib.Path(__file__).resolve().parent / "dags"
MOMENT = "2026-03-29T00:00:00+00:00"
END = "2026-03-30T00:00:00+00:00"
RUN_ID = "scheduled__2026-03-29T00:00:00+00:00"

TASK_ATTRIBUTES = (
    "task_id", "task_type", "owner", "retries", "retry_delay", "trigger_rule", "execution_timeout", "priority_weight",
    "weight_rule", "pool", "pool_slots", "queue", "depends_on_past", "wait_for_downstream", "max_active_tis_per_dag",
    "do_xcom_push", "multiple_outputs", "is_setup", "is_teardown", "on_failure_fail_dagrun", "ui_color", "doc_md",
)  # fmt: skip


def plain(value):
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(v) for v in value)
    return str(getattr(value, "value", value))


def load(path: pathlib.Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    from airflow.sdk.definitions.dag import DAG

    created: list = []
    leave = DAG.__exit__

    def remember(self, *exc_info):
        created.append(self)
        return leave(self, *exc_info)

    DAG.__exit__ = remember
    try:
        spec.loader.exec_module(module)
    finally:
        DAG.__exit__ = leave
    return created


def task_instance(task):
    run = {
        "dag_id": task.dag.dag_id, "run_id": RUN_ID, "logical_date": MOMENT, "data_interval_start": MOMENT,
        "data_interval_end": END, "run_after": END, "start_date": END, "end_date": None, "clear_number": 0,
        "run_type": "scheduled", "state": "running", "conf": {"size": 8}, "consumed_asset_events": [], "partition_key": None,
    }  # fmt: skip
    identity = {"id": str(uuid.UUID(int=1)), "task_id": task.task_id, "dag_id": task.dag.dag_id, "run_id": RUN_ID,
                "try_number": 1, "map_index": -1}  # fmt: skip
    context = {"dag_run": run, "max_tries": 1, "task_reschedule_count": 0, "should_retry": False}
    try:
        import gale  # noqa: F401
    except ImportError:
        return real_task_instance(task, identity, context)
    from airflow.sdk.execution_time.task_instance import RuntimeTaskInstance

    return RuntimeTaskInstance({"ti": identity, "ti_context": context, "start_date": END}, task)


def real_task_instance(task, identity, context):
    from airflow.sdk.api.datamodels._generated import TIRunContext
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    return RuntimeTaskInstance.model_construct(
        **identity, task=task, max_tries=1, start_date=dt.datetime.fromisoformat(END),
        _ti_context_from_server=TIRunContext.model_validate(context),
    )  # fmt: skip


def rendered(task) -> dict | str:
    """The rendered fields; tasks that pull XComs are not asked, as nobody answers."""
    from airflow.sdk import XComArg

    references = [XComArg.iter_xcom_references(getattr(task, name)) for name in task.template_fields]
    if any(True for found in references for _ in found):
        return "needs XCom"
    context = task_instance(task).get_template_context()
    task.render_template_fields(context)
    return {name: plain(getattr(task, name)) for name in task.template_fields}


def group(node) -> dict:
    children = {key: group(child) if hasattr(child, "children") else "task" for key, child in node.children.items()}
    return {"id": node.group_id, "tooltip": node.tooltip, "children": children}


def observe_dag(dag) -> dict:
    return {
        "tags": sorted(dag.tags),
        "params": {key: plain(dag.params[key]) for key in dag.params},
        "groups": group(dag.task_group),
        "labels": plain(dag.edge_info),
        "downstream": {t.task_id: sorted(t.downstream_task_ids) for t in dag.tasks},
        "tasks": {t.task_id: {name: plain(getattr(t, name)) for name in TASK_ATTRIBUTES if hasattr(t, name)}
                  for t in dag.tasks},
        "rendered": {t.task_id: rendered(t) for t in dag.tasks},
    }  # fmt: skip


def xcom_values() -> list:
    import pendulum

    utc = dt.timezone.utc
    values = [
        1, "a", None, 1.5, [1, {"a": (1, "b")}], {1, 2}, frozenset([3]), dt.date(2026, 1, 2),
        dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=utc), dt.timedelta(seconds=90), decimal.Decimal("1.50"),
        uuid.UUID(int=5), zoneinfo.ZoneInfo("Europe/Paris"), pendulum.datetime(2026, 1, 2, tz="Europe/Paris"),
        pendulum.datetime(2026, 1, 2), {"deep": {"when": dt.date(2026, 1, 1)}},
    ]  # fmt: skip
    from airflow.sdk.serde import deserialize, serialize

    return [[repr(value), json.loads(json.dumps(serialize(value))), deserialize(serialize(value)) == value]
            for value in values]  # fmt: skip


def observe() -> dict:
    warnings.simplefilter("ignore")
    dags = {dag.dag_id: observe_dag(dag) for path in sorted(FOLDER.glob("*.py")) for dag in load(path)}
    return {"dags": dags, "xcom_values": xcom_values()}


if __name__ == "__main__":
    print(json.dumps(observe(), sort_keys=True, indent=1, ensure_ascii=False))
