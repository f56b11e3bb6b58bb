"""Mapping of one operator: `Operator.partial(…).expand(…)`.

The MappedOperator stands in the DAG for all its instances. A try makes the operator of its own instance from it.
"""

from __future__ import annotations

import copy
import warnings

from airflow.sdk.bases.default_args import BaseOperatorMeta, merged_default_args, translate_legacy_arguments
from airflow.sdk.bases.node import DagNode
from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.bases.relatives import TaskRelatives
from airflow.sdk.definitions._internal.expandinput import (
    DictOfListsExpandInput,
    ListOfDictsExpandInput,
    check_expand_kwargs,
    check_not_empty,
    ensure_xcomarg_return_value,
    is_mappable,
    is_mappable_value,  # noqa: F401
    not_mappable,
    prevent_duplicates,
)
from airflow.sdk.definitions.contextmanager import DagContext, TaskGroupContext
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.definitions.xcom_arg import iter_references

# What the scheduler must know before an instance exists: one value for all of them.
UNMAPPABLE = frozenset(
    """task_id dag task_group allow_nested_operators depends_on_past email_on_failure email_on_retry execution_timeout
    executor_config ignore_first_depends_on_past inlets map_index_template max_retry_delay on_execute_callback
    on_failure_callback on_retry_callback on_skipped_callback on_success_callback outlets owner pool_slots
    priority_weight queue retries retry_delay retry_exponential_backoff trigger_rule
    wait_for_past_depends_before_skipping wait_for_downstream weight_rule""".split()
)
_OWN_NAMES = frozenset(BaseOperator.__init__.parameter_names)
_MARKS = ("is_setup", "is_teardown", "on_failure_fail_dagrun")


def validate_mapping_kwargs(operator_class, function: str, kwargs: dict, where: str = "") -> None:
    """TypeError for names that no constructor of the class takes; for `expand`, ValueError for what has no length."""
    where = where or operator_class.__name__
    unknown = dict(kwargs)
    for cls in operator_class.mro():
        for name in unknown.keys() & getattr(cls.__init__, "parameter_names", frozenset()):
            value = unknown.pop(name)
            if function == "expand" and not is_mappable(value):
                raise not_mappable(where, name, value)
    if unknown:
        raise TypeError(f"{where}: {function}() does not know {', '.join(map(repr, sorted(unknown)))}")


def partial(operator_class, *, task_id: str, dag=None, task_group=None, params=None, **kwargs) -> OperatorPartial:
    """The arguments that all instances share."""
    where = f"{operator_class.__name__}(task_id={task_id!r})"
    translate_legacy_arguments(kwargs, where)
    validate_mapping_kwargs(operator_class, "partial", kwargs, where)
    dag = dag or (task_group.dag if task_group is not None else None) or DagContext.get_current()
    task_group = task_group or (TaskGroupContext.get_current(dag) if dag is not None else None)
    return OperatorPartial(
        operator_class, {"task_id": task_id, "dag": dag, "task_group": task_group, "params": params, **kwargs}
    )


