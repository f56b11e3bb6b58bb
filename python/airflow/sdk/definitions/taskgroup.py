"""TaskGroup: tasks drawn, named and joined together."""

from __future__ import annotations

import re

from airflow.sdk.definitions.contextmanager import DagContext, TaskGroupContext
from airflow.sdk.definitions.edges import DependencyMixin, as_list
from airflow.sdk.definitions.ids import validate_group_key
from airflow.sdk.exceptions import DuplicateTaskIdFound, TaskAlreadyInTaskGroup


class TaskGroup(DependencyMixin):
    """A group of tasks and groups. Without `prefix_group_id` the ids of its tasks stay as written."""

    is_mapped = False

    def __init__(
        self,
        group_id: str | None,
        prefix_group_id: bool = True,
        parent_group: TaskGroup | None = None,
        dag=None,
        default_args: dict | None = None,
        tooltip: str = "",
        ui_color: str = "CornflowerBlue",
        ui_fgcolor: str = "#000",
        add_suffix_on_collision: bool = False,
        group_display_name: str = "",
        doc_md: str | None = None,
    ):
        self.prefix_group_id = prefix_group_id
        self.default_args = dict(default_args or {})
        self.tooltip = tooltip or doc_md or ""
        self.doc_md = doc_md
        self.ui_color = ui_color
        self.ui_fgcolor = ui_fgcolor
        self.group_display_name = group_display_name
        self.children: dict[str, object] = {}
        self.upstream_group_ids: set = set()
        self.downstream_group_ids: set = set()
        self.upstream_task_ids: set = set()
        self.downstream_task_ids: set = set()
        self._group_id = group_id
        self.dag = dag
        self.parent_group = None
        if group_id is None:
            return
        validate_group_key(group_id)
        self.dag = dag or (parent_group.dag if parent_group else None) or DagContext.get_current()
        self.parent_group = parent_group or TaskGroupContext.get_current(self.dag)
        if self.dag is None or self.parent_group is None:
            raise RuntimeError(f"TaskGroup {group_id!r} can only be used inside a DAG")
        if add_suffix_on_collision:
            self._group_id = self._free_id(group_id)
        self.parent_group.add(self)

    def _free_id(self, group_id: str) -> str:
        taken = self.dag.task_group_dict.keys() | self.dag.task_dict.keys()
        candidate = group_id
        base = re.split(r"__\d+$", group_id)[0]
        number = 0
        while self.parent_group.child_id(candidate) in taken:
            number += 1
            candidate = f"{base}__{number}"
        return candidate

    @classmethod
    def create_root(cls, dag) -> TaskGroup:
        return cls(group_id=None, dag=dag)

    @property
    def is_root(self) -> bool:
        return self._group_id is None

    @property
    def group_id(self) -> str | None:
        parent = self.parent_group
        if self._group_id is not None and parent is not None and parent.prefix_group_id and parent.group_id:
            return f"{parent.group_id}.{self._group_id}"
        return self._group_id

    @property
    def node_id(self) -> str | None:
        return self.group_id

    @property
    def label(self) -> str | None:
        return self.group_display_name or self._group_id

    def child_id(self, label: str) -> str:
        """The id of a child called `label` here."""
        return f"{self.group_id}.{label}" if self.prefix_group_id and self.group_id else label

    def add(self, node) -> None:
        node_id = node.node_id
        if getattr(node, "task_group", None) not in (None, self):
            raise TaskAlreadyInTaskGroup(node_id, node.task_group.node_id, self.node_id)
        known = self.children.get(node_id)
        if known is not None and known is not node:
            kind = "Task group" if isinstance(node, TaskGroup) else "Task"
            raise DuplicateTaskIdFound(
                f"{kind} id {node_id!r} has already been added to the DAG {getattr(self.dag, 'dag_id', None)!r}"
            )
        if isinstance(node, TaskGroup) and self.dag is not None and node_id in self.dag.task_dict:
            raise DuplicateTaskIdFound(
                f"group_id {node_id!r} has already been added to the DAG {self.dag.dag_id!r} as a task"
            )
        self.children[node_id] = node

    def __enter__(self) -> TaskGroup:
        TaskGroupContext.push(self)
        return self

    def __exit__(self, *exc_info) -> None:
        TaskGroupContext.pop()

    def iter_tasks(self):
        for child in self.children.values():
            if isinstance(child, TaskGroup):
                yield from child.iter_tasks()
            else:
                yield child

    def __iter__(self):
        return self.iter_tasks()

    def has_task(self, task) -> bool:
        return any(known is task for known in self.iter_tasks())

    @property
    def roots(self) -> list:
        return list(self.get_roots())

    @property
    def leaves(self) -> list:
        return list(self.get_leaves())

    def get_roots(self):
        """Tasks with no upstream inside the group."""
        tasks = list(self.iter_tasks())
        inside = {task.task_id for task in tasks}
        for task in tasks:
            if not task.upstream_task_ids & inside:
                yield task

    def get_leaves(self):
        """Tasks with no downstream inside the group; teardowns do not count, setups end no group."""
        tasks = {task.task_id: task for task in self.iter_tasks()}
        teardowns = {task_id for task_id, task in tasks.items() if task.is_teardown}
        found: dict[str, object] = {}

        def before_teardown(task):
            upstream = [tasks[i] for i in sorted(task.upstream_task_ids & tasks.keys())]
            for other in upstream:
                if other.is_teardown:
                    before_teardown(other)
                elif not other.is_setup:
                    found.setdefault(other.task_id, other)

        for task in tasks.values():
            if not task.downstream_task_ids & tasks.keys():
                if task.is_teardown:
                    before_teardown(task)
                else:
                    found.setdefault(task.task_id, task)
            elif not task.is_setup and not (task.downstream_task_ids & tasks.keys()) - teardowns:
                found.setdefault(task.task_id, task)
        return iter(found.values())

    def set_upstream(self, other, edge_modifier=None) -> None:
        self._set_relatives(other, True, edge_modifier)

    def set_downstream(self, other, edge_modifier=None) -> None:
        self._set_relatives(other, False, edge_modifier)

    def _set_relatives(self, other, upstream: bool, edge_modifier) -> None:
        for node in as_list(other):
            if not isinstance(node, DependencyMixin):
                raise TypeError(
                    f"task group {self.group_id!r}: >> and << join tasks, groups and labels, not {node!r}"
                )
            self.update_relative(node, upstream, edge_modifier)
            node.update_relative(self, not upstream, edge_modifier)
        for task in list(self.get_roots() if upstream else self.get_leaves()):
            if upstream:
                task.set_upstream(other, edge_modifier)
            else:
                task.set_downstream(other, edge_modifier)

    def update_relative(self, other, upstream: bool = True, edge_modifier=None) -> None:
        groups = self.upstream_group_ids if upstream else self.downstream_group_ids
        tasks = self.upstream_task_ids if upstream else self.downstream_task_ids
        if isinstance(other, TaskGroup):
            groups.add(other.group_id)
        elif hasattr(other, "task_id"):
            tasks.add(other.task_id)

    def get_child_by_label(self, label: str):
        return self.children[self.child_id(label)]

    def get_task_group_dict(self) -> dict:
        found = {self.group_id: self}
        for child in self.children.values():
            if isinstance(child, TaskGroup):
                found.update(child.get_task_group_dict())
        return found

    def add_task(self, task) -> None:
        self.add(task)

    def __repr__(self) -> str:
        return f"<TaskGroup: {self.group_id}>"


def __getattr__(name: str):
    if name != "MappedTaskGroup":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from airflow.sdk.definitions.mapped_group import MappedTaskGroup

    return MappedTaskGroup
