"""What makes a task a node of a DAG, whether it is an operator or a mapping of one."""

from __future__ import annotations

import importlib

from airflow.sdk.definitions.setup_teardown import SetupTeardownContext
from airflow.sdk.definitions.xcom_arg import XComArg


class OnClassOnly:
    """A function of another module as a method of the class; the module is imported when it is called."""

    def __init__(self, where: str):
        self._module, _, self._name = where.partition(":")

    def __get__(self, instance, owner):
        def call(**kwargs):
            if instance is not None:
                raise TypeError(f"{self._name}() is a method of operator classes; {instance!r} is a task already")
            return getattr(importlib.import_module(self._module), self._name)(owner, **kwargs)

        return call


class DagNode:
    """Its place in the DAG: `_dag`, `task_group` and `task_id` are set by who inherits."""

    @property
    def dag(self):
        if self._dag is None:
            raise RuntimeError(f"task {self.task_id!r} has not been assigned to a DAG yet")
        return self._dag

    @dag.setter
    def dag(self, dag) -> None:
        if dag is None:
            self._dag = None
            return
        if self._dag is not None and self._dag is not dag:
            raise ValueError(
                f"task {self.task_id!r} belongs to DAG {self._dag.dag_id!r}; it cannot move to {dag.dag_id!r}"
            )
        self._dag = dag
        dag.add_task(self)

    def has_dag(self) -> bool:
        return self._dag is not None

    def get_dag(self):
        return self._dag

    @property
    def dag_id(self) -> str:
        return self._dag.dag_id if self._dag is not None else f"adhoc_{self.owner}"

    @property
    def node_id(self) -> str:
        return self.task_id

    @property
    def label(self) -> str:
        group = self.task_group
        if group is not None and group.node_id and group.prefix_group_id:
            return self.task_id[len(group.node_id) + 1 :]
        return self.task_id

    @property
    def task_display_name(self) -> str:
        return self._task_display_name or self.task_id

    def __lt__(self, other):
        return self.task_id < other.task_id if isinstance(other, DagNode) else NotImplemented

    def _enter_dag(self, dag, task_group) -> None:
        """Enters the group and the DAG that the file has open."""
        if task_group is not None:
            task_group.add(self)
        if dag is not None:
            self.dag = dag
        SetupTeardownContext.add(self)

    def iter_mapped_task_groups(self):
        """The mapped groups around the task, the innermost first."""
        group = self.task_group
        while group is not None:
            if group.is_mapped:
                yield group
            group = group.parent_group

    def get_closest_mapped_task_group(self):
        return next(self.iter_mapped_task_groups(), None)

    @property
    def output(self) -> XComArg:
        """What this task will return, to be used as an argument of another."""
        return XComArg(self)

    def __enter__(self):
        SetupTeardownContext.push(self)
        return self

    def __exit__(self, *exc_info) -> None:
        SetupTeardownContext.pop()
