"""DAG and @dag."""

from __future__ import annotations

import functools
import inspect
import os
import sys
import warnings
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from airflow.sdk import timezone
from airflow.sdk.definitions.contextmanager import DagContext, TaskGroupContext
from airflow.sdk.definitions.ids import validate_key
from airflow.sdk.definitions.notset import NOTSET, is_arg_set
from airflow.sdk.definitions.param import DagParam, ParamsDict
from airflow.sdk.definitions.taskgroup import TaskGroup
from airflow.sdk.definitions.timetables import Timetable, create_timetable
from airflow.sdk.exceptions import (
    AirflowDagCycleException,
    AirflowTimetableInvalid,
    DuplicateTaskIdFound,
    FailFastDagInvalidTriggerRule,
    LegacyArgumentWarning,
    ParamValidationError,
    TaskNotFound,
)
from airflow.task.trigger_rule import TriggerRule

# Arguments of older Airflows: the new name, or None when it has no meaning any more.
LEGACY_ARGUMENTS = {
    "schedule_interval": "schedule",
    "timetable": "schedule",
    "concurrency": "max_active_tasks",
    "fail_stop": "fail_fast",
    "default_view": None,
    "orientation": None,
    "full_filepath": None,
    "sla_miss_callback": None,
}


def _calling_file() -> str:
    """The file of the nearest frame outside this package."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if not name.startswith("airflow.") and "__file__" in frame.f_globals:
            return os.path.abspath(frame.f_code.co_filename)
        frame = frame.f_back
    return ""


def _translated(dag_id, arguments: dict, legacy: dict) -> dict:
    for old, value in legacy.items():
        if old not in LEGACY_ARGUMENTS:
            raise TypeError(f"DAG {dag_id!r}: got an unexpected argument {old!r}")
        new = LEGACY_ARGUMENTS[old]
        if new is None:
            text = f"DAG {dag_id!r}: the argument {old!r} no longer has an effect and is ignored"
        else:
            if is_arg_set(arguments[new]):
                raise ValueError(f"DAG {dag_id!r}: both {old!r} and {new!r} are given; keep {new!r}")
            arguments[new] = value
            text = f"DAG {dag_id!r}: the argument {old!r} is now called {new!r}"
        warnings.warn(text, LegacyArgumentWarning, stacklevel=3)
    return arguments


def _positive(value, what: str, dag_id: str):
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise ValueError(f"DAG {dag_id!r}: {what} must be a whole number, not {value!r}")
    return value


def _moment(value, what: str, dag_id: str):
    if value is not None and not isinstance(value, datetime):
        raise TypeError(f"DAG {dag_id!r}: {what} must be a datetime, got {value!r} of {type(value).__name__}")
    return value


class DAG:
    """A directed acyclic graph of tasks with a schedule."""

    def __init__(
        self,
        dag_id: str,
        description: str | None = None,
        schedule=NOTSET,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
        template_searchpath: str | Iterable[str] | None = None,
        template_undefined=None,
        user_defined_macros: dict | None = None,
        user_defined_filters: dict | None = None,
        default_args: dict | None = None,
        max_active_tasks: int | None = NOTSET,
        max_active_runs: int | None = None,
        max_consecutive_failed_dag_runs: int = 0,
        dagrun_timeout: timedelta | None = None,
        catchup: bool | None = None,
        on_success_callback=None,
        on_failure_callback=None,
        doc_md: str | None = None,
        params=None,
        access_control: dict | None = None,
        is_paused_upon_creation: bool | None = None,
        jinja_environment_kwargs: dict | None = None,
        render_template_as_native_obj: bool = False,
        tags: Collection[str] | None = None,
        owner_links: dict[str, str] | None = None,
        auto_register: bool = True,
        fail_fast: bool = NOTSET,
        dag_display_name: str | None = None,
        disable_bundle_versioning: bool = False,
        deadline=None,
        allowed_run_types=None,
        **legacy,
    ):
        validate_key(dag_id, "dag_id")
        given = {"schedule": schedule, "max_active_tasks": max_active_tasks, "fail_fast": fail_fast}
        given = _translated(dag_id, given, legacy)
        self.dag_id = dag_id
        self.fileloc = _calling_file()
        self.description = description
        self.default_args = dict(default_args or {})
        self.params = ParamsDict(params)
        self.params.update(ParamsDict(self.default_args.pop("params", None) or {}))
        self.start_date = _moment(start_date or self.default_args.get("start_date"), "start_date", dag_id)
        self.end_date = _moment(end_date or self.default_args.get("end_date"), "end_date", dag_id)
        self.schedule = given["schedule"] if is_arg_set(given["schedule"]) else None
        try:
            self.timetable: Timetable = create_timetable(self.schedule, None)
        except AirflowTimetableInvalid as error:
            raise AirflowTimetableInvalid(f"DAG {dag_id!r}: invalid schedule: {error}") from None
        self.template_searchpath = (
            [template_searchpath] if isinstance(template_searchpath, str) else list(template_searchpath or [])
        )
        self.template_undefined = template_undefined
        self.user_defined_macros = user_defined_macros
        self.user_defined_filters = user_defined_filters
        self.jinja_environment_kwargs = jinja_environment_kwargs
        self.render_template_as_native_obj = render_template_as_native_obj
        tasks = given["max_active_tasks"] if is_arg_set(given["max_active_tasks"]) else None
        self.max_active_tasks = _positive(tasks, "max_active_tasks", dag_id)
        self.max_active_runs = _positive(max_active_runs, "max_active_runs", dag_id)
        limit = self.timetable.active_runs_limit
        if limit is not None:
            if (self.max_active_runs or limit) > limit:
                raise ValueError(
                    f"DAG {dag_id!r}: {self.timetable.summary} allows max_active_runs of at most {limit}, "
                    f"got {max_active_runs}"
                )
            self.max_active_runs = limit
        self.max_consecutive_failed_dag_runs = _positive(
            max_consecutive_failed_dag_runs, "max_consecutive_failed_dag_runs", dag_id
        )
        if dagrun_timeout is not None and not isinstance(dagrun_timeout, timedelta):
            raise TypeError(f"DAG {dag_id!r}: dagrun_timeout must be a timedelta, got {dagrun_timeout!r}")
        self.dagrun_timeout = dagrun_timeout
        self.catchup = _catchup_default() if catchup is None else bool(catchup)
        self.on_success_callback = on_success_callback
        self.on_failure_callback = on_failure_callback
        self.doc_md = self._read_doc(doc_md)
        self.access_control = access_control
        self.is_paused_upon_creation = is_paused_upon_creation
        self.tags = _checked_tags(tags, dag_id)
        self.owner_links = dict(owner_links or {})
        self.auto_register = auto_register
        self.fail_fast = bool(given["fail_fast"])
        self.dag_display_name = dag_display_name or dag_id
        self._dag_display_name = dag_display_name
        self.disable_bundle_versioning = disable_bundle_versioning
        self.task_dict: dict = {}
        self.edge_info: dict = {}
        self.mapped_nodes: list = []  # mapped tasks and groups: what they take their lengths from is asked of each try
        self.task_group = TaskGroup.create_root(self)
        self.partial = False

    def _read_doc(self, doc_md: str | None) -> str | None:
        if doc_md is None or not doc_md.endswith(".md"):
            return doc_md
        path = os.path.join(self.folder, doc_md)
        try:
            with open(path, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return doc_md

    # --- where and when ------------------------------------------------------------------------------

    @property
    def folder(self) -> str:
        return os.path.dirname(self.fileloc)

    @property
    def filepath(self) -> str:
        return self.fileloc

    @property
    def timezone(self):
        """The zone of the start date, in which cron expressions are read."""
        if self.start_date is not None and self.start_date.tzinfo is not None:
            return self.start_date.tzinfo
        return timezone.local_timezone()

    @property
    def schedule_interval(self):
        return self.schedule

    @property
    def timetable_summary(self) -> str:
        return self.timetable.summary

    @property
    def concurrency(self):
        return self.max_active_tasks

    @property
    def owner(self) -> str:
        return ", ".join(sorted({task.owner for task in self.tasks}))

    # --- tasks ---------------------------------------------------------------------------------------

    def add_task(self, task) -> None:
        known = self.task_dict.get(task.task_id)
        if known is task:
            return
        if known is not None or task.task_id in self.task_group_dict:
            raise DuplicateTaskIdFound(
                f"Task id {task.task_id!r} has already been added to the DAG {self.dag_id!r}"
            )
        if self.fail_fast and task.trigger_rule != TriggerRule.ALL_SUCCESS:
            raise FailFastDagInvalidTriggerRule(
                f"DAG {self.dag_id!r} has fail_fast, so task {task.task_id!r} can only have the trigger rule "
                f"all_success, not {task.trigger_rule}"
            )
        self.task_dict[task.task_id] = task
        if task.get_dag() is not self:
            task.dag = self
        if task.task_group is None:
            task.task_group = self.task_group
            self.task_group.add(task)

    def add_tasks(self, tasks) -> None:
        for task in tasks:
            self.add_task(task)

    @property
    def tasks(self) -> list:
        return list(self.task_dict.values())

    @property
    def task_ids(self) -> list[str]:
        return list(self.task_dict)

    @property
    def task_count(self) -> int:
        return len(self.task_dict)

    @property
    def task_group_dict(self) -> dict:
        return {key: group for key, group in self.task_group.get_task_group_dict().items() if key is not None}

    @property
    def roots(self) -> list:
        return [task for task in self.tasks if not task.upstream_task_ids]

    @property
    def leaves(self) -> list:
        return [task for task in self.tasks if not task.downstream_task_ids]

    @property
    def teardowns(self) -> list:
        return [task for task in self.tasks if task.is_teardown]

    def has_task(self, task_id: str) -> bool:
        return task_id in self.task_dict

    def get_task(self, task_id: str):
        try:
            return self.task_dict[task_id]
        except KeyError:
            raise TaskNotFound(f"DAG {self.dag_id!r} has no task {task_id!r}") from None

    def __contains__(self, task_id: str) -> bool:
        return task_id in self.task_dict

    def set_dependency(self, upstream_task_id: str, downstream_task_id: str) -> None:
        self.get_task(upstream_task_id).set_downstream(self.get_task(downstream_task_id))

    def set_edge_info(self, upstream_task_id: str, downstream_task_id: str, info: dict) -> None:
        self.edge_info.setdefault(upstream_task_id, {})[downstream_task_id] = info

    def get_edge_info(self, upstream_task_id: str, downstream_task_id: str) -> dict:
        return self.edge_info.get(upstream_task_id, {}).get(downstream_task_id, {})

    def topological_sort(self, include_subdag_tasks: bool = False) -> list:
        """Tasks, each after all of its upstream; AirflowDagCycleException names the tasks of a cycle."""
        left = {task_id: len(task.upstream_task_ids) for task_id, task in self.task_dict.items()}
        ready = [task_id for task_id, count in left.items() if count == 0]
        order = []
        while ready:
            task = self.task_dict[ready.pop(0)]
            order.append(task)
            for after in sorted(task.downstream_task_ids):
                left[after] -= 1
                if left[after] == 0:
                    ready.append(after)
        if len(order) != len(self.task_dict):
            done = {task.task_id for task in order}
            raise AirflowDagCycleException(
                f"Cycle detected in DAG {self.dag_id!r}: {' >> '.join(self._one_cycle(done))}"
            )
        return order

    def _one_cycle(self, done: set[str]) -> list[str]:
        path = [next(task_id for task_id in self.task_dict if task_id not in done)]
        while path.count(path[-1]) == 1:
            ups = sorted(self.task_dict[path[-1]].upstream_task_ids - done)
            path.append(ups[0])
        cycle = path[path.index(path[-1]) :]
        return cycle[::-1]

    def check_cycle(self) -> None:
        self.topological_sort()

    def validate(self) -> None:
        """Raises what makes the DAG unusable: a cycle, params without a value on a schedule."""
        self.check_cycle()
        if self.timetable.can_be_scheduled:
            try:
                self.params.validate()
            except ParamValidationError as error:
                raise ParamValidationError(
                    f"DAG {self.dag_id!r} is scheduled, so its params need valid defaults: {error}"
                ) from None

    # --- use -----------------------------------------------------------------------------------------

    def param(self, name: str, default=NOTSET) -> DagParam:
        return DagParam(current_dag=self, name=name, default=default)

    def __enter__(self) -> DAG:
        DagContext.push(self)
        TaskGroupContext.push(self.task_group)
        return self

    def __exit__(self, *exc_info) -> None:
        TaskGroupContext.pop()
        DagContext.pop()

    def get_template_env(self, *, force_sandboxed: bool = False):
        from airflow.sdk.execution_time.templates import template_env

        return template_env(self, None)

    def test(
        self,
        logical_date: datetime | None = None,
        run_conf: dict | None = None,
        conn_file_path: str | None = None,
        variable_file_path: str | None = None,
        use_executor: bool = False,
        mark_success_pattern=None,
        execution_date: datetime | None = None,
        session=None,
        run_after: datetime | None = None,
    ):
        """Runs all tasks in this process, in order, printing their logs; gives back the dag run."""
        from airflow.sdk.execution_time.local_run import run_dag

        return run_dag(
            self,
            logical_date=logical_date or execution_date,
            conf=run_conf,
            conn_file_path=conn_file_path,
            variable_file_path=variable_file_path,
            mark_success_pattern=mark_success_pattern,
        )

    def cli(self):
        raise NotImplementedError(f"use `gale dags ... {self.dag_id}`, or dag.test() to run it here")

    def __repr__(self) -> str:
        return f"<DAG: {self.dag_id}>"

    def __lt__(self, other) -> bool:
        return self.dag_id < other.dag_id

    def __eq__(self, other) -> bool:
        return self is other

    def __hash__(self) -> int:
        return hash(self.dag_id)


def _catchup_default() -> bool:
    from airflow.configuration import conf

    return conf.getboolean("scheduler", "catchup_by_default", fallback=False)


def _checked_tags(tags, dag_id: str) -> set[str]:
    if isinstance(tags, str):
        raise TypeError(f"DAG {dag_id!r}: tags must be a list, got the string {tags!r}")
    for tag in tags or ():
        if not isinstance(tag, str) or not 0 < len(tag) <= 100:
            raise ValueError(f"DAG {dag_id!r}: a tag must be text of 1 to 100 characters, got {tag!r}")
    return set(tags or ())


_SIGNATURE = inspect.signature(DAG.__init__)


def dag(dag_id_or_func="", *args, **kwargs):
    """Makes a function that, called, builds and registers a DAG from the tasks its body makes.

    The arguments of the function become params of the DAG.
    """
    if callable(dag_id_or_func):
        return dag("")(dag_id_or_func)
    if "dag_id" in kwargs:
        dag_id_or_func = kwargs.pop("dag_id")

    def decorate(function):
        signature = inspect.signature(function)

        @functools.wraps(function)
        def factory(*call_args, **call_kwargs):
            bound = signature.bind(*call_args, **call_kwargs)
            bound.apply_defaults()
            with DAG(dag_id_or_func or function.__name__, *args, **kwargs) as built:
                if function.__doc__ and not built.doc_md:
                    built.doc_md = function.__doc__
                function(**{name: built.param(name, value) for name, value in bound.arguments.items()})
            built.fileloc = os.path.abspath(inspect.unwrap(function).__code__.co_filename)
            return built

        return factory

    return decorate
