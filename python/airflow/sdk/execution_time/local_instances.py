"""Which instances of a task a local test run has, and whether each may run. The scheduler has its own in C++."""

from __future__ import annotations

from airflow.sdk.definitions._internal.map_length import evaluate, length_of_task
from airflow.sdk.execution_time.trigger_rules import RUN, SKIPPED, UPSTREAM_FAILED, decide


def summary(states: list[str]) -> str:
    """One state for all instances of a task."""
    for state in ("failed", UPSTREAM_FAILED, "success"):
        if state in states:
            return state
    return states[0]


class Instances:
    """Asked task after task, each after all of its upstream."""

    def __init__(self, dag, local):
        self._dag = dag
        self._local = local
        self._indexes: dict[str, list[int]] = {}

    def of(self, task):
        """Pairs of map index and `run`, `skipped` or `upstream_failed`."""
        indexes, verdict = self._expanded(task)
        self._indexes[task.task_id] = indexes
        for index in indexes:
            yield index, verdict or self._verdict(task, index)

    def _expanded(self, task) -> tuple[list[int], str | None]:
        length = length_of_task(task)
        if length is None:
            return [-1], None
        count = evaluate(length, self._count_of)
        if count is None:
            return [-1], self._verdict_without_length(task)
        return (list(range(count)), None) if count else ([-1], SKIPPED)

    def _count_of(self, task_id: str, key: str) -> int | None:
        if length_of_task(self._dag.get_task(task_id)) is None:
            return self._local.lengths.get((task_id, key))
        states = [self._local.states[task_id, index] for index in self._indexes[task_id]]
        if summary(states) in ("failed", UPSTREAM_FAILED):
            return None
        return len(self._local.sequence(self._dag.dag_id, task_id, key))

    def _verdict_without_length(self, task) -> str:
        verdict = self._verdict(task, -1)
        if verdict != RUN:
            return verdict
        nodes = [task] if task.is_mapped else list(task.iter_mapped_task_groups())
        sources = [source.task_id for node in nodes for source in node.iter_mapped_dependencies()]
        states = [self._local.states[source, index] for source in sources for index in self._indexes[source]]
        return UPSTREAM_FAILED if {"failed", UPSTREAM_FAILED} & set(states) else SKIPPED

    def _verdict(self, task, index: int) -> str:
        if {task.task_id, (task.task_id, index)} & self._local.skipped:
            return SKIPPED
        states, setups = [], []
        for upstream in task.upstream_list:
            found = [self._local.states[upstream.task_id, i] for i in self._relevant(task, index, upstream)]
            states += found
            setups += found if upstream.is_setup else []
        return decide(str(task.trigger_rule), states, setups)

    def _relevant(self, task, index: int, upstream) -> list[int]:
        """In a mapped group around both, the instances that go with this one; otherwise all."""
        known = self._indexes[upstream.task_id]
        mine, theirs = list(task.iter_mapped_task_groups()), list(upstream.iter_mapped_task_groups())
        common = next((group for group in theirs if group in mine), None)
        if index < 0 or common is None or known == [-1]:
            return known
        own = index // self._size(mine[: mine.index(common)])
        size = self._size(theirs[: theirs.index(common)])
        return [other for other in known if other // size == own]

    def _size(self, groups) -> int:
        total = 1
        for group in groups:
            total *= evaluate(group.expand_input.length(), self._count_of) or 1
        return total
