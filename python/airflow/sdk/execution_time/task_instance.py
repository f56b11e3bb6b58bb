"""The task instance that a running task sees as `ti`."""

from __future__ import annotations

import logging

from airflow.sdk.definitions.notset import NOTSET, is_arg_set
from airflow.sdk.execution_time import supervisor
from airflow.sdk.execution_time.context import DagRun, build_context, parse_moment
from airflow.sdk.execution_time.xcom import XCOM_RETURN_KEY, XCom


class RuntimeTaskInstance:
    """One try of a task, with the names DAG files know; made from StartupDetails and the task."""

    def __init__(self, startup: dict, task, test_mode: bool = False):
        ti, server = startup["ti"], startup["ti_context"]
        self.task = task
        self.test_mode = test_mode
        self.id = ti["id"]
        self.dag_id = ti["dag_id"]
        self.task_id = ti["task_id"]
        self.run_id = ti["run_id"]
        self.try_number = ti["try_number"]
        self.map_index: int = -1 if ti.get("map_index") is None else ti["map_index"]
        self.hostname = ti.get("hostname")
        self.queue = ti.get("queue", "default")
        self.pool_slots = ti.get("pool_slots", 1)
        self.pool = task.pool
        self.priority_weight = ti.get("priority_weight", 1)
        self.start_date = parse_moment(startup.get("start_date"))
        self.end_date = None
        self.state = "running"
        self.max_tries = server.get("max_tries", 0)
        self.should_retry = bool(server.get("should_retry"))
        self.task_reschedule_count = server.get("task_reschedule_count") or 0
        self.xcom_keys_to_clear = server.get("xcom_keys_to_clear") or []
        self.is_mapped = False
        self.rendered_map_index: str | None = None
        self.dag_run = DagRun(server["dag_run"])
        self._context = None

    @property
    def log(self) -> logging.Logger:
        return logging.getLogger("airflow.task")

    @property
    def logical_date(self):
        return self.dag_run.logical_date

    execution_date = logical_date

    @property
    def operator(self) -> str:
        return self.task.task_type

    @property
    def operator_name(self) -> str:
        return self.task.operator_name

    @property
    def duration(self):
        return (self.end_date - self.start_date).total_seconds() if self.end_date else None

    @property
    def prev_attempted_tries(self) -> int:
        return self.try_number - 1

    @property
    def key(self):
        return (self.dag_id, self.task_id, self.run_id, self.try_number, self.map_index)

    @property
    def log_url(self) -> str:
        from urllib.parse import quote

        from airflow.configuration import conf

        base = conf.get("api", "base_url", fallback="http://localhost:8080").rstrip("/")
        mapped = f"/mapped/{self.map_index}" if self.map_index >= 0 else ""
        path = f"/dags/{self.dag_id}/runs/{quote(self.run_id)}/tasks/{self.task_id}{mapped}"
        return f"{base}{path}?try_number={self.try_number}"

    mark_success_url = log_url

    def get_template_context(self):
        if self._context is None:
            self._context = build_context(self)
        return self._context

    def render_templates(self, context=None, jinja_env=None):
        """Renders the templated fields. For a mapped task, `task` becomes the operator of this instance.

        Gives the task as it was before.
        """
        before = self.task
        before.render_template_fields(context or self.get_template_context(), jinja_env)
        self.is_mapped = before.is_mapped
        return before

    def overwrite_rendered_fields(self) -> None:
        """Sends the templated fields again, for operators that make them while they run."""
        from airflow.sdk.execution_time.rendered_fields import rendered_fields

        supervisor.request("SetRenderedFields", rendered_fields=rendered_fields(self.task))

    def get_dagrun(self) -> DagRun:
        return self.dag_run

    # --- XCom ----------------------------------------------------------------------------------------

    def xcom_push(
        self, key: str, value, execution_date=None, session=None, *, _mapped_length: int | None = None
    ) -> None:
        """Leaves a value for other tasks. TypeError names task, key and type if it has no JSON form."""
        XCom.set(
            key, value, dag_id=self.dag_id, task_id=self.task_id, run_id=self.run_id, map_index=self.map_index,
            _mapped_length=_mapped_length,
        )  # fmt: skip

    def xcom_pull(
        self,
        task_ids=None,
        dag_id: str | None = None,
        key: str = XCOM_RETURN_KEY,
        include_prior_dates: bool = False,
        *,
        map_indexes=NOTSET,
        default=None,
        run_id: str | None = None,
        session=None,
    ):
        """The value one task left under `key`, or a list of values for a list of tasks; `default` where none is.

        Without `task_ids` this task's own. `map_indexes` names the instances of a mapped task; without it, all.
        """
        single = task_ids is None or isinstance(task_ids, str)
        ids = [task_ids or self.task_id] if single else list(task_ids)
        where = {"key": key, "run_id": run_id or self.run_id, "dag_id": dag_id or self.dag_id,
                 "include_prior_dates": include_prior_dates}  # fmt: skip
        if not is_arg_set(map_indexes):
            return self._pull_whole(ids, single, where, default)
        one_index = map_indexes is None or isinstance(map_indexes, int)
        indexes = [map_indexes] if one_index else list(map_indexes)
        values = [XCom.get_one(task_id=task_id, map_index=index, **where) for task_id in ids for index in indexes]
        values = [default if value is None else value for value in values]
        return values[0] if single and one_index else values

    def _pull_whole(self, ids: list[str], single: bool, where: dict, default):
        """Of mapped tasks the values of all instances, one after the other; a single value stands for itself."""
        values: list = []
        for task_id in ids:
            value = None
            if where["dag_id"] != self.dag_id or not self._has_instances(task_id):
                value = XCom.get_one(task_id=task_id, **where)
            if value is None and (where["dag_id"] != self.dag_id or self._has_instances(task_id)):
                all_of_it = XCom.get_all(task_id=task_id, **where)
                values.extend([default] if all_of_it is None else all_of_it)
            else:
                values.append(default if value is None else value)
        return values[0] if single and len(values) == 1 else values

    def _has_instances(self, task_id: str) -> bool:
        """Whether the task is mapped, or in a mapped group."""
        if task_id == self.task_id:
            return self.map_index >= 0
        dag = self.task.get_dag()
        task = dag.task_dict.get(task_id) if dag is not None else None
        return task is not None and (task.is_mapped or task.get_closest_mapped_task_group() is not None)

    def get_relevant_upstream_map_indexes(self, upstream, ti_count=None, session=None) -> int | range | None:
        from airflow.sdk.execution_time.task_mapping import relevant_map_indexes

        return relevant_map_indexes(self, upstream)

    # --- questions to the supervisor -----------------------------------------------------------------

    def get_first_reschedule_date(self, context=None):
        """When the first try of a rescheduled sensor began, or None before a reschedule."""
        if self.task_reschedule_count == 0:
            return None
        first_try = max(self.max_tries - self.task.retries + 1, 1)
        answer = supervisor.request("GetTaskRescheduleStartDate", ti_id=str(self.id), try_number=first_try)
        return parse_moment(answer.get("start_date")) if answer else None

    def get_previous_dagrun(self, state: str | None = None):
        if self.logical_date is None:
            return None
        answer = supervisor.request(
            "GetPreviousDagRun",
            dag_id=self.dag_id,
            logical_date=self.logical_date.isoformat(),
            state=None if state is None else str(state),
        )
        fields = (answer or {}).get("dag_run")
        return DagRun(fields) if fields else None

    @staticmethod
    def get_dagrun_state(dag_id: str, run_id: str) -> str:
        return supervisor.request("GetDagRunState", dag_id=dag_id, run_id=run_id)["state"]

    @staticmethod
    def get_dr_count(dag_id, logical_dates=None, run_ids=None, states=None) -> int:
        return supervisor.request(
            "GetDRCount", dag_id=dag_id, logical_dates=_isos(logical_dates), run_ids=run_ids, states=states
        )["count"]

    @staticmethod
    def get_ti_count(
        dag_id, map_index=None, task_ids=None, task_group_id=None, logical_dates=None, run_ids=None, states=None
    ) -> int:
        return supervisor.request(
            "GetTICount", dag_id=dag_id, map_index=map_index, task_ids=task_ids, task_group_id=task_group_id,
            logical_dates=_isos(logical_dates), run_ids=run_ids, states=states,
        )["count"]  # fmt: skip

    @staticmethod
    def get_task_states(
        dag_id, map_index=None, task_ids=None, task_group_id=None, logical_dates=None, run_ids=None
    ) -> dict:
        return supervisor.request(
            "GetTaskStates", dag_id=dag_id, map_index=map_index, task_ids=task_ids, task_group_id=task_group_id,
            logical_dates=_isos(logical_dates), run_ids=run_ids,
        )["task_states"]  # fmt: skip

    def __repr__(self) -> str:
        return f"<TaskInstance: {self.dag_id}.{self.task_id} {self.run_id} [{self.state}]>"


def _isos(moments):
    return None if moments is None else [moment.isoformat() for moment in moments]
