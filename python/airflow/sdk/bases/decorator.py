"""What `@task` and its sisters are made of: a function becomes a factory of operators."""

from __future__ import annotations

import functools
import inspect
import re
import textwrap

from airflow.sdk.bases.default_args import translate_legacy_arguments
from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.definitions.contextmanager import DagContext, TaskGroupContext
from airflow.sdk.definitions.context import KNOWN_CONTEXT_KEYS
from airflow.sdk.definitions.xcom_arg import XComArg
from airflow.sdk.exceptions import AirflowException
from airflow.sdk.execution_time.callables import KeywordParameters, determine_kwargs  # noqa: F401
from airflow.task.trigger_rule import TriggerRule


def get_unique_task_id(task_id: str, dag=None, task_group=None) -> str:
    """`task_id`, or the first of `task_id__1`, `task_id__2`, … after the highest that the DAG has."""
    dag = dag or DagContext.get_current()
    if dag is None:
        return task_id
    group = task_group or TaskGroupContext.get_current(dag)
    full = group.child_id(task_id) if group else task_id
    if full not in dag.task_dict:
        return task_id
    stem = re.split(r"__\d+$", full)[0]
    numbered = re.compile(re.escape(stem) + r"__(\d+)\Z")
    numbers = [int(match.group(1)) for match in map(numbered.match, dag.task_dict) if match]
    return f"{re.split(r'__[0-9]+$', task_id)[0]}__{max(numbers, default=0) + 1}"


def _bindable_signature(function) -> inspect.Signature:
    """The function's signature, in which names of the context need not be given."""
    signature = inspect.signature(function)
    parameters = []
    optional_before = False
    for parameter in signature.parameters.values():
        if parameter.name in KNOWN_CONTEXT_KEYS and parameter.kind not in (
            parameter.VAR_KEYWORD,
            parameter.VAR_POSITIONAL,
        ):
            if parameter.default not in (None, parameter.empty):
                raise ValueError(
                    f"@task function {function.__name__!r}: the context key parameter {parameter.name!r} "
                    "can't have a default other than None"
                )
            parameter = parameter.replace(default=None)
        positional = parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        if positional and parameter.default is parameter.empty and optional_before:
            parameter = parameter.replace(kind=parameter.KEYWORD_ONLY)
        optional_before = optional_before or (positional and parameter.default is not parameter.empty)
        parameters.append(parameter)
    order = {kind: i for i, kind in enumerate(inspect._ParameterKind)}
    return signature.replace(parameters=sorted(parameters, key=lambda p: order[p.kind]))


class DecoratedOperator(BaseOperator):
    """Mixed in by operators that call a decorated function."""

    template_fields = ("op_args", "op_kwargs")
    template_fields_renderers = {"op_args": "py", "op_kwargs": "py"}
    shallow_copy_attrs = ("python_callable",)

    def __init__(
        self,
        *,
        python_callable,
        task_id: str,
        op_args=None,
        op_kwargs=None,
        kwargs_to_upstream: dict | None = None,
        **kwargs,
    ):
        if not self._from_mapped:
            task_id = get_unique_task_id(task_id, kwargs.get("dag"), kwargs.get("task_group"))
        self.python_callable = python_callable
        op_args, op_kwargs = list(op_args or []), dict(op_kwargs or {})
        signature = _bindable_signature(python_callable)
        try:
            signature.bind(*op_args, **op_kwargs)
        except TypeError as error:
            if "too many positional" not in str(error):
                raise TypeError(f"@task function {python_callable.__name__!r}: {error}") from None
            # A parameter after one of the context's can still be filled by position.
            try:
                inspect.signature(python_callable).bind_partial(*op_args, **op_kwargs)
            except TypeError:
                raise TypeError(f"@task function {python_callable.__name__!r}: {error}") from None
        self.op_args = op_args
        self.op_kwargs = op_kwargs
        super().__init__(task_id=task_id, **(kwargs_to_upstream or {}), **kwargs)


def infers_multiple_outputs(function) -> bool:
    """Whether the return annotation is a dict (or TypedDict), by which `@task` unrolls its keys."""
    annotation = getattr(function, "__annotations__", {}).get("return")
    if annotation is None:
        return False
    if isinstance(annotation, str):
        import typing

        try:
            annotation = typing.get_type_hints(function).get("return")
        except Exception:
            return bool(re.match(r"(typing\.)?(dict|Dict|Mapping)\b", annotation))
    import typing
    from collections.abc import Mapping

    origin = typing.get_origin(annotation) or annotation
    return isinstance(origin, type) and issubclass(origin, Mapping)


