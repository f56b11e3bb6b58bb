"""References to what another task will have returned, usable as arguments of operators."""

from __future__ import annotations

import contextlib

from airflow.sdk.definitions.edges import DependencyMixin
from airflow.sdk.exceptions import UnsupportedByGale

XCOM_RETURN_KEY = "return_value"


class ResolveMixin:
    """A value that is known only when the task runs."""

    def resolve(self, context):
        raise NotImplementedError

    def iter_references(self):
        """Pairs of operator and key this value depends on."""
        return iter(())


class LiteralValue(ResolveMixin):
    """A value that is not to be rendered as a template."""

    def __init__(self, value):
        self.value = value

    def resolve(self, context):
        return self.value

    def __repr__(self) -> str:
        return f"literal({self.value!r})"


def literal(value) -> LiteralValue:
    return LiteralValue(value)


class XComArg(ResolveMixin, DependencyMixin):
    """`operator.output`, or what a call of a `@task` function gives back. `arg["key"]` is another key."""

    def __init__(self, operator, key: str = XCOM_RETURN_KEY):
        self.operator = operator
        self.key = key

    @property
    def roots(self):
        return [self.operator]

    @property
    def leaves(self):
        return [self.operator]

    def set_upstream(self, other, edge_modifier=None) -> None:
        self.operator.set_upstream(other, edge_modifier)

    def set_downstream(self, other, edge_modifier=None) -> None:
        self.operator.set_downstream(other, edge_modifier)

    def iter_references(self):
        yield self.operator, self.key

    def __getitem__(self, key):
        if not isinstance(key, str):
            raise ValueError(
                f"XComArg of task {self.operator.task_id!r}: the key must be a string, got {key!r}; "
                "an element of a list is taken inside the task that receives it"
            )
        return XComArg(self.operator, key)

    def __iter__(self):
        raise TypeError(f"the output of task {self.operator.task_id!r} is not known while the DAG is built")

    def __eq__(self, other) -> bool:
        return isinstance(other, XComArg) and (self.operator, self.key) == (other.operator, other.key)

    def __hash__(self) -> int:
        return hash((id(self.operator), self.key))

    def __repr__(self) -> str:
        suffix = "" if self.key == XCOM_RETURN_KEY else f", {self.key!r}"
        return f"XComArg({self.operator!r}{suffix})"

    def __str__(self) -> str:
        arguments = [f"task_ids='{self.operator.task_id}'", f"dag_id='{self.operator.dag_id}'"]
        arguments.append(f"key='{self.key}'")
        return "{{ task_instance.xcom_pull(" + ", ".join(arguments) + ") }}"

    def __enter__(self):
        from airflow.sdk.definitions.setup_teardown import SetupTeardownContext

        SetupTeardownContext.push(self.operator)
        return self

    def __exit__(self, *exc_info) -> None:
        from airflow.sdk.definitions.setup_teardown import SetupTeardownContext

        SetupTeardownContext.pop()

    def resolve(self, context):
        return context["ti"].xcom_pull(
            task_ids=self.operator.task_id, dag_id=self.operator.dag_id, key=self.key
        )

    def map(self, f):
        self._refuse("map")

    def zip(self, *others, fillvalue=None):
        self._refuse("zip")

    def concat(self, *others):
        self._refuse("concat")

    def _refuse(self, what: str):
        raise UnsupportedByGale(
            f"task {self.operator.task_id!r}: .{what}() of its output belongs to dynamic task mapping, "
            "which is not supported by this version of Gale"
        )

    # Setup and teardown marks are the operator's.
    @property
    def is_setup(self) -> bool:
        return self.operator.is_setup

    @is_setup.setter
    def is_setup(self, value: bool) -> None:
        self.operator.is_setup = value

    @property
    def is_teardown(self) -> bool:
        return self.operator.is_teardown

    @is_teardown.setter
    def is_teardown(self, value: bool) -> None:
        self.operator.is_teardown = value

    @property
    def on_failure_fail_dagrun(self) -> bool:
        return self.operator.on_failure_fail_dagrun

    @on_failure_fail_dagrun.setter
    def on_failure_fail_dagrun(self, value: bool) -> None:
        self.operator.on_failure_fail_dagrun = value

    @staticmethod
    def iter_xcom_references(arg):
        """References inside a value: in lists, tuples, sets, dicts, and templated fields of objects."""
        yield from iter_references(arg)

    @staticmethod
    def apply_upstream_relationship(op, arg) -> None:
        for operator, _ in iter_references(arg):
            op.set_upstream(operator)


PlainXComArg = XComArg


def iter_references(value, _seen=None):
    """Operators and keys that `value` refers to, at any depth."""
    seen = _seen if _seen is not None else set()
    if isinstance(value, (str, int, float, bool, type(None))) or id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, ResolveMixin):
        yield from value.iter_references()
    elif isinstance(value, dict):
        for item in value.values():
            yield from iter_references(item, seen)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from iter_references(item, seen)
    elif not isinstance(value, (DependencyMixin, type)):
        with contextlib.suppress(AttributeError):
            for field in value.template_fields:
                yield from iter_references(getattr(value, field), seen)