class OperatorPartial:
    """An operator class with some arguments; `expand()` or `expand_kwargs()` makes the task."""

    def __init__(self, operator_class, kwargs: dict):
        self.operator_class = operator_class
        self.kwargs = kwargs
        self._expand_called = False

    @property
    def _where(self) -> str:
        return f"{self.operator_class.__name__}(task_id={self.kwargs.get('task_id')!r})"

    def expand(self, **mapped_kwargs) -> MappedOperator:
        """One instance for each element, or combination of elements, of the arguments."""
        check_not_empty(mapped_kwargs, self._where)
        validate_mapping_kwargs(self.operator_class, "expand", mapped_kwargs, self._where)
        defaults = merged_default_args(self.kwargs["dag"], self.kwargs["task_group"], self.kwargs.get("default_args"))
        given = (self.kwargs.keys() | defaults.keys() & _OWN_NAMES) - {"params"}
        prevent_duplicates(UNMAPPABLE, mapped_kwargs, self._where, "cannot be mapped: all instances have the same")
        prevent_duplicates(given, mapped_kwargs, self._where, "cannot be mapped: given in partial() or default_args")
        return self._expand(DictOfListsExpandInput(mapped_kwargs), strict=False)

    def expand_kwargs(self, kwargs, *, strict: bool = True) -> MappedOperator:
        """One instance for each dict of a list."""
        check_expand_kwargs(kwargs, self._where)
        return self._expand(ListOfDictsExpandInput(kwargs), strict=strict)

    def _expand(self, expand_input, strict: bool) -> MappedOperator:
        self._expand_called = True
        ensure_xcomarg_return_value(expand_input.value)
        return MappedOperator(self.operator_class, expand_input, self.kwargs, strict=strict)

    def __del__(self):
        if not self._expand_called:
            text = f"{self._where} is partial and was never mapped: call expand() or expand_kwargs() to make the task"
            warnings.warn(text, UserWarning, stacklevel=1)

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.kwargs.items())
        return f"{self.operator_class.__name__}.partial({arguments})"


def _class_defaults(operator_class) -> dict:
    """The defaults that the class's constructors give to arguments of BaseOperator."""
    import inspect

    found: dict = {}
    for cls in reversed(operator_class.mro()[: operator_class.mro().index(BaseOperator)]):
        init = cls.__dict__.get("__init__")
        if isinstance(cls, BaseOperatorMeta) and getattr(init, "parameter_names", frozenset()) & UNMAPPABLE:
            for name, parameter in inspect.signature(init).parameters.items():
                if name in UNMAPPABLE and parameter.default is not parameter.empty:
                    found[name] = parameter.default
    return found


