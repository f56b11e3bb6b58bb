"""BaseOperator: a node of a DAG, and the code that one try of it runs."""

from __future__ import annotations

import copy
import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from airflow.sdk.bases.default_args import BaseOperatorMeta
from airflow.sdk.bases.node import DagNode, OnClassOnly
from airflow.sdk.bases.relatives import TaskRelatives
from airflow.sdk.definitions.edges import chain, chain_linear, cross_downstream  # noqa: F401
from airflow.sdk.definitions.ids import validate_key
from airflow.sdk.definitions.notset import NOTSET
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.definitions.xcom_arg import iter_references
from airflow.sdk.exceptions import UnsupportedByGale
from airflow.task.trigger_rule import TriggerRule
from airflow.task.weight_rule import WeightRule, db_safe_priority

DEFAULT_OWNER = "airflow"
DEFAULT_QUEUE = "default"
DEFAULT_POOL_NAME = "default_pool"
DEFAULT_RETRY_DELAY = timedelta(seconds=300)


def _as_timedelta(value, name: str, task_id: str):
    if value is None or isinstance(value, timedelta):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return timedelta(seconds=value)
    raise TypeError(f"task {task_id!r}: {name} must be a timedelta or seconds, got {value!r}")


def _callbacks(value) -> list:
    if not value:
        return []
    return list(value) if isinstance(value, Collection) else [value]


def _checked_trigger_rule(value, dag, task_id: str) -> TriggerRule:
    try:
        return TriggerRule(value)
    except ValueError:
        rules = ", ".join(sorted(TriggerRule.all_triggers()))
        raise ValueError(
            f"task {(dag.dag_id + '.') if dag else ''}{task_id}: trigger_rule {value!r} does not exist; "
            f"it must be one of {rules}"
        ) from None


# Argument, type it must have, whether None is allowed.
_ARGUMENT_TYPES = {
    "retries": (int, False),
    "pool_slots": (int, False),
    "priority_weight": (int, False),
    "queue": (str, False),
    "pool": (str, False),
    "owner": (str, False),
    "depends_on_past": (bool, False),
    "wait_for_downstream": (bool, False),
    "do_xcom_push": (bool, False),
    "max_active_tis_per_dag": (int, True),
    "max_active_tis_per_dagrun": (int, True),
    "start_date": (datetime, True),
    "end_date": (datetime, True),
    "doc_md": (str, True),
    "run_as_user": (str, True),
}


