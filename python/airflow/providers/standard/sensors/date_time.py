"""DateTimeSensor: waits for a moment."""

from __future__ import annotations

from datetime import datetime, timezone

from airflow.sdk.bases.sensor import BaseSensorOperator


class DateTimeSensor(BaseSensorOperator):
    template_fields = ("target_time",)

    def __init__(self, *, target_time, **kwargs):
        super().__init__(**kwargs)
        self.target_time = target_time.isoformat() if isinstance(target_time, datetime) else str(target_time)

    def poke(self, context) -> bool:
        from airflow.sdk.timezone import parse

        self.log.info("Checking if the time (%s) has come", self.target_time)
        return datetime.now(timezone.utc) > parse(self.target_time)


DateTimeSensorAsync = DateTimeSensor
