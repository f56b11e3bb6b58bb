"""A task group that is made once for each element of what it is mapped over."""

from __future__ import annotations

from airflow.sdk.definitions.taskgroup import TaskGroup
from airflow.task.trigger_rule import TriggerRule


class MappedTaskGroup(TaskGroup):
    """Made by `expand()` and `expand_kwargs()` of a `@task_group` function."""

    is_mapped = True

    def __init__(self, *, expand_input, **kwargs):
        self.expand_input = expand_input
        super().__init__(**kwargs)
        self.dag.mapped_nodes.append(self)

    def iter_mapped_dependencies(self):
        """The tasks that its length comes from."""
        for operator, _ in self.expand_input.iter_references():
            yield operator

    def add(self, node) -> None:
        if getattr(node, "trigger_rule", None) == TriggerRule.ALWAYS:
            raise ValueError(
                f"task {node.node_id!r} is in the mapped task group {self.group_id!r} and must wait for what that is "
                "mapped over; the trigger rule 'always' does not"
            )
        super().add(node)

    def __exit__(self, *exc_info) -> None:
        for operator in self.iter_mapped_dependencies():
            self.set_upstream(operator)
        super().__exit__(*exc_info)
