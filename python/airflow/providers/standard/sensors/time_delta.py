"""TimeDeltaSensor: waits for a time after the end of the run's data interval."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from airflow.sdk.bases.sensor import BaseSensorOperator


class TimeDeltaSensor(BaseSensorOperator):
    def __init__(self, *, delta: timedelta, deferrable: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.delta = delta

    def poke(self, context) -> bool:
        base = context.get("data_interval_end") or context["dag_run"].run_after
        target = base + self.delta
        self.log.info("Checking if the time (%s) has come", target)
        return datetime.now(timezone.utc) > target


TimeDeltaSensorAsync = TimeDeltaSensor


class WaitSensor(BaseSensorOperator):
    """Waits for a time after the task's start."""

    def __init__(self, *, time_to_wait: timedelta | int, deferrable: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.time_to_wait = time_to_wait if isinstance(time_to_wait, timedelta) else timedelta(minutes=time_to_wait)

    def poke(self, context) -> bool:
        return datetime.now(timezone.utc) >= context["ti"].start_date + self.time_to_wait