class MappedOperator(DagNode, TaskRelatives):
    """All instances of a mapped task. What they share of BaseOperator's attributes is that of `_settings`."""

    is_mapped = True

    def __init__(self, operator_class, expand_input, kwargs: dict, *, strict: bool):
        shared = dict(kwargs)
        dag, group, task_id = shared.pop("dag"), shared.pop("task_group"), shared.pop("task_id")
        marks = {name: shared.pop(name) for name in _MARKS if name in shared}
        defaults = merged_default_args(dag, group, shared.get("default_args"))
        own = {name: value for name, value in _class_defaults(operator_class).items() if name not in defaults}
        own.update((name, value) for name, value in shared.items() if name in _OWN_NAMES)
        if own.get("params") is None:
            own.pop("params", None)
        full_id = group.child_id(task_id) if group is not None else task_id
        settings = BaseOperator(task_id=full_id, dag=dag, task_group=group, _airflow_from_mapped=True, **own)
        shared.pop("params", None)
        self.__dict__.update(
            operator_class=operator_class, expand_input=expand_input, partial_kwargs=shared, strict=strict,
            task_id=full_id, task_group=group, upstream_task_ids=set(), downstream_task_ids=set(), _dag=None,
            _settings=settings,
        )  # fmt: skip
        if self.get_closest_mapped_task_group() is not None:
            raise NotImplementedError(f"task {full_id!r} cannot be mapped: it is in a mapped task group")
        for name, value in marks.items():
            setattr(self, name, value)
        self._enter_dag(dag, group)
        for operator, _ in expand_input.iter_references():
            self.set_upstream(operator)
        for name in operator_class.template_fields:
            for operator, _ in iter_references(self._shared_field(name)):
                self.set_upstream(operator)

    # --- attributes ----------------------------------------------------------------------------------

    def __getattr__(self, name: str):
        if name.startswith("__") or name == "_settings":
            raise AttributeError(name)
        return getattr(self._settings, name)

    def __setattr__(self, name: str, value) -> None:
        if name in _OWN_NAMES and name not in ("task_id", "dag", "task_group"):
            setattr(self._settings, name, value)
            if name != "params":
                self.partial_kwargs[name] = value
        elif name in _MARKS or name == "_task_display_name":
            setattr(self._settings, name, value)
        else:
            object.__setattr__(self, name, value)

    def _of_class(name: str):  # noqa: N805
        return property(lambda self: getattr(self.operator_class, name))

    template_fields = _of_class("template_fields")
    template_ext = _of_class("template_ext")
    template_fields_renderers = _of_class("template_fields_renderers")
    operator_extra_links = _of_class("operator_extra_links")
    custom_operator_name = _of_class("custom_operator_name")
    inherits_from_skipmixin = _of_class("inherits_from_skipmixin")
    inherits_from_empty_operator = _of_class("inherits_from_empty_operator")
    start_from_trigger = _of_class("start_from_trigger")
    start_trigger_args = _of_class("start_trigger_args")
    ui_color = _of_class("ui_color")
    ui_fgcolor = _of_class("ui_fgcolor")
    task_type = _of_class("__name__")
    del _of_class

    @property
    def operator_name(self) -> str:
        return self.custom_operator_name or self.task_type

    @property
    def dag(self):
        return DagNode.dag.fget(self)

    @dag.setter
    def dag(self, dag) -> None:
        is_new = self._dag is None and dag is not None
        DagNode.dag.fset(self, dag)
        if is_new:
            self._settings._dag = dag
            dag.mapped_nodes.append(self)

    @property
    def leaves(self):
        return [self]

    roots = leaves

    def iter_mapped_dependencies(self):
        """The tasks that its length comes from."""
        for operator, _ in self.expand_input.iter_references():
            yield operator

    def _shared_field(self, name: str):
        return self.partial_kwargs.get(name)

    def template_values(self) -> dict:
        """The templated fields, for people: shared values as they are, mapped ones as text."""
        from airflow.sdk.definitions._internal.map_text import text_of

        mapped = text_of(self.expand_input)
        unknown = mapped.get("**")
        return {
            name: mapped.get(name) or self.partial_kwargs.get(name, unknown) for name in self.template_fields
        }

    # --- what a try runs -----------------------------------------------------------------------------

    def prepare_for_execution(self) -> MappedOperator:
        """Itself: rendering makes the operator that a try may change."""
        return self

    def _unmap_kwargs(self, mapped: dict) -> dict:
        if self.strict:
            prevent_duplicates(self.partial_kwargs, mapped, f"task {self.task_id!r}", "cannot be mapped: given in partial()")
        return {**self.partial_kwargs, **mapped}

    def unmap(self, mapped: dict) -> BaseOperator:
        """The operator of the instance with these mapped arguments."""
        kwargs = self._unmap_kwargs(mapped)
        params = copy.copy(self._settings.params)
        params.update(ParamsDict(kwargs.pop("params", None)))
        kwargs.update(
            task_id=self.task_id, dag=self._dag, task_group=self.task_group, params=params, _airflow_from_mapped=True
        )
        operator = self.operator_class(**kwargs)
        operator.task_id, operator._dag, operator.task_group = self.task_id, self._dag, self.task_group
        operator.upstream_task_ids, operator.downstream_task_ids = self.upstream_task_ids, self.downstream_task_ids
        for name in _MARKS:
            setattr(operator, name, getattr(self, name))
        object.__setattr__(operator, "_built", False)
        return operator

    def render_template_fields(self, context, jinja_env=None) -> None:
        """Puts the operator of the context's instance, rendered, into the context."""
        from airflow.sdk.definitions.param import process_params
        from airflow.sdk.execution_time.templates import LazyEnvironment, render_fields

        mapped, known_values = self.expand_input.resolve(context)
        operator = self.unmap(mapped)
        context["task"] = context["ti"].task = operator
        context["params"] = process_params(context["dag"], operator, context["dag_run"].conf)
        render_fields(operator, operator.template_fields, context, jinja_env or LazyEnvironment(operator), known_values)

    def __repr__(self) -> str:
        return f"<Mapped({self.task_type}): {self.task_id}>"
