"""TimeSensor: waits for a time of day, in the DAG's time zone."""

from __future__ import annotations

from datetime import datetime

from airflow.sdk.bases.sensor import BaseSensorOperator


class TimeSensor(BaseSensorOperator):
    def __init__(self, *, target_time, deferrable: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.target_time = target_time

    def poke(self, context) -> bool:
        self.log.info("Checking if the time (%s) has come", self.target_time)
        return datetime.now(tz=self.dag.timezone).time() > self.target_time


TimeSensorAsync = TimeSensor
