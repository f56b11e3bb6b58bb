"""Value types of `airflow.timetables.base`."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class DataInterval(NamedTuple):
    start: datetime
    end: datetime

    @classmethod
    def exact(cls, at: datetime) -> DataInterval:
        return cls(at, at)


class TimeRestriction(NamedTuple):
    earliest: datetime | None
    latest: datetime | None
    catchup: bool


class DagRunInfo(NamedTuple):
    run_after: datetime
    data_interval: DataInterval

    @classmethod
    def interval(cls, start: datetime, end: datetime) -> DagRunInfo:
        return cls(end, DataInterval(start, end))

    @classmethod
    def exact(cls, at: datetime) -> DagRunInfo:
        return cls(at, DataInterval.exact(at))

    @property
    def logical_date(self) -> datetime:
        return self.data_interval.start
