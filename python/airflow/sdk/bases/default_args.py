"""The arguments that an operator was not given: from default_args, and under the names of older Airflows."""

from __future__ import annotations

import abc
import functools
import inspect
import warnings
from collections.abc import Collection

from airflow.sdk.definitions.contextmanager import DagContext, TaskGroupContext
from airflow.sdk.exceptions import LegacyArgumentWarning

# Arguments of older Airflows: the new name, or None when it has no meaning any more.
LEGACY_ARGUMENTS = {
    "task_concurrency": "max_active_tis_per_dag",
    "xcom_push": "do_xcom_push",
    "provide_context": None,
    "sla": None,
    "adhoc": None,
}


def merged_default_args(dag, task_group, own: dict | None) -> dict:
    """The DAG's default_args, those of its open groups over them, the task's own over both."""
    merged: dict = dict(getattr(dag, "default_args", None) or {})
    groups = []
    while task_group is not None:
        groups.append(task_group)
        task_group = task_group.parent_group
    for group in reversed(groups):
        merged.update(group.default_args or {})
    merged.update(own or {})
    return merged


def translate_legacy_arguments(kwargs: dict, where: str, known: Collection[str] = ()) -> None:
    """Renames or drops, with a warning, the arguments of older Airflows that `kwargs` holds."""
    for old, new in LEGACY_ARGUMENTS.items():
        if old not in kwargs or old in known:
            continue
        value = kwargs.pop(old)
        if new is None:
            text = f"{where}: the argument {old!r} no longer has an effect and is ignored"
        else:
            kwargs.setdefault(new, value)
            text = f"{where}: the argument {old!r} is now called {new!r}"
        warnings.warn(text, LegacyArgumentWarning, stacklevel=4)


def _with_default_args(init):
    """Wraps `__init__` so that arguments it knows and was not given come from default_args."""
    signature = inspect.signature(init)
    named = {
        name: parameter
        for name, parameter in signature.parameters.items()
        if name != "self" and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    }
    required = {name for name, p in named.items() if p.default is p.empty and name != "task_id"}

    @functools.wraps(init)
    def wrapper(self, *args, **kwargs):
        cls = type(self)
        where = f"{cls.__name__}(task_id={kwargs.get('task_id')!r})"
        if kwargs.pop("_airflow_from_mapped", False):
            object.__setattr__(self, "_from_mapped", True)
        if args:
            raise TypeError(f"{where}: use keyword arguments when initializing operators")
        translate_legacy_arguments(kwargs, where, named)
        dag = kwargs.get("dag") or DagContext.get_current()
        if dag is None and kwargs.get("task_group") is not None:
            dag = kwargs["task_group"].dag
        if dag is not None:
            kwargs["dag"] = dag
        group = kwargs.get("task_group") or (TaskGroupContext.get_current(dag) if dag is not None else None)
        if group is not None:
            kwargs["task_group"] = group
        defaults = merged_default_args(dag, group, kwargs.pop("default_args", None))
        params = defaults.pop("params", None)
        if params and "params" not in kwargs:
            kwargs["params"] = params
        for legacy, new in LEGACY_ARGUMENTS.items():
            if new in named and legacy in defaults:
                defaults.setdefault(new, defaults[legacy])
        for name in named:
            if name not in kwargs and name in defaults:
                kwargs[name] = defaults[name]
        if "task_id" in named and "task_id" not in kwargs:
            raise TypeError(f"{cls.__name__}: missing keyword argument 'task_id'")
        missing = sorted(required.difference(kwargs))
        if missing:
            plural = "s" if len(missing) > 1 else ""
            raise TypeError(f"{where}: missing keyword argument{plural} {', '.join(map(repr, missing))}")
        outermost = cls.__init__ is wrapper
        if outermost:
            object.__setattr__(self, "_BaseOperator__init_kwargs", dict(kwargs))
        init(self, **kwargs, default_args=defaults)
        if outermost:
            if not self._from_mapped:
                self._set_xcomargs_dependencies()
            object.__setattr__(self, "_built", True)

    wrapper.parameter_names = frozenset(named)
    return wrapper


def _accepts_default_args(init) -> bool:
    parameters = inspect.signature(init).parameters.values()
    return any(p.name == "default_args" or p.kind is p.VAR_KEYWORD for p in parameters)


class BaseOperatorMeta(abc.ABCMeta):
    def __new__(mcls, name, bases, namespace, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        init = namespace.get("__init__")
        if init is not None:
            if not _accepts_default_args(init):
                init = _dropping_default_args(init)
            cls.__init__ = _with_default_args(init)
        return cls


def _dropping_default_args(init):
    """For a constructor without **kwargs, which could not take `default_args`."""

    @functools.wraps(init)
    def wrapper(self, *args, default_args=None, **kwargs):
        for name in ("dag", "task_group", "params"):
            if name not in inspect.signature(init).parameters:
                kwargs.pop(name, None)
        return init(self, *args, **kwargs)

    return wrapper
