"""References to what another task will have returned, usable as arguments of operators."""

from __future__ import annotations

import contextlib

from airflow.sdk.definitions.edges import DependencyMixin
from airflow.sdk.definitions.notset import NOTSET

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
    """What tasks will have returned. `XComArg(operator)` makes a PlainXComArg; map, zip and concat make others."""

    def __new__(cls, *args, **kwargs):
        return object.__new__(PlainXComArg if cls is XComArg else cls)

    @property
    def roots(self):
        return [operator for operator, _ in self.iter_references()]

    leaves = roots

    def set_upstream(self, other, edge_modifier=None) -> None:
        for operator in self.roots:
            operator.set_upstream(other, edge_modifier)

    def set_downstream(self, other, edge_modifier=None) -> None:
        for operator in self.roots:
            operator.set_downstream(other, edge_modifier)

    def map(self, f):
        """Each element given to `f`, a plain function."""
        from airflow.sdk.definitions.mapped_xcom import MapXComArg

        return MapXComArg(self, [f])

    def zip(self, *others, fillvalue=NOTSET):
        from airflow.sdk.definitions.mapped_xcom import ZipXComArg

        return ZipXComArg([self, *others], fillvalue=fillvalue)

    def concat(self, *others):
        from airflow.sdk.definitions.mapped_xcom import ConcatXComArg

        return ConcatXComArg([self, *others])

    @staticmethod
    def iter_xcom_references(arg):
        """References inside a value: in lists, tuples, sets, dicts, and templated fields of objects."""
        yield from iter_references(arg)

    @staticmethod
    def apply_upstream_relationship(op, arg) -> None:
        for operator, _ in iter_references(arg):
            op.set_upstream(operator)


class PlainXComArg(XComArg):
    """`operator.output`, or what a call of a `@task` function gives back. `arg["key"]` is another key."""

    def __init__(self, operator, key: str = XCOM_RETURN_KEY):
        self.operator = operator
        self.key = key

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
        return isinstance(other, PlainXComArg) and (self.operator, self.key) == (other.operator, other.key)

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
        if self.operator.is_mapped or self.operator.get_closest_mapped_task_group() is not None:
            from airflow.sdk.execution_time.task_mapping import pull_mapped

            return pull_mapped(self, context["ti"])
        return context["ti"].xcom_pull(
            task_ids=self.operator.task_id, dag_id=self.operator.dag_id, key=self.key, map_indexes=None
        )

    def _mappable(self, what: str) -> None:
        if self.key != XCOM_RETURN_KEY:
            raise ValueError(
                f"XCom {self.key!r} of task {self.operator.task_id!r}: .{what}() is for what a task returns only"
            )

    def map(self, f):
        self._mappable("map")
        return super().map(f)

    def zip(self, *others, fillvalue=NOTSET):
        self._mappable("zip")
        return super().zip(*others, fillvalue=fillvalue)

    def concat(self, *others):
        self._mappable("concat")
        return super().concat(*others)

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
