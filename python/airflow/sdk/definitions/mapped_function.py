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
    check_not_empty,
    ensure_xcomarg_return_value,
    is_mappable,
    not_mappable,
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
            prevent_duplicates(shared, mapped, f"task {self.task_id!r}", "cannot be mapped: given in partial()")
        return {**self.partial_kwargs, "op_kwargs": {**shared, **mapped}}

    @property
    def python_callable(self):
        return self.partial_kwargs["python_callable"]

    def template_values(self) -> dict:
        from airflow.sdk.definitions._internal.map_text import text_of

        fields = {name: self._shared_field(name) for name in self.template_fields}
        return fields | {"op_kwargs": {**self.partial_kwargs["op_kwargs"], **text_of(self.expand_input)}}


def _check_names(where: str, function: Callable, what: str, kwargs: dict) -> None:
    """TypeError for an argument that the function does not take, ValueError for one without a length."""
    parameters = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    for name, value in kwargs.items():
        if what == "expand" and name in parameters and not is_mappable(value):
            raise not_mappable(where, name, value)
    unknown = [repr(name) for name in kwargs if name not in parameters]
    if unknown:
        raise TypeError(f"{where}: {what}() was given {', '.join(unknown)}, which the function does not take")


def _check_task_names(where: str, function: Callable, what: str, kwargs: dict) -> None:
    shadowed = sorted(KNOWN_CONTEXT_KEYS.intersection(kwargs))
    if shadowed:
        names = ", ".join(repr(name) for name in shadowed)
        raise ValueError(f"{where}: {what}() was given {names}, which the context of a task sets")
    _check_names(where, function, what, kwargs)


# --- @task -------------------------------------------------------------------------------------------


def _where_task(decorator: TaskDecorator) -> str:
    return f"@task {decorator.kwargs['task_id']!r}"


def partial_task(decorator: TaskDecorator, kwargs: dict) -> TaskDecorator:
    where = _where_task(decorator)
    _check_task_names(where, decorator.function, "partial", kwargs)
    before = decorator.kwargs.get("op_kwargs", {})
    prevent_duplicates(before, kwargs, where, "given to partial() twice")
    return decorator.override(op_kwargs={**kwargs, **before})


def _refuse_always(decorator: TaskDecorator, what: str, values) -> None:
    if decorator.kwargs.get("trigger_rule") == TriggerRule.ALWAYS and any(isinstance(v, XComArg) for v in values):
        raise ValueError(
            f"{_where_task(decorator)}: {what}() over what a task returns must wait for that task; "
            "the trigger rule 'always' does not"
        )


def expand_task(decorator: TaskDecorator, kwargs: dict) -> XComArg:
    _refuse_always(decorator, "expand", kwargs.values())
    where = _where_task(decorator)
    check_not_empty(kwargs, where)
    _check_task_names(where, decorator.function, "expand", kwargs)
    prevent_duplicates(decorator.kwargs, kwargs, where, "cannot be mapped: given to the decorator")
    return _expand_task(decorator, DictOfListsExpandInput(kwargs), strict=False)


def expand_task_kwargs(decorator: TaskDecorator, value, strict: bool) -> XComArg:
    check_expand_kwargs(value, _where_task(decorator))
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


def _where_group(factory) -> str:
    return f"task group {factory.kwargs['group_id']!r}"


def partial_group(factory, kwargs: dict):
    where = _where_group(factory)
    _check_names(where, factory.function, "partial", kwargs)
    prevent_duplicates(factory.partial_kwargs, kwargs, where, "given to partial() twice")
    return factory.with_partial({**kwargs, **factory.partial_kwargs})


def expand_group(factory, kwargs: dict):
    where = _where_group(factory)
    check_not_empty(kwargs, where)
    _check_names(where, factory.function, "expand", kwargs)
    prevent_duplicates(factory.partial_kwargs, kwargs, where, "cannot be mapped: given in partial()")
    return _expand_group(factory, DictOfListsExpandInput(kwargs), list(kwargs))


def expand_group_kwargs(factory, value):
    check_expand_kwargs(value, _where_group(factory))
    parameters = inspect.signature(factory.function).parameters
    if any(parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) for parameter in parameters.values()):
        raise TypeError(f"{_where_group(factory)}: expand_kwargs() needs a function without * and **")
    names = [name for name in parameters if name not in factory.partial_kwargs]
    return _expand_group(factory, ListOfDictsExpandInput(value), names)


def _expand_group(factory, expand_input, names: Sequence[str]):
    ensure_xcomarg_return_value(expand_input.value)
    arguments = {name: MappedArgument(expand_input, name) for name in names}
    options = {"expand_input": expand_input}
    return factory.create(MappedTaskGroup, options, (), {**factory.partial_kwargs, **arguments})


def warn_never_mapped(group_id: str) -> None:
    text = f"task group {group_id!r} is partial and was never mapped: call expand() or expand_kwargs() to make it"
    warnings.warn(text, UserWarning, stacklevel=2)