class TaskDecorator:
    """A decorated function. Calling it in a DAG makes a task and gives an XComArg of its result."""

    def __init__(self, function, operator_class, multiple_outputs: bool | None, kwargs: dict):
        if isinstance(function, TaskDecorator):
            raise TypeError(f"@task is applied to {function.__name__!r}, which is a task already")
        if "self" in inspect.signature(function).parameters:
            raise TypeError(
                f"@{operator_class.custom_operator_name or 'task'} does not support methods: "
                f"{function.__qualname__!r}"
            )
        self.function = function
        self.operator_class = operator_class
        self.kwargs = dict(kwargs)
        self.kwargs.setdefault("task_id", function.__name__)
        self.multiple_outputs = (
            infers_multiple_outputs(function) if multiple_outputs is None else multiple_outputs
        )
        self.is_setup = False
        self.is_teardown = False
        self.on_failure_fail_dagrun = False
        functools.update_wrapper(self, function)

    @property
    def __wrapped__(self):
        return self.function

    @__wrapped__.setter
    def __wrapped__(self, value) -> None:
        pass

    def task_arguments(self) -> dict:
        """The operator's arguments, without the function and what it is called with."""
        if self.is_teardown:
            self.kwargs.setdefault("trigger_rule", TriggerRule.ALL_DONE_SETUP_SUCCESS)
        options = dict(self.kwargs)
        if self.multiple_outputs:
            options["multiple_outputs"] = True
        options["doc_md"] = options.get("doc_md") or textwrap.dedent(self.function.__doc__ or "").strip() or None
        return options

    def __call__(self, *args, **kwargs) -> XComArg:
        operator = self.operator_class(
            python_callable=self.function, op_args=args, op_kwargs=kwargs, **self.task_arguments()
        )
        if self.is_setup:
            operator.is_setup = True
        if self.is_teardown:
            operator.is_teardown = True
            operator.on_failure_fail_dagrun = self.on_failure_fail_dagrun
        return XComArg(operator)

    def override(self, **kwargs) -> TaskDecorator:
        """The same function with other arguments of the task."""
        multiple = kwargs.pop("multiple_outputs", self.multiple_outputs)
        twin = TaskDecorator(self.function, self.operator_class, multiple, {**self.kwargs, **kwargs})
        twin.is_setup, twin.is_teardown = self.is_setup, self.is_teardown
        twin.on_failure_fail_dagrun = self.on_failure_fail_dagrun
        return twin

    def expand(self, **kwargs) -> XComArg:
        """One instance for each element, or combination of elements, of the arguments."""
        from airflow.sdk.definitions.mapped_function import expand_task

        return expand_task(self, kwargs)

    def expand_kwargs(self, kwargs, *, strict: bool = True) -> XComArg:
        """One instance for each dict of a list."""
        from airflow.sdk.definitions.mapped_function import expand_task_kwargs

        return expand_task_kwargs(self, kwargs, strict)

    def partial(self, **kwargs) -> TaskDecorator:
        """The same function with arguments that all instances share."""
        from airflow.sdk.definitions.mapped_function import partial_task

        return partial_task(self, kwargs)

    def __repr__(self) -> str:
        return f"<@task {self.kwargs['task_id']}>"


def task_decorator_factory(
    python_callable=None, *, multiple_outputs: bool | None = None, decorated_operator_class, **kwargs
):
    """Serves `@task` and `@task(...)`: gives the decorated function, or a decorator."""
    translate_legacy_arguments(kwargs, "@task")
    if multiple_outputs is not None:
        multiple_outputs = bool(multiple_outputs)
    if python_callable is not None:
        if not callable(python_callable):
            raise TypeError(f"@task takes a function as its only positional argument, got {python_callable!r}")
        return TaskDecorator(python_callable, decorated_operator_class, multiple_outputs, kwargs)
    if "python_callable" in kwargs:
        raise AirflowException("@task: python_callable is the decorated function; do not pass it")
    return lambda function: TaskDecorator(function, decorated_operator_class, multiple_outputs, kwargs)


def __getattr__(name: str):
    if name != "DecoratedMappedOperator":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from airflow.sdk.definitions.mapped_function import DecoratedMappedOperator

    return DecoratedMappedOperator
