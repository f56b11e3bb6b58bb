"""Dates that templates of Airflow 1 and 2 use: execution_date, next_ds, prev_ds, yesterday_ds and so on."""

from __future__ import annotations

import logging
from datetime import timedelta

log = logging.getLogger("airflow.task")


def _previous_start(run, dag):
    """Start of the schedule's interval before this run's, or None without a schedule."""
    schedule = dag.timetable.to_json(dag)
    start = run.data_interval_start or run.logical_date
    if schedule["kind"] == "delta":
        if schedule.get("months"):
            start = start.subtract(months=schedule["months"])
        return start - timedelta(seconds=schedule["seconds"])
    if schedule["kind"] == "cron":
        from airflow.sdk.execution_time.cron import previous

        try:
            moment = previous(schedule["expression"], start.in_timezone(schedule["timezone"]))
        except ValueError:
            log.warning("prev_ds: the run before cannot be computed for the schedule %r", schedule["expression"])
            return None
        return None if moment is None else moment.in_timezone("UTC")
    return None


def _day(value, days: int = 0) -> str | None:
    return None if value is None else (value + timedelta(days=days)).strftime("%Y-%m-%d")


def legacy_dates(run, dag, previous_success) -> dict:
    """Name to a function that computes it. A manual run is its own previous and next, as in Airflow 2."""
    logical = run.logical_date

    def next_date():
        return logical if run.external_trigger else run.data_interval_end

    def prev_date():
        return logical if run.external_trigger else _previous_start(run, dag)

    def nodash(text):
        return None if text is None else text.replace("-", "")

    def settings():
        from airflow.configuration import conf

        return conf

    return {
        "conf": settings,
        "execution_date": lambda: logical,
        "next_execution_date": next_date,
        "next_ds": lambda: _day(next_date()),
        "next_ds_nodash": lambda: nodash(_day(next_date())),
        "prev_execution_date": prev_date,
        "prev_ds": lambda: _day(prev_date()),
        "prev_ds_nodash": lambda: nodash(_day(prev_date())),
        "prev_execution_date_success": lambda: previous_success.moment("data_interval_start"),
        "yesterday_ds": lambda: _day(logical, -1),
        "yesterday_ds_nodash": lambda: nodash(_day(logical, -1)),
        "tomorrow_ds": lambda: _day(logical, 1),
        "tomorrow_ds_nodash": lambda: nodash(_day(logical, 1)),
    }
