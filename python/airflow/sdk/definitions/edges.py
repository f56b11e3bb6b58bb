"""`>>` and `<<` between tasks, groups, XComArgs and labels; chain() and its sisters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from airflow.sdk.exceptions import AirflowException
from airflow.task.trigger_rule import TriggerRule


class DependencyMixin:
    """What can stand left or right of `>>`. `roots` start before it, `leaves` end after it."""

    @property
    def roots(self):
        raise NotImplementedError

    @property
    def leaves(self):
        raise NotImplementedError

    def set_upstream(self, other, edge_modifier=None) -> None:
        raise NotImplementedError

    def set_downstream(self, other, edge_modifier=None) -> None:
        raise NotImplementedError

    def update_relative(self, other, upstream: bool = True, edge_modifier=None) -> None:
        """Told that `other` was set up- or downstream of this; groups and labels note it."""

    def as_setup(self):
        for leaf in self.leaves:
            leaf.is_setup = True
        return self

    def as_teardown(self, *, setups=None, on_failure_fail_dagrun: bool | None = None):
        for root in self.roots:
            root.is_teardown = True
            root.trigger_rule = TriggerRule.ALL_DONE_SETUP_SUCCESS
            if on_failure_fail_dagrun is not None:
                root.on_failure_fail_dagrun = on_failure_fail_dagrun
        for setup in as_list(setups):
            setup.is_setup = True
            setup.set_downstream(self)
        return self

    def __lshift__(self, other):
        self.set_upstream(other)
        return other

    def __rshift__(self, other):
        self.set_downstream(other)
        return other

    def __rrshift__(self, other):
        self.__lshift__(other)
        return self

    def __rlshift__(self, other):
        self.__rshift__(other)
        return self


def as_list(value) -> list:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple, set)) else [value]


class EdgeModifier(DependencyMixin):
    """A label on the edges that run through it: `a >> Label("yes") >> b`."""

    def __init__(self, label: str | None = None):
        self.label = label
        self._upstream: list = []
        self._downstream: list = []

    @property
    def roots(self):
        return self._downstream

    @property
    def leaves(self):
        return self._upstream

    def set_upstream(self, other, edge_modifier=None) -> None:
        self._upstream.extend(node for node in as_list(other) if not isinstance(node, EdgeModifier))
        self._connect()

    def set_downstream(self, other, edge_modifier=None) -> None:
        self._downstream.extend(node for node in as_list(other) if not isinstance(node, EdgeModifier))
        self._connect()

    def update_relative(self, other, upstream: bool = True, edge_modifier=None) -> None:
        (self._upstream if upstream else self._downstream).append(other)
        self._connect()

    def _connect(self) -> None:
        for before in self._upstream:
            for after in self._downstream:
                before.set_downstream(after, edge_modifier=self)

    def add_edge_info(self, dag, upstream_id: str, downstream_id: str) -> None:
        dag.set_edge_info(upstream_id, downstream_id, {"label": self.label})


def Label(label: str) -> EdgeModifier:
    return EdgeModifier(label=label)


def chain(*nodes) -> None:
    """`chain(a, [b, c], [d, e], f)`: a to b and c, b to d, c to e, d and e to f.

    Two neighbouring lists are joined pair by pair and must be of equal length.
    """
    for before, after in zip(nodes, nodes[1:]):
        if isinstance(before, DependencyMixin):
            before.set_downstream(after)
        elif isinstance(after, DependencyMixin):
            after.set_upstream(before)
        elif isinstance(before, Sequence) and isinstance(after, Sequence):
            if len(before) != len(after):
                raise AirflowException(
                    f"chain() joins neighbouring lists pair by pair: they must have the same length, "
                    f"got {len(before)} and {len(after)}"
                )
            for one, other in zip(before, after):
                one.set_downstream(other)
        else:
            raise TypeError(
                f"chain() takes tasks, groups, labels and lists of them; got {type(before).__name__} "
                f"and {type(after).__name__}"
            )


def chain_linear(*nodes) -> None:
    """Like chain(), but neighbouring lists are joined each with each."""
    if len(nodes) < 2:
        raise ValueError(f"chain_linear() needs at least two elements, got {len(nodes)}")
    for before, after in zip(nodes, nodes[1:]):
        for node in as_list(before):
            for other in as_list(after):
                node.set_downstream(other)


def cross_downstream(from_tasks, to_tasks) -> None:
    """Each of `from_tasks` before each of `to_tasks`."""
    for task in from_tasks:
        task.set_downstream(list(to_tasks) if isinstance(to_tasks, Iterable) else to_tasks)
