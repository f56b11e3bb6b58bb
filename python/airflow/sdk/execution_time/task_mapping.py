"""Which instances of a mapping belong to the one that runs, and what its own result means to mappings after it."""

from __future__ import annotations

from airflow.sdk.exceptions import (
    AirflowRuntimeError,
    UnmappableXComLengthPushed,
    UnmappableXComTypePushed,
    XComForMappingNotPushed,
)
from airflow.sdk.execution_time.lazy_sequence import LazyXComSequence


def _product_of(groups, context) -> int:
    total = 1
    for group in groups:
        total *= group.expand_input.count(context)
    return total


def _inside(groups: list, outer) -> list:
    """Those of `groups` (the innermost first) that lie inside `outer`."""
    return groups[: next(position for position, group in enumerate(groups) if group is outer)]


def group_index(expand_input, context) -> int:
    """The index, in the mapped group with this input, of the instance that runs."""
    ti = context["ti"]
    if ti.map_index < 0:
        raise RuntimeError("an argument of a mapped task group has a value only in the group's instances")
    index = ti.map_index
    groups = list(ti.task.iter_mapped_task_groups())
    for group in groups:
        last = group is groups[-1]
        if group.expand_input is expand_input:
            return index if last else index % group.expand_input.count(context)
        if not last:
            index //= group.expand_input.count(context)
    raise RuntimeError(f"task {ti.task_id!r} uses an argument of a mapped task group that it is not in")


def relevant_map_indexes(ti, upstream) -> int | range | None:
    """Of a task in a mapped group around both: the instances that go with the one that runs. None: all."""
    if ti.map_index < 0:
        return None
    mine, theirs = list(ti.task.iter_mapped_task_groups()), list(upstream.iter_mapped_task_groups())
    common = next((group for group in theirs if any(group is other for other in mine)), None)
    if common is None:
        return None
    further_mine, further_theirs = _inside(mine, common), _inside(theirs, common)
    context = ti.get_template_context()
    index = ti.map_index // _product_of(further_mine, context) if further_mine else ti.map_index
    if not further_theirs:
        return index
    count = _product_of(further_theirs, context)
    return range(index * count, (index + 1) * count)


def pull_mapped(arg, ti):
    """What a reference to a mapped task, or to one in a mapped group, stands for in the instance that runs."""
    operator = arg.operator
    if operator.is_mapped:
        return LazyXComSequence(arg, ti)
    indexes = relevant_map_indexes(ti, operator)
    if indexes is None:
        return LazyXComSequence(arg, ti)[:]
    return ti.xcom_pull(task_ids=operator.task_id, dag_id=operator.dag_id, key=arg.key, map_indexes=indexes)


# --- the length of what a task returns ----------------------------------------------------------------


def is_mapping_source(ti) -> bool:
    """Whether a mapped task or group takes its length from the result of this try (not from the number of tries)."""
    if ti.map_index >= 0:
        return False
    dag = ti.task.get_dag()
    nodes = dag.mapped_nodes if dag is not None else ()
    return any(source.task_id == ti.task_id for node in nodes for source in node.iter_mapped_dependencies())


def checked_length(value) -> int:
    """UnmappableXComTypePushed, or XComForMappingNotPushed for None."""
    from airflow.sdk.definitions._internal.expandinput import is_mappable_value

    if value is None:
        raise XComForMappingNotPushed
    if not is_mappable_value(value):
        raise UnmappableXComTypePushed(value)
    return len(value)


def push_with_length(push, length: int) -> None:
    """`push()`; a refusal for the length becomes UnmappableXComLengthPushed."""
    try:
        push()
    except AirflowRuntimeError as error:
        from airflow.configuration import conf

        limit = conf.getint("core", "max_map_length")
        if length <= limit:
            raise
        raise UnmappableXComLengthPushed(
            f"the task returned {length} elements for others to be mapped over; [core] max_map_length allows {limit}"
        ) from error
