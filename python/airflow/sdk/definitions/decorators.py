"""`@task`, `@task.bash` and so on, `@task_group`, `@setup`, `@teardown`."""

from __future__ import annotations

import functools
import importlib
import inspect

from airflow.sdk.bases.decorator import TaskDecorator
from airflow.sdk.definitions.dag import dag  # noqa: F401
from airflow.sdk.definitions.edges import DependencyMixin
from airflow.sdk.definitions.taskgroup import TaskGroup
from airflow.sdk.exceptions import UnsupportedByGale

_STANDARD = "airflow.providers.standard.decorators."
_DECORATORS = {
    "python": _STANDARD + "python:python_task",
    "bash": _STANDARD + "bash:bash_task",
    "branch": _STANDARD + "branch_python:branch_task",
    "short_circuit": _STANDARD + "short_circuit:short_circuit_task",
    "sensor": _STANDARD + "sensor:sensor_task",
    "docker": "airflow.providers.docker.decorators.docker:docker_task",
}
_NOT_YET = {"virtualenv", "external_python", "branch_virtualenv", "branch_external_python", "kubernetes",
            "pyspark", "stub", "analytics", "kubernetes_cmd"}  # fmt: skip


class TaskDecoratorCollection:
    """`task`: itself `@task.python`, with the other decorators as attributes."""

    def __call__(self, *args, **kwargs):
        return self.python(*args, **kwargs)

    def __getattr__(self, name: str):
        if name in _NOT_YET:
            raise UnsupportedByGale(f"@task.{name} is not supported by this version of Gale")
        if name not in _DECORATORS:
            raise AttributeError(f"task decorator {name!r} not found; there are {', '.join(sorted(_DECORATORS))}")
        module, _, attribute = _DECORATORS[name].partition(":")
        decorator = getattr(importlib.import_module(module), attribute)
        setattr(self, name, decorator)
        return decorator


task = TaskDecoratorCollection()


class _TaskGroupFactory:
    """A decorated function; called in a DAG it makes a group of the tasks its body makes."""

    def __init__(self, function, kwargs: dict, partial_kwargs: dict | None = None):
        self.function = function
        self.kwargs = {"group_id": function.__name__, **kwargs}
        self.partial_kwargs = partial_kwargs or {}
        self._created = False
        functools.update_wrapper(self, function)

    def __call__(self, *args, **kwargs):
        return self.create(TaskGroup, {}, args, kwargs)

    def create(self, group_class, more: dict, args, kwargs):
        options = {"add_suffix_on_collision": True, **self.kwargs, **more}
        if "tooltip" not in options and self.function.__doc__:
            options["tooltip"] = inspect.cleandoc(self.function.__doc__)
        self._created = True
        with group_class(**options) as group:
            result = self.function(*args, **kwargs)
        # The group stands for the call in `>>` unless the function gives back something to join by itself.
        return result if isinstance(result, (DependencyMixin, dict, list, tuple)) else group

    def override(self, **kwargs):
        return _TaskGroupFactory(self.function, {**self.kwargs, **kwargs}, self._handed_on())

    def with_partial(self, partial_kwargs: dict):
        self._handed_on()
        return _TaskGroupFactory(self.function, self.kwargs, partial_kwargs)

    def _handed_on(self) -> dict:
        self._created = True  # another factory answers for it now
        return self.partial_kwargs

    def partial(self, **kwargs):
        """The same group with arguments that all instances share."""
        from airflow.sdk.definitions.mapped_function import partial_group

        return partial_group(self, kwargs)

    def expand(self, **kwargs):
        """One instance of the whole group for each element, or combination of elements, of the arguments."""
        from airflow.sdk.definitions.mapped_function import expand_group

        return expand_group(self, kwargs)

    def expand_kwargs(self, kwargs):
        """One instance of the whole group for each dict of a list."""
        from airflow.sdk.definitions.mapped_function import expand_group_kwargs

        return expand_group_kwargs(self, kwargs)

    def __del__(self):
        if getattr(self, "partial_kwargs", None) and not self._created:
            from airflow.sdk.definitions.mapped_function import warn_never_mapped

            warn_never_mapped(self.kwargs["group_id"])


def task_group(python_callable=None, *, group_id: str | None = None, **kwargs):
    if isinstance(python_callable, str):  # @task_group("name") of older files
        group_id, python_callable = python_callable, None
    if group_id is not None:
        kwargs["group_id"] = group_id
    if python_callable is not None:
        return _TaskGroupFactory(python_callable, kwargs)
    return lambda function: _TaskGroupFactory(function, kwargs)


def _marked(function, attribute: str, **extra):
    if isinstance(function, _TaskGroupFactory):
        raise TypeError(f"task groups cannot be marked as {attribute.removeprefix('is_')}")
    if not isinstance(function, TaskDecorator):
        function = task.python(function)
    setattr(function, attribute, True)
    for name, value in extra.items():
        setattr(function, name, value)
    return function


def setup(function):
    """Marks a task function as setup: what its teardown cleans up."""
    return _marked(function, "is_setup")


def teardown(function=None, *, on_failure_fail_dagrun: bool = False):
    """Marks a task function as teardown: it runs when its setup has run, whatever happened in between."""

    def mark(decorated):
        return _marked(decorated, "is_teardown", on_failure_fail_dagrun=on_failure_fail_dagrun)

    return mark if function is None else mark(function)
