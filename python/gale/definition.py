"""A DAG as the canonical JSON of docs/reference/dag_definition.md. Values equal to the default are left out."""

from __future__ import annotations

import datetime as dt

from airflow.sdk.definitions.notset import ArgNotSet
from airflow.sdk.definitions.taskgroup import TaskGroup
from airflow.sdk.exceptions import AirflowTimetableInvalid
from airflow.sdk.execution_time.rendered_fields import as_json
from airflow.sdk.timezone import convert_to_utc, zone_name
from gale.mapping import mapped_definition, template_values
from gale.native import has_callbacks, native_definition

_TASK_DEFAULTS = {
    "owner": "airflow",
    "trigger_rule": "all_success",
    "retries": 0,
    "retry_delay": 300.0,
    "retry_exponential_backoff": 0,
    "queue": "default",
    "pool": "default_pool",
    "pool_slots": 1,
    "priority_weight": 1,
    "weight_rule": "downstream",
    "do_xcom_push": True,
    "ui_color": "#fff",
    "ui_fgcolor": "#000",
}

_GROUP_DEFAULTS = {"ui_color": "CornflowerBlue", "ui_fgcolor": "#000"}


def moment(value) -> str | None:
    """ISO 8601 in UTC."""
    return None if value is None else convert_to_utc(value).isoformat()


def seconds(value: dt.timedelta | None) -> float | None:
    return None if value is None else value.total_seconds()


def _kept(fields: dict, defaults: dict | None = None) -> dict:
    """Without what equals its default: as `defaults` says, otherwise None, False, empty and 0."""
    defaults = defaults or {}
    kept = {}
    for key, value in fields.items():
        if key in defaults:
            if value != defaults[key]:
                kept[key] = value
        elif value not in (None, False, 0, "", [], {}):
            kept[key] = value
    return kept


def params_definition(params) -> dict:
    result = {}
    for name, param in params.items():
        value = None if isinstance(param.value, ArgNotSet) else param.value
        result[str(name)] = {"value": value, "schema": as_json(param.schema), "description": param.description}
    return result


def _group_definition(group: TaskGroup) -> dict:
    children = []
    for child_id in sorted(group.children):
        child = group.children[child_id]
        children.append({"group": _group_definition(child)} if isinstance(child, TaskGroup) else {"task": child_id})
    definition = {"group_id": group.group_id, "tooltip": group.tooltip, "children": children}
    if group.is_mapped:
        definition["is_mapped"] = True
    if not group.is_root:
        if group.group_display_name:
            definition["label"] = group.group_display_name
        definition |= _kept({"ui_color": group.ui_color, "ui_fgcolor": group.ui_fgcolor}, _GROUP_DEFAULTS)
    return definition


def task_definition(task) -> dict:
    dag = task.dag
    fields = {
        "task_id": task.task_id,
        "task_type": task.task_type,
        "module": task.operator_class.__module__,
        "operator_name": task.custom_operator_name,
        "task_display_name": task._task_display_name,
        "doc_md": task.doc_md,
        "owner": task.owner,
        "downstream_task_ids": sorted(task.downstream_task_ids),
        "trigger_rule": str(task.trigger_rule),
        "depends_on_past": task.depends_on_past,
        "wait_for_downstream": task.wait_for_downstream,
        "ignore_first_depends_on_past": task.ignore_first_depends_on_past,
        "retries": task.retries,
        "retry_delay": seconds(task.retry_delay),
        "retry_exponential_backoff": task.retry_exponential_backoff,
        "max_retry_delay": seconds(task.max_retry_delay),
        "execution_timeout": seconds(task.execution_timeout),
        "queue": task.queue,
        "pool": task.pool,
        "pool_slots": task.pool_slots,
        "priority_weight": task.priority_weight,
        "weight_rule": str(task.weight_rule),
        "start_date": None if task.start_date == dag.start_date else moment(task.start_date),
        "end_date": None if task.end_date == dag.end_date else moment(task.end_date),
        "do_xcom_push": task.do_xcom_push,
        "multiple_outputs": task.multiple_outputs,
        "is_setup": task.is_setup,
        "is_teardown": task.is_teardown,
        "on_failure_fail_dagrun": task.on_failure_fail_dagrun,
        "max_active_tis_per_dag": task.max_active_tis_per_dag,
        "max_active_tis_per_dagrun": task.max_active_tis_per_dagrun,
        "can_skip_downstream": bool(task.inherits_from_skipmixin),
        "has_callbacks": has_callbacks(task),
        "ui_color": task.ui_color,
        "ui_fgcolor": task.ui_fgcolor,
        "params": params_definition(task.params),
        "template_fields": {name: as_json(value) for name, value in template_values(task).items()},
        "mapped": mapped_definition(task),
        "native": native_definition(task),
    }
    return _kept(fields, _TASK_DEFAULTS)


def _schedule(dag) -> dict:
    try:
        return dag.timetable.to_json(dag)
    except ValueError as error:
        raise AirflowTimetableInvalid(f"DAG {dag.dag_id!r}: {error}") from None


def dag_definition(dag) -> dict:
    """The DAG's definition. Raises what makes the DAG unusable, naming it."""
    dag.validate()
    schedule = _schedule(dag)
    try:
        timezone = zone_name(dag.timezone)
    except ValueError as error:
        if schedule["kind"] == "cron":
            raise AirflowTimetableInvalid(f"DAG {dag.dag_id!r}: {error}") from None
        timezone = "UTC"
    fields = {
        "dag_id": dag.dag_id,
        "dag_display_name": dag._dag_display_name,
        "description": dag.description,
        "doc_md": dag.doc_md,
        "timezone": timezone,
        "start_date": moment(dag.start_date),
        "end_date": moment(dag.end_date),
        "schedule": schedule,
        "catchup": dag.catchup,
        "max_active_tasks": dag.max_active_tasks,
        "max_active_runs": dag.max_active_runs,
        "max_consecutive_failed_dag_runs": dag.max_consecutive_failed_dag_runs,
        "dagrun_timeout": seconds(dag.dagrun_timeout),
        "fail_fast": dag.fail_fast,
        "render_template_as_native_obj": bool(dag.render_template_as_native_obj),
        "tags": sorted(dag.tags),
        "owner_links": dag.owner_links,
        "params": params_definition(dag.params),
        "params_order": [str(name) for name in dag.params],  # members of an object are sorted on their way
        "has_on_success_callback": bool(dag.on_success_callback),
        "has_on_failure_callback": bool(dag.on_failure_callback),
        "tasks": [task_definition(dag.task_dict[task_id]) for task_id in sorted(dag.task_dict)],
        "edge_labels": {
            before: {after: info["label"] for after, info in labels.items()}
            for before, labels in dag.edge_info.items()
        },
    }
    definition = _kept(fields, {"timezone": "UTC", "schedule": {"kind": "none"}})
    for name in ("max_active_tasks", "max_active_runs"):
        if getattr(dag, name) is not None:  # 0 is a value here
            definition[name] = getattr(dag, name)
    if dag.is_paused_upon_creation is not None:
        definition["is_paused_upon_creation"] = dag.is_paused_upon_creation
    definition["task_group"] = _group_definition(dag.task_group)
    return definition
