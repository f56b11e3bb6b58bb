"""TriggerDagRunOperator: starts a run of another DAG."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.bases.operatorlink import BaseOperatorLink
from airflow.sdk.exceptions import AirflowException, DagRunTriggerException


class TriggerDagRunLink(BaseOperatorLink):
    name = "Triggered DAG"

    def get_link(self, operator, *, ti_key) -> str:
        return f"/dags/{operator.trigger_dag_id}"


class TriggerDagRunOperator(BaseOperator):
    """Triggers `trigger_dag_id` with `conf`; with `wait_for_completion` it waits for the run's end."""

    template_fields = ("trigger_dag_id", "trigger_run_id", "logical_date", "conf", "wait_for_completion",
                       "skip_when_already_exists")  # fmt: skip
    template_fields_renderers = {"conf": "py"}
    ui_color = "#ffefeb"
    operator_extra_links = (TriggerDagRunLink(),)

    def __init__(
        self,
        *,
        trigger_dag_id: str,
        trigger_run_id: str | None = None,
        conf: dict | None = None,
        logical_date: str | datetime | None = None,
        reset_dag_run: bool = False,
        wait_for_completion: bool = False,
        poke_interval: int = 60,
        allowed_states: list[str] | None = None,
        failed_states: list[str] | None = None,
        skip_when_already_exists: bool = False,
        fail_when_dag_is_paused: bool = False,
        note: str | None = None,
        run_after=None,
        deferrable: bool = False,
        execution_date=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.trigger_dag_id = trigger_dag_id
        self.trigger_run_id = trigger_run_id
        self.conf = conf
        self.reset_dag_run = reset_dag_run
        self.wait_for_completion = wait_for_completion
        self.poke_interval = poke_interval
        self.allowed_states = [str(s) for s in allowed_states] if allowed_states else ["success"]
        self.failed_states = [str(s) for s in failed_states] if failed_states is not None else ["failed"]
        self.skip_when_already_exists = skip_when_already_exists
        self.note = note
        self.run_after = run_after
        self.logical_date = logical_date if logical_date is not None else execution_date
        if not isinstance(self.logical_date, (str, datetime, type(None))):
            raise TypeError(
                f"task {self.task_id!r}: logical_date must be str or datetime, not {self.logical_date!r}"
            )

    def execute(self, context):
        logical = self.logical_date
        if isinstance(logical, str):
            from airflow.sdk.timezone import parse

            logical = parse(logical)
        elif logical is None:
            logical = datetime.now(timezone.utc)
        try:
            json.dumps(self.conf)
        except TypeError as error:
            raise AirflowException(f"task {self.task_id!r}: conf must be JSON: {error}") from None
        run_id = self.trigger_run_id or f"manual__{logical.isoformat()}"
        raise DagRunTriggerException(
            trigger_dag_id=self.trigger_dag_id,
            dag_run_id=run_id,
            conf=self.conf,
            logical_date=logical,
            run_after=self.run_after,
            reset_dag_run=self.reset_dag_run,
            skip_when_already_exists=str(self.skip_when_already_exists).lower() == "true",
            wait_for_completion=str(self.wait_for_completion).lower() == "true",
            allowed_states=self.allowed_states,
            failed_states=self.failed_states,
            poke_interval=self.poke_interval,
            note=self.note,
        )
