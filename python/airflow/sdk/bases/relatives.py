"""Edges between tasks, and walks along them."""

from __future__ import annotations

from airflow.sdk.definitions.edges import DependencyMixin, as_list


class TaskRelatives(DependencyMixin):
    """The part of an operator that knows its neighbours. Edges are kept as task ids on both sides."""

    @property
    def roots(self):
        return [self]

    @property
    def leaves(self):
        return [self]

    def set_upstream(self, other, edge_modifier=None) -> None:
        self._set_relatives(other, upstream=True, edge_modifier=edge_modifier)

    def set_downstream(self, other, edge_modifier=None) -> None:
        self._set_relatives(other, upstream=False, edge_modifier=edge_modifier)

    def _set_relatives(self, others, upstream: bool, edge_modifier) -> None:
        for other in as_list(others):
            if isinstance(other, (list, tuple, set)):
                self._set_relatives(other, upstream, edge_modifier)
                continue
            if not isinstance(other, DependencyMixin):
                raise TypeError(
                    f"task {self.task_id!r}: >> and << join tasks, groups and labels, "
                    f"not {other!r} of type {type(other).__name__}"
                )
            other.update_relative(self, not upstream, edge_modifier)
            for task in list(other.leaves if upstream else other.roots):
                if isinstance(task, TaskRelatives):
                    self._join(task, upstream, edge_modifier)

    def _join(self, other, upstream: bool, edge_modifier) -> None:
        before, after = (other, self) if upstream else (self, other)
        self._share_dag(other)
        before.downstream_task_ids.add(after.task_id)
        after.upstream_task_ids.add(before.task_id)
        if edge_modifier is not None and before.has_dag():
            edge_modifier.add_edge_info(before.dag, before.task_id, after.task_id)

    def _share_dag(self, other) -> None:
        mine, theirs = self.get_dag(), other.get_dag()
        if mine is None and theirs is None:
            raise ValueError(
                f"tasks {self.task_id!r} and {other.task_id!r} cannot be joined before one is in a DAG"
            )
        if mine is not None and theirs is not None and mine is not theirs:
            raise ValueError(
                f"tasks {self.task_id!r} of DAG {mine.dag_id!r} and {other.task_id!r} of DAG "
                f"{theirs.dag_id!r} cannot be joined: they are in different DAGs"
            )
        if mine is None:
            self.dag = theirs
        if theirs is None:
            other.dag = mine

    @property
    def upstream_list(self):
        return [self.dag.get_task(task_id) for task_id in sorted(self.upstream_task_ids)]

    @property
    def downstream_list(self):
        return [self.dag.get_task(task_id) for task_id in sorted(self.downstream_task_ids)]

    def get_direct_relative_ids(self, upstream: bool = False) -> set[str]:
        return self.upstream_task_ids if upstream else self.downstream_task_ids

    def get_direct_relatives(self, upstream: bool = False):
        return self.upstream_list if upstream else self.downstream_list

    def get_flat_relative_ids(self, *, upstream: bool = False) -> set[str]:
        """Ids of all tasks reachable in one direction."""
        found: set[str] = set()
        todo = list(self.get_direct_relative_ids(upstream))
        while todo:
            task_id = todo.pop()
            if task_id not in found:
                found.add(task_id)
                todo.extend(self.dag.get_task(task_id).get_direct_relative_ids(upstream))
        return found

    def get_flat_relatives(self, upstream: bool = False):
        return [self.dag.get_task(task_id) for task_id in sorted(self.get_flat_relative_ids(upstream=upstream))]
