"""When a DAG runs, as DAG files say it. The arithmetic is the C++ core's; these classes carry the arguments."""

from __future__ import annotations

import re
from datetime import timedelta

from airflow.sdk.exceptions import AirflowTimetableInvalid, UnsupportedByGale

CRON_PRESETS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@quarterly": "0 0 1 */3 *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_CRON_FIELD = re.compile(r"[0-9A-Za-z*/,\-?#]+\Z")


def check_cron(expression: str) -> None:
    """AirflowTimetableInvalid if it cannot be a cron expression; ranges are checked by the core."""
    if expression in CRON_PRESETS:
        return
    if expression.startswith("@"):
        known = ", ".join([*CRON_PRESETS, "@once", "@continuous"])
        raise AirflowTimetableInvalid(f"{expression!r} is not a schedule preset; there are {known}")
    fields = expression.split()
    if len(fields) not in (5, 6, 7) or not all(_CRON_FIELD.match(field) for field in fields):
        raise AirflowTimetableInvalid(
            f"{expression!r} is not a cron expression: it needs five fields "
            "(minute, hour, day of month, month, day of week), such as '30 6 * * 1-5'"
        )


class Timetable:
    """Base of the timetables. A class of one's own cannot be evaluated by the core."""

    description = ""
    periodic = True
    can_be_scheduled = True
    active_runs_limit: int | None = None

    def to_json(self, dag) -> dict:
        raise UnsupportedByGale(
            f"DAG {dag.dag_id!r}: the timetable class {type(self).__module__}.{type(self).__name__} is not "
            "supported by this version of Gale; use a cron expression, a timedelta, or a timetable of Airflow's"
        )

    @property
    def summary(self) -> str:
        return type(self).__name__

    def __eq__(self, other) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), repr(sorted(self.__dict__.items(), key=str))))


class NullTimetable(Timetable):
    can_be_scheduled = False
    periodic = False
    summary = "None"

    def to_json(self, dag) -> dict:
        return {"kind": "none"}


class OnceTimetable(Timetable):
    periodic = False
    summary = "@once"

    def to_json(self, dag) -> dict:
        return {"kind": "once"}


class ContinuousTimetable(Timetable):
    summary = "@continuous"
    active_runs_limit = 1

    def to_json(self, dag) -> dict:
        return {"kind": "continuous"}


class CronTimetable(Timetable):
    """A cron expression. `interval`: data intervals, trigger times, or as the configuration says (None)."""

    interval: bool | None = None

    def __init__(self, cron: str, timezone=None):
        check_cron(cron)
        self.expression = cron
        self.timezone = timezone

    @property
    def summary(self) -> str:
        return self.expression

    def to_json(self, dag) -> dict:
        from airflow.sdk.timezone import zone_name

        zone = self.timezone if self.timezone is not None else dag.timezone
        name = zone if isinstance(zone, str) else zone_name(zone)
        return {"kind": "cron", "expression": self.expression, "timezone": name, "interval": self.interval}


class CronDataIntervalTimetable(CronTimetable):
    interval = True

    def __init__(self, cron: str, timezone):
        super().__init__(cron, timezone)


class CronTriggerTimetable(CronTimetable):
    interval = False

    def __init__(self, cron: str, *, timezone, interval: timedelta = timedelta(0), run_immediately=False):
        super().__init__(cron, timezone)
        if interval:
            raise UnsupportedByGale(
                f"CronTriggerTimetable({cron!r}): interval={interval!r} is not supported by this version of "
                "Gale; use CronDataIntervalTimetable, or leave the interval out"
            )
        self.run_immediately = run_immediately


class DeltaTimetable(Timetable):
    """Every `delta`, a timedelta or a relativedelta."""

    interval: bool | None = None

    def __init__(self, delta):
        self.delta = delta
        months, seconds = _delta_parts(delta)
        if months < 0 or seconds < 0 or (months == 0 and seconds == 0):
            raise AirflowTimetableInvalid(f"a schedule of {delta!r} is not positive")

    @property
    def summary(self) -> str:
        return str(self.delta)

    def to_json(self, dag) -> dict:
        months, seconds = _delta_parts(self.delta)
        result: dict = {"kind": "delta", "seconds": seconds, "interval": self.interval}
        if months:
            result["months"] = months
        return result


def _delta_parts(delta) -> tuple[int, float]:
    if isinstance(delta, timedelta):
        return 0, delta.total_seconds()
    absolute = [name for name in ("year", "month", "day", "weekday", "hour", "minute", "second", "leapdays")
                if getattr(delta, name, None)]
    if absolute:
        raise AirflowTimetableInvalid(f"{delta!r} sets {absolute[0]!r}: a schedule takes relative parts only")
    whole = timedelta(days=delta.days, hours=delta.hours, minutes=delta.minutes, seconds=delta.seconds,
                      microseconds=delta.microseconds)
    return delta.years * 12 + delta.months, whole.total_seconds()


class DeltaDataIntervalTimetable(DeltaTimetable):
    interval = True


class DeltaTriggerTimetable(DeltaTimetable):
    interval = False

    def __init__(self, delta, *, interval: timedelta = timedelta(0)):
        super().__init__(delta)
        if interval:
            raise UnsupportedByGale(
                f"DeltaTriggerTimetable: interval={interval!r} is not supported by this version of Gale"
            )


class _Unsupported(Timetable):
    def __init__(self, *args, **kwargs):
        pass


class MultipleCronTriggerTimetable(_Unsupported):
    pass


class EventsTimetable(_Unsupported):
    pass


class AssetTriggeredTimetable(_Unsupported):
    pass


class AssetOrTimeSchedule(_Unsupported):
    pass


DatasetOrTimeSchedule = AssetOrTimeSchedule
DatasetTriggeredTimetable = AssetTriggeredTimetable


def create_timetable(schedule, timezone) -> Timetable:
    """The timetable of a `schedule=` argument."""
    if schedule is None or schedule == "None":
        return NullTimetable()
    if isinstance(schedule, Timetable):
        return schedule
    if isinstance(schedule, str):
        if schedule == "@once":
            return OnceTimetable()
        if schedule == "@continuous":
            return ContinuousTimetable()
        return CronTimetable(schedule.strip(), timezone)
    if isinstance(schedule, timedelta) or type(schedule).__name__ == "relativedelta":
        return DeltaTimetable(schedule)
    from airflow.sdk.definitions.asset import is_asset_expression

    if is_asset_expression(schedule):
        return AssetTriggeredTimetable()
    raise AirflowTimetableInvalid(
        f"{schedule!r} of type {type(schedule).__name__} is not a schedule; "
        "use a cron expression, a preset, a timedelta, a timetable, or None"
    )
