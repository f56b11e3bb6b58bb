"""Mapping of decorated functions: what `@task` and `@task_group` do in `partial()`, `expand()` and `expand_kwargs()`."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Sequence

from airflow.sdk.bases.decorator import TaskDecorator, get_unique_task_id
from airflow.sdk.definitions._internal.expandinput import (
    DictOfListsExpandInput,
    ListOfDictsExpandInput,
    MappedArgument,
    check_expand_kwargs,
    ensure_xcomarg_return_value,
    is_mappable,
    prevent_duplicates,
)
from airflow.sdk.definitions.context import KNOWN_CONTEXT_KEYS
from airflow.sdk.definitions.contextmanager import DagContext, TaskGroupContext
from airflow.sdk.definitions.mapped_group import MappedTaskGroup
from airflow.sdk.definitions.mappedoperator import MappedOperator
from airflow.sdk.definitions.xcom_arg import XComArg
from airflow.task.trigger_rule import TriggerRule


class DecoratedMappedOperator(MappedOperator):
    """A mapped `@task` function: what it is mapped over are arguments of the function."""

    def _unmap_kwargs(self, mapped: dict) -> dict:
        shared = self.partial_kwargs["op_kwargs"]
        if self.strict:
            prevent_duplicates(shared, mapped, fail_reason="mapping already partial")
        return {**self.partial_kwargs, "op_kwargs": {**shared, **mapped}}

    @property
    def python_callable(self):
        return self.partial_kwargs["python_callable"]

    def template_values(self) -> dict:
        from airflow.sdk.definitions._internal.map_text import text_of

        fields = {name: self._shared_field(name) for name in self.template_fields}
        return fields | {"op_kwargs": {**self.partial_kwargs["op_kwargs"], **text_of(self.expand_input)}}


def _check_names(function: Callable, what: str, kwargs: dict) -> None:
    """TypeError for an argument that the function does not take, ValueError for one without a length."""
    parameters = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    unknown = [name for name in kwargs if name not in parameters]
    for name, value in kwargs.items():
        if what == "expand" and name in parameters and not is_mappable(value):
            raise ValueError(f"expand() got an unexpected type {type(value).__name__!r} for keyword argument {name!r}")
    if unknown:
        names = ", ".join(repr(name) for name in unknown)
        argument = f"an unexpected keyword argument {names}" if len(unknown) == 1 else f"unexpected keyword arguments {names}"
        raise TypeError(f"{what}() got {argument}")


def _check_task_names(function: Callable, what: str, kwargs: dict) -> None:
    shadowed = sorted(KNOWN_CONTEXT_KEYS.intersection(kwargs))
    if shadowed:
        names = ", ".join(repr(name) for name in shadowed)
        raise ValueError(f"cannot call {what}() on task context variable{'s' if len(shadowed) > 1 else ''} {names}")
    _check_names(function, what, kwargs)


# --- @task -------------------------------------------------------------------------------------------


def partial_task(decorator: TaskDecorator, kwargs: dict) -> TaskDecorator:
    _check_task_names(decorator.function, "partial", kwargs)
    before = decorator.kwargs.get("op_kwargs", {})
    prevent_duplicates(before, kwargs, fail_reason="duplicate partial")
    return decorator.override(op_kwargs={**kwargs, **before})


def _refuse_always(decorator: TaskDecorator, what: str, values) -> None:
    if decorator.kwargs.get("trigger_rule") == TriggerRule.ALWAYS and any(isinstance(v, XComArg) for v in values):
        raise ValueError(
            f"Task-generated mapping within a task using '{what}' is not allowed with trigger rule 'always'."
        )


def expand_task(decorator: TaskDecorator, kwargs: dict) -> XComArg:
    _refuse_always(decorator, "expand", kwargs.values())
    if not kwargs:
        raise TypeError("no arguments to expand against")
    _check_task_names(decorator.function, "expand", kwargs)
    prevent_duplicates(decorator.kwargs, kwargs, fail_reason="mapping already partial")
    prevent_duplicates(decorator.kwargs.get("op_kwargs", {}), kwargs, fail_reason="mapping already partial")
    return _expand_task(decorator, DictOfListsExpandInput(kwargs), strict=False)


def expand_task_kwargs(decorator: TaskDecorator, value, strict: bool) -> XComArg:
    check_expand_kwargs(value)
    if not isinstance(value, XComArg):
        dicts = (item for item in value if not isinstance(item, XComArg))
        _refuse_always(decorator, "expand_kwargs", (v for item in dicts for v in item.values()))
    return _expand_task(decorator, ListOfDictsExpandInput(value), strict=strict)


def _expand_task(decorator: TaskDecorator, expand_input, strict: bool) -> XComArg:
    ensure_xcomarg_return_value(expand_input.value)
    kwargs = decorator.task_arguments()
    group = kwargs.pop("task_group", None)
    dag = kwargs.pop("dag", None) or (group.dag if group is not None else None) or DagContext.get_current()
    group = group or (TaskGroupContext.get_current(dag) if dag is not None else None)
    kwargs["task_id"] = get_unique_task_id(kwargs["task_id"], dag, group)
    kwargs.setdefault("op_args", [])
    kwargs.setdefault("op_kwargs", {})
    kwargs.update(
        dag=dag, task_group=group, python_callable=decorator.function, is_setup=decorator.is_setup,
        is_teardown=decorator.is_teardown, on_failure_fail_dagrun=decorator.on_failure_fail_dagrun,
    )  # fmt: skip
    return XComArg(DecoratedMappedOperator(decorator.operator_class, expand_input, kwargs, strict=strict))


# --- @task_group -------------------------------------------------------------------------------------


def partial_group(factory, kwargs: dict):
    _check_names(factory.function, "partial", kwargs)
    prevent_duplicates(factory.partial_kwargs, kwargs, fail_reason="duplicate partial")
    return factory.with_partial({**kwargs, **factory.partial_kwargs})


def expand_group(factory, kwargs: dict):
    if not kwargs:
        raise TypeError("no arguments to expand against")
    _check_names(factory.function, "expand", kwargs)
    prevent_duplicates(factory.partial_kwargs, kwargs, fail_reason="mapping already partial")
    return _expand_group(factory, DictOfListsExpandInput(kwargs), list(kwargs))


def expand_group_kwargs(factory, value):
    check_expand_kwargs(value)
    parameters = inspect.signature(factory.function).parameters
    if any(parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) for parameter in parameters.values()):
        raise TypeError("calling expand_kwargs() on task group function with * or ** is not supported")
    names = [name for name in parameters if name not in factory.partial_kwargs]
    return _expand_group(factory, ListOfDictsExpandInput(value), names)


def _expand_group(factory, expand_input, names: Sequence[str]):
    ensure_xcomarg_return_value(expand_input.value)
    arguments = {name: MappedArgument(expand_input, name) for name in names}
    options = {"expand_input": expand_input}
    return factory.create(MappedTaskGroup, options, (), {**factory.partial_kwargs, **arguments})


def warn_never_mapped(group_id: str) -> None:
    warnings.warn(f"Partial task group {group_id!r} was never mapped!", UserWarning, stacklevel=2)
