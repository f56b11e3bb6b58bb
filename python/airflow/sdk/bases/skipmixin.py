"""Skipping tasks downstream of a running one."""

from __future__ import annotations

from collections.abc import Iterable

from airflow.sdk.exceptions import AirflowException, DownstreamTasksSkipped

XCOM_SKIPMIXIN_KEY = "skipmixin_key"
XCOM_SKIPMIXIN_SKIPPED = "skipped"
XCOM_SKIPMIXIN_FOLLOWED = "followed"


class SkipMixin:
    """For operators that decide which tasks after them run.

    The decision is kept as XCom `skipmixin_key`, so that tasks cleared later are skipped again.
    """

    inherits_from_skipmixin = True

    def skip(self, ti, tasks) -> None:
        """Skips `tasks`; the runner learns it by DownstreamTasksSkipped."""
        task_ids = [task.task_id for task in tasks]
        if not task_ids:
            return
        ti.xcom_push(key=XCOM_SKIPMIXIN_KEY, value={XCOM_SKIPMIXIN_SKIPPED: task_ids})
        self._tell_skipped(ti, task_ids)

    def skip_all_except(self, ti, branch_task_ids) -> None:
        """Skips the tasks directly downstream that are neither named nor downstream of a named one."""
        dag, task = ti.task.dag, ti.task
        followed = self._checked_ids(branch_task_ids, dag)
        self.log.info("Following branch %s", sorted(followed))
        for task_id in list(followed):
            followed |= dag.get_task(task_id).get_flat_relative_ids(upstream=False)
        downstream = sorted(task.downstream_task_ids)
        if not downstream:
            return
        skipped = [task_id for task_id in downstream if task_id not in followed]
        ti.xcom_push(
            key=XCOM_SKIPMIXIN_KEY,
            value={XCOM_SKIPMIXIN_FOLLOWED: [task_id for task_id in downstream if task_id in followed]},
        )
        if skipped:
            self.log.info("Skipping tasks %s", skipped)
            self._tell_skipped(ti, skipped)

    @staticmethod
    def _tell_skipped(ti, task_ids: list[str]) -> None:
        """An instance of a mapping skips the same instance of tasks in its own mapped group, and no others."""
        tasks: list = task_ids
        if ti.map_index >= 0:
            group, dag = ti.task.get_closest_mapped_task_group(), ti.task.dag
            inside = group is not None and not ti.task.is_mapped
            tasks = [
                [task_id, ti.map_index]
                for task_id in task_ids
                if inside and dag.get_task(task_id).get_closest_mapped_task_group() is group
            ]
        if tasks:
            raise DownstreamTasksSkipped(tasks=tasks)

    def _checked_ids(self, branch_task_ids, dag) -> set[str]:
        where = f"task {getattr(self, 'task_id', '?')!r}"
        if branch_task_ids is None:
            return set()
        if isinstance(branch_task_ids, str):
            ids = {branch_task_ids}
        elif isinstance(branch_task_ids, Iterable):
            ids = set(branch_task_ids)
        else:
            raise AirflowException(
                f"{where}: 'branch_task_ids' must be either None, a task ID, or an Iterable of IDs, "
                f"but got {type(branch_task_ids).__name__!r}"
            )
        wrong = [item for item in ids if not isinstance(item, str)]
        if wrong:
            raise AirflowException(f"{where}: the branch names {wrong!r}, which are no task ids (strings)")
        unknown = sorted(ids - set(dag.task_dict))
        if unknown:
            raise AirflowException(
                f"{where}: 'branch_task_ids' must contain only valid task_ids. Invalid tasks found: {unknown}; "
                f"DAG {dag.dag_id!r} has {sorted(dag.task_dict)}"
            )
        return ids
