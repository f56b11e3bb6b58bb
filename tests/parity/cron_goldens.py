#!/usr/bin/env python3
"""Writes cron_goldens.tsv and timetable_goldens.tsv from Apache Airflow's own classes.

Run it where apache-airflow==3.3.2 is installed:
    AIRFLOW_HOME=$(mktemp -d) python tests/parity/cron_goldens.py
The files are read by src/model/cron_test.cpp and src/model/timetable_test.cpp. Review their diff.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import pathlib
import random
from unittest import mock

import pendulum
from dateutil.relativedelta import relativedelta

logging.disable(logging.CRITICAL)

from airflow.exceptions import AirflowTimetableInvalid  # noqa: E402
from airflow.timetables import interval as interval_module  # noqa: E402
from airflow.timetables import simple as simple_module  # noqa: E402
from airflow.timetables import trigger as trigger_module  # noqa: E402
from airflow.timetables.base import DataInterval, TimeRestriction  # noqa: E402

HERE = pathlib.Path(__file__).parent
UTC = pendulum.UTC

EXPRESSIONS = """
* * * * *|*/5 * * * *|0 * * * *|30 * * * *|15,45 * * * *|0 */2 * * *|0 */6 * * *|0 0 * * *|30 1 * * *|0 2 * * *
30 2 * * *|0 3 * * *|59 23 * * *|0 9-17 * * *|*/10 9-17 * * mon-fri|0 0 * * 0|0 0 * * 7|0 0 * * 1-5|0 0 * * sat-sun
0 0 1 * *|0 0 31 * *|0 0 29 2 *|0 0 30 2 *|0 0 L * *|0 12 15,L * *|0 0 1 */3 *|0 0 1 1 *|0 0 13 * 5|0 0 1,15 * mon
0 0 */2 * *|0 0 */2 * 1|0 0 1-31 * 1|0 0 * * 0-6|0 0 1 * 0-6|0 0 * * mon#1|0 0 * * 5#3|0 0 * * L5|0 0 * * L0
0 0 * * 1#5|0 6 15W * *|0 6 1W * *|0 6 31W * *|0 0 15W * 1|0 0 10 * 2#2|0 0 * jan,mar *|0 0 * nov-feb *
0 0 * oct-feb/2 *|0 22 * * fri-mon|0 0 * * fri-tue/2|5-50/15 * * * *|10/20 * * * *|59/15 * * * *|1-1/7 * * * *
0 0,12 * * *|0 23,0-4 * * *|0 0 ? * 3|0 0 5 * ?|* * * * * 30|* * * * * */15|0 0 * * * 0|0 12 * * * 59
0 0 1 1 * 0 2030|0 0 * 6 * 0 2026-2028/2|0 0 1 1 * 0 2020|@hourly|@daily|@midnight|@weekly|@monthly|@quarterly
@yearly|@annually|0-59 * * * *|0 0-23 * * *|*,5 * * * *|0 *,5 * * *|0 0 30,31 * *|0 0 29-31 2,4 *|15 1,2,3 * * *
*/30 0-3 * * *|0 0 28-31 * sun|45 * 1 * *|7 7 7 7 *|0 0 31 4 *|0 0 31 4 mon|0 0 7-1 * *|0 0 15-L * *
""".replace("\n", "|").split("|")
EXPRESSIONS = [e for e in EXPRESSIONS if e]

INVALID = [
    "", "*", "* * * *", "* * * * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *", "* * * 13 *",
    "* * * * 8", "-1 * * * *", "*/0 * * * *", "*/ * * * *", "a * * * *", "* * * foo *", "* * * * monday", "1- * * * *",
    "1-2-3 * * * *", "1,,2 * * * *", ", * * * *", "? * * * *", "* * 1,? * *", "* * * * 1#6", "* * * * 1#0", "* * * * 1,2#3",
    "* * 15W,16 * *", "* * 0W * *", "@reboot", "@foo", "h * * * *", "* * * * * 60", "0 0 1 1 * 0 1969", "0 0 1 1 * 0 2100",
    "* * * * l", "l * * * *", "1/2/3 * * * *", "*-5 * * * *", "5-* * * * *", "0.5 * * * *", "0 0 5 ? ?", "１ * * * *",
]

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Kathmandu", "America/Sao_Paulo"]

# Around each zone's changes of the clock, and plain ones.
MOMENTS = [
    "2026-01-01T00:00:00", "2026-02-28T23:59:59.999999", "2024-02-29T12:00:00", "2026-07-14T09:30:15.5", "2026-12-31T23:59:00",
    "2026-03-29T00:30:00", "2026-03-29T00:59:59", "2026-03-29T01:00:00", "2026-03-29T01:10:00", "2026-03-29T02:00:00",
    "2026-10-25T00:00:00", "2026-10-25T00:30:00", "2026-10-25T01:00:00", "2026-10-25T01:30:00", "2026-10-25T02:00:00",
    "2026-03-08T06:30:00", "2026-03-08T07:00:00", "2026-11-01T05:30:00", "2026-11-01T06:00:00", "2026-11-01T06:45:00",
    "2026-04-04T14:45:00", "2026-04-04T15:00:00", "2026-10-03T15:15:00", "2026-10-03T15:30:00",
]


def utc(text: str) -> pendulum.DateTime:
    return pendulum.parse(text, tz="UTC")


def show(moment) -> str:
    return "none" if moment is None else moment.astimezone(dt.timezone.utc).isoformat()


def attempt(function, *args):
    try:
        return function(*args)
    except Exception as error:  # noqa: BLE001 - croniter raises its own kinds for "no such date"
        if type(error).__name__ not in ("CroniterBadDateError", "OverflowError"):
            raise
        return None


def cron_lines():
    chance = random.Random(4)
    for expression in EXPRESSIONS:
        for zone in ["UTC", *chance.sample(ZONES[1:], 3)]:
            timetable = interval_module.CronDataIntervalTimetable(expression, zone)
            for text in chance.sample(MOMENTS, 4):
                moment = utc(text)
                following = attempt(timetable._get_next, moment)
                previous = attempt(timetable._get_prev, moment)
                # In a skipped hour, Airflow's "previous" may lie in the future; Gale's never does.
                if following is not None and following <= moment or previous is not None and previous >= moment:
                    continue
                yield ["tick", expression, zone, show(moment), show(previous), show(following)]
                if following is None or previous is None:
                    continue
                for at in chance.choice([(moment,), (following,)]):
                    # Aligning steps over the neighbours, which must keep the same rule.
                    if timetable._get_prev(timetable._get_next(at)) >= timetable._get_next(at):
                        continue
                    yield ["align", expression, zone, show(at), show(timetable._align_to_prev(at)), show(timetable._align_to_next(at))]
    for expression in INVALID:
        try:
            interval_module.CronDataIntervalTimetable(expression, "UTC").validate()
        except AirflowTimetableInvalid:
            yield ["invalid", expression]
        else:
            raise SystemExit(f"Airflow accepts {expression!r}")
    for expression in EXPRESSIONS:
        try:
            timetable = interval_module.CronDataIntervalTimetable(expression, "UTC")
        except Exception:  # noqa: BLE001 - the description's library refuses some that croniter reads
            continue
        yield ["describe", expression, timetable.summary, timetable.description]


def timetables():
    for expression, zone in [
        ("0 0 * * *", "UTC"), ("@hourly", "UTC"), ("30 2 * * *", "Europe/Berlin"), ("*/15 * * * *", "America/New_York"),
        ("0 9 * * mon-fri", "Asia/Kolkata"), ("0 0 1 * *", "UTC"), ("0 0 29 2 *", "UTC"),
    ]:
        for interval in (False, True):
            if interval and expression == "30 2 * * *":
                # In the night of the skipped hour Airflow's "previous" of this tick is the tick itself, and intervals
                # become empty; Gale's test has its own case.
                expression = "30 3 * * *"
            schedule = {"kind": "cron", "expression": expression, "timezone": zone, "interval": interval}
            made = (
                interval_module.CronDataIntervalTimetable(expression, zone)
                if interval
                else trigger_module.CronTriggerTimetable(expression, timezone=zone)
            )
            yield schedule, made
    deltas = [
        ({"seconds": 3600}, dt.timedelta(hours=1)), ({"seconds": 86400}, dt.timedelta(days=1)),
        ({"seconds": 90061.5}, dt.timedelta(seconds=90061.5)), ({"months": 1, "seconds": 0}, relativedelta(months=1)),
        ({"months": 14, "seconds": 93784}, relativedelta(months=14, days=1, hours=2, minutes=3, seconds=4)),
    ]
    for fields, delta in deltas:
        for interval in (False, True):
            kind = interval_module.DeltaDataIntervalTimetable if interval else trigger_module.DeltaTriggerTimetable
            yield {"kind": "delta", **fields, "interval": interval}, kind(delta)
    yield {"kind": "none"}, simple_module.NullTimetable()
    yield {"kind": "once"}, simple_module.OnceTimetable()
    yield {"kind": "continuous"}, simple_module.ContinuousTimetable()


NOWS = ["2026-03-29T00:00:00", "2026-03-29T01:30:00", "2026-03-29T12:34:56.789", "2026-10-25T01:30:00"]
STARTS = [None, "2026-01-31T00:00:00", "2026-03-28T13:07:00"]
ENDS = [None, "2026-03-28T23:00:00"]


def at_time(now):
    return [
        mock.patch.object(trigger_module, "utcnow", lambda: now),
        mock.patch.object(interval_module, "utcnow", lambda: now),
        mock.patch.object(simple_module.timezone, "utcnow", lambda: now),
    ]


def run_fields(info):
    return ["none"] * 3 if info is None else [show(info.run_after), show(info.data_interval.start), show(info.data_interval.end)]


def timetable_lines():
    for schedule, timetable in timetables():
        text = json.dumps(schedule)
        yield ["summary", text, timetable.summary, timetable.description, str(timetable.periodic), str(timetable.can_be_scheduled)]
        for now_text in NOWS:
            now = utc(now_text)
            manual = timetable.infer_manual_data_interval(run_after=now)
            yield ["manual", text, show(now), show(manual.start), show(manual.end)]
            for start in STARTS:
                for end in ENDS:
                    for catchup in (False, True):
                        restriction = TimeRestriction(start and utc(start), end and utc(end), catchup)
                        last = None
                        for _ in range(3):  # the first runs of a series, all at the same moment
                            with at_time(now)[0], at_time(now)[1], at_time(now)[2]:
                                info = timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
                            yield [
                                "next", text, show(now), show(restriction.earliest), show(restriction.latest), str(catchup),
                                show(last and last.start), show(last and last.end), *run_fields(info),
                            ]
                            if info is None:
                                break
                            last = DataInterval(info.data_interval.start, info.data_interval.end)


def write(name: str, lines) -> None:
    count = 0
    with open(HERE / name, "w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            if any("\t" in cell or "\n" in cell for cell in line):
                raise SystemExit(f"not fit for TSV: {line}")
            file.write("\t".join(line) + "\n")
            count += 1
    print(f"{name}: {count} cases")


if __name__ == "__main__":
    write("cron_goldens.tsv", cron_lines())
    write("timetable_goldens.tsv", timetable_lines())
