"""Dates of Airflow 1 and 2 DAG files."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from airflow.sdk.definitions.timetables import CRON_PRESETS

cron_presets: dict[str, str] = dict(CRON_PRESETS)


def days_ago(n: int, hour: int = 0, minute: int = 0, second: int = 0, microsecond: int = 0) -> datetime:
    """Midnight UTC, or the given time of day, `n` days before today."""
    today = datetime.now(timezone.utc).replace(hour=hour, minute=minute, second=second, microsecond=microsecond)
    return today - timedelta(days=n)


def date_range(start_date: datetime, end_date: datetime | None = None, num: int | None = None, delta=None) -> list:
    """Moments from start to end (or `num` of them), `delta` apart (a timedelta, or seconds)."""
    if not delta:
        return []
    step = delta if isinstance(delta, timedelta) else timedelta(seconds=abs(delta))
    if end_date is not None and num is not None:
        raise ValueError("date_range: give end_date or num, not both")
    if num is not None:
        sign = -1 if num < 0 else 1
        return sorted(start_date + sign * i * step for i in range(abs(num)))
    end = end_date or datetime.now(timezone.utc)
    moments = []
    while start_date <= end:
        moments.append(start_date)
        start_date += step
    return moments


def round_time(dt: datetime, delta: timedelta, start_date: datetime = datetime(1970, 1, 1)) -> datetime:
    """The moment start_date + i * delta nearest to `dt`."""
    if start_date.tzinfo is None and dt.tzinfo is not None:
        start_date = start_date.replace(tzinfo=dt.tzinfo)
    return start_date + round((dt - start_date) / delta) * delta


def parse_execution_date(execution_date_str: str) -> datetime:
    from airflow.sdk.timezone import parse

    return parse(execution_date_str)