class BaseOperator(DagNode, TaskRelatives, metaclass=BaseOperatorMeta):
    """A task of a DAG. Subclasses write `execute(context)`; its result is pushed as XCom `return_value`."""

    template_fields: Collection[str] = ()
    template_ext: Collection[str] = ()
    template_fields_renderers: dict = {}
    operator_extra_links: Collection = ()
    ui_color = "#fff"
    ui_fgcolor = "#000"
    shallow_copy_attrs: Collection[str] = ()
    inherits_from_empty_operator = False
    inherits_from_skipmixin = False
    is_mapped = False
    custom_operator_name: str | None = None
    start_from_trigger = False
    start_trigger_args = None
    partial = OnClassOnly("airflow.sdk.definitions.mappedoperator:partial")
    _built = False
    _from_mapped = False  # made for one instance of a mapping: the DAG has its MappedOperator

    def __init__(
        self,
        *,
        task_id: str,
        owner: str = NOTSET,
        email=None,
        email_on_retry: bool = True,
        email_on_failure: bool = True,
        retries: int | None = NOTSET,
        retry_delay: timedelta | float = NOTSET,
        retry_exponential_backoff: float = 0,
        max_retry_delay: timedelta | float | None = None,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
        depends_on_past: bool = False,
        ignore_first_depends_on_past: bool = False,
        wait_for_past_depends_before_skipping: bool = False,
        wait_for_downstream: bool = False,
        dag=None,
        params=None,
        default_args: dict | None = None,
        priority_weight: int = 1,
        weight_rule: str = WeightRule.DOWNSTREAM,
        queue: str = NOTSET,
        pool: str | None = None,
        pool_slots: int = 1,
        execution_timeout: timedelta | None = None,
        on_execute_callback=None,
        on_failure_callback=None,
        on_success_callback=None,
        on_retry_callback=None,
        on_skipped_callback=None,
        pre_execute=None,
        post_execute=None,
        trigger_rule: str = TriggerRule.ALL_SUCCESS,
        resources: dict | None = None,
        run_as_user: str | None = None,
        map_index_template: str | None = None,
        max_active_tis_per_dag: int | None = None,
        max_active_tis_per_dagrun: int | None = None,
        executor: str | None = None,
        executor_config: dict | None = None,
        do_xcom_push: bool = True,
        multiple_outputs: bool = False,
        inlets=None,
        outlets=None,
        task_group=None,
        doc: str | None = None,
        doc_md: str | None = None,
        doc_json: str | None = None,
        doc_yaml: str | None = None,
        doc_rst: str | None = None,
        task_display_name: str | None = None,
        logger_name: str | None = None,
        allow_nested_operators: bool = True,
        render_template_as_native_obj: bool | None = None,
        **kwargs,
    ):
        if kwargs:
            raise TypeError(
                f"Invalid arguments were passed to {type(self).__name__} (task_id: {task_id}): "
                f"it does not know {', '.join(map(repr, sorted(kwargs)))}"
            )
        if not isinstance(task_id, str):
            raise TypeError(f"{type(self).__name__}: task_id must be a string, got {task_id!r}")
        self.upstream_task_ids: set[str] = set()
        self.downstream_task_ids: set[str] = set()
        self.task_group = task_group
        self._dag = None
        self.task_id = task_id if task_group is None or self._from_mapped else task_group.child_id(task_id)
        validate_key(self.task_id, "task_id")

        self.owner = _setting("operators", "default_owner") if owner is NOTSET else owner
        self.email = email
        self.email_on_retry = email_on_retry
        self.email_on_failure = email_on_failure
        if retries is NOTSET:
            retries = _setting("core", "default_task_retries", int)
        self.retries = _as_retries(retries, self.task_id)
        if retry_delay is NOTSET:
            retry_delay = _setting("core", "default_task_retry_delay", float)
        self.retry_delay = _as_timedelta(retry_delay, "retry_delay", self.task_id)
        if isinstance(retry_exponential_backoff, bool):
            retry_exponential_backoff = 2.0 if retry_exponential_backoff else 0
        self.retry_exponential_backoff = retry_exponential_backoff
        self.max_retry_delay = _as_timedelta(max_retry_delay, "max_retry_delay", self.task_id)
        self.start_date = start_date
        self.end_date = end_date
        self.wait_for_downstream = wait_for_downstream
        self.depends_on_past = True if wait_for_downstream else depends_on_past
        self.ignore_first_depends_on_past = ignore_first_depends_on_past
        self.wait_for_past_depends_before_skipping = wait_for_past_depends_before_skipping
        self.params = ParamsDict(params)
        self.weight_rule = WeightRule(weight_rule)
        self.queue = _setting("operators", "default_queue") if queue is NOTSET else queue
        self.pool = DEFAULT_POOL_NAME if pool is None else pool
        self.pool_slots = pool_slots
        if execution_timeout is not None and not isinstance(execution_timeout, timedelta):
            raise ValueError(
                f"task {self.task_id!r}: execution_timeout must be a timedelta, got {execution_timeout!r}"
            )
        self.execution_timeout = execution_timeout
        self.on_execute_callback = _callbacks(on_execute_callback)
        self.on_failure_callback = _callbacks(on_failure_callback)
        self.on_success_callback = _callbacks(on_success_callback)
        self.on_retry_callback = _callbacks(on_retry_callback)
        self.on_skipped_callback = _callbacks(on_skipped_callback)
        self._pre_execute_hook = pre_execute
        self._post_execute_hook = post_execute
        self.trigger_rule = _checked_trigger_rule(trigger_rule, dag, self.task_id)
        self.resources = resources
        self.run_as_user = run_as_user
        self.map_index_template = map_index_template
        self.max_active_tis_per_dag = max_active_tis_per_dag
        self.max_active_tis_per_dagrun = max_active_tis_per_dagrun
        self.executor = executor
        self.executor_config = executor_config or {}
        self.do_xcom_push = do_xcom_push
        self.multiple_outputs = multiple_outputs
        self.inlets = _callbacks(inlets)
        self.outlets = _callbacks(outlets)
        self.doc, self.doc_md, self.doc_json = doc, doc_md, doc_json
        self.doc_yaml, self.doc_rst = doc_yaml, doc_rst
        self._task_display_name = task_display_name
        self._logger_name = logger_name
        self.allow_nested_operators = allow_nested_operators
        self.render_template_as_native_obj = render_template_as_native_obj
        self.is_setup = False
        self.is_teardown = False
        self.on_failure_fail_dagrun = False
        self.priority_weight = priority_weight
        self._check_argument_types()
        self.priority_weight = db_safe_priority(priority_weight)
        if isinstance(self.template_fields, str):
            self.template_fields = (self.template_fields,)
        if self._from_mapped:
            self._dag = dag
        else:
            self._enter_dag(dag, task_group)

    def _check_argument_types(self) -> None:
        for name, (kind, optional) in _ARGUMENT_TYPES.items():
            value = getattr(self, name)
            if (value is None and optional) or (
                isinstance(value, kind) and not (kind is int and isinstance(value, bool))
            ):
                continue
            raise TypeError(
                f"task {self.task_id!r}: {name} must be of type {kind.__name__}, "
                f"got {value!r} of type {type(value).__name__}"
            )
        if self.pool_slots < 1:
            raise ValueError(f"task {self.task_id!r}: pool_slots must be at least 1, got {self.pool_slots}")

    def __setattr__(self, key, value):
        object.__setattr__(self, key, value)
        if self._built and key in self.template_fields:
            self._set_xcomargs_dependency(value)

    # --- identity ------------------------------------------------------------------------------------

    @property
    def task_type(self) -> str:
        return type(self).__name__

    @property
    def operator_class(self):
        return type(self)

    @property
    def operator_name(self) -> str:
        return self.custom_operator_name or self.task_type

    @property
    def log(self) -> logging.Logger:
        cls = type(self)
        suffix = self._logger_name if self._logger_name is not None else f"{cls.__module__}.{cls.__name__}"
        return logging.getLogger(f"airflow.task.operators.{suffix}" if suffix else "airflow.task.operators")

    def __repr__(self) -> str:
        return f"<Task({self.task_type}): {self.task_id}>"

    # --- relations -----------------------------------------------------------------------------------

    def _set_xcomargs_dependencies(self) -> None:
        for field in self.template_fields:
            if not hasattr(self, field):
                raise AttributeError(
                    f"task {self.task_id!r}: {field!r} is a template field, but {self.task_type} has no such "
                    "attribute; set it in __init__"
                )
            self._set_xcomargs_dependency(getattr(self, field))

    def _set_xcomargs_dependency(self, value) -> None:
        for operator, _ in iter_references(value):
            if operator is not self:
                self.set_upstream(operator)

    def add_inlets(self, inlets) -> None:
        self.inlets.extend(inlets)

    def add_outlets(self, outlets) -> None:
        self.outlets.extend(outlets)

    # --- copies --------------------------------------------------------------------------------------

    def prepare_for_execution(self):
        """A copy of this task that a try may change: its templated fields are its own."""
        twin = copy.copy(self)
        object.__setattr__(twin, "_built", False)
        return twin

    def __copy__(self):
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def __deepcopy__(self, memo):
        twin = object.__new__(type(self))
        memo[id(self)] = twin
        shallow = {"params", "_dag", "task_group", *self.shallow_copy_attrs}
        for key, value in self.__dict__.items():
            twin.__dict__[key] = copy.copy(value) if key in shallow else copy.deepcopy(value, memo)
        return twin

    # --- what a try runs -----------------------------------------------------------------------------

    def pre_execute(self, context) -> None:
        """Runs right before `execute`."""

    def execute(self, context):
        """The work of the task."""
        raise NotImplementedError(f"{self.task_type} of task {self.task_id!r} has no execute(context)")

    def post_execute(self, context, result=None) -> None:
        """Runs right after `execute`."""

    def on_kill(self) -> None:
        """Cleans up what a killed try leaves behind."""

    def defer(self, **kwargs):
        raise UnsupportedByGale(
            f"task {self.task_id!r}: deferring (deferrable=True) is not supported by this version of Gale"
        )

    def get_template_env(self, dag=None):
        from airflow.sdk.execution_time.templates import template_env

        return template_env(dag or self.get_dag(), self)

    def render_template_fields(self, context, jinja_env=None) -> None:
        """Replaces each templated field by its rendered value; an error names the field and the task."""
        from airflow.sdk.execution_time.templates import LazyEnvironment, render_fields

        render_fields(self, self.template_fields, context, jinja_env or LazyEnvironment(self))

    def render_template(self, content, context, jinja_env=None, seen_oids=None):
        from airflow.sdk.execution_time.templates import render_value

        return render_value(self, content, context, jinja_env or self.get_template_env(), seen_oids)

    def prepare_template(self) -> None:
        """Hook of operators that change the content of a template file before it is rendered."""

    def resolve_template_files(self) -> None:
        """Template files are read when a try renders them, so that a changed file takes effect."""


def _setting(section: str, key: str, kind=str):
    from airflow.configuration import conf

    return kind(conf.get(section, key))


def _as_retries(value, task_id: str) -> int:
    if value is None:
        return 0
    try:
        return int(value)
    except (TypeError, ValueError):
        raise TypeError(f"task {task_id!r}: retries must be an integer, got {value!r}") from None
