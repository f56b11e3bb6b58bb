"""The part of a task's definition that says how many instances it has."""

from __future__ import annotations


def mapped_definition(task) -> dict | None:
    """See docs/reference/dag_definition.md, "mapped"."""
    group = task.get_closest_mapped_task_group()
    if not task.is_mapped and group is None:
        return None
    from airflow.sdk.definitions._internal.map_length import length_of_task

    return {"length": length_of_task(task), "group_id": None if group is None else group.group_id}


def template_values(task) -> dict:
    """The templated fields as written; of a mapped task, what it is mapped over as text."""
    if task.is_mapped:
        return task.template_values()
    return {name: getattr(task, name) for name in task.template_fields}
