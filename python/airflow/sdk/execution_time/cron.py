"""The moment before a given one at which a cron expression fires, for templates that name it (prev_ds)."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk.definitions.timetables import CRON_PRESETS

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]


def _number(word: str, names: list[str], first: int) -> int:
    return names.index(word) + first if word in names else int(word)


def _field(text: str, low: int, high: int, names: list[str]) -> set[int]:
    values: set[int] = set()
    for part in text.lower().split(","):
        span, _, step = part.partition("/")
        if span in ("*", "?"):
            start, end = low, high
        elif "-" in span:
            start, end = (_number(word, names, low) for word in span.split("-"))
        else:
            start = _number(span, names, low)
            end = high if step else start
        values.update(range(start, end + 1, int(step or 1)))
    return values


def previous(expression: str, before):
    """The last moment before `before` (an aware pendulum DateTime) that fits; None if none in eight years.

    Day of month and day of week, if both are restricted, fit when either does, as in cron.
    """
    fields = CRON_PRESETS.get(expression, expression).split()[:5]
    minutes, hours = _field(fields[0], 0, 59, []), _field(fields[1], 0, 23, [])
    days, months = _field(fields[2], 1, 31, []), _field(fields[3], 1, 12, _MONTHS)
    weekdays = {day % 7 for day in _field(fields[4], 0, 7 if "7" in fields[4] else 6, _DAYS)}
    either = fields[2] not in ("*", "?") and fields[4] not in ("*", "?")

    def day_fits(day) -> bool:
        in_month, in_week = day.day in days, day.isoweekday() % 7 in weekdays
        return day.month in months and ((in_month or in_week) if either else (in_month and in_week))

    midnight = before.start_of("day")
    for back in range(8 * 366):
        day = midnight.subtract(days=back)
        if not day_fits(day):
            continue
        for hour in sorted(hours, reverse=True):
            for minute in sorted(minutes, reverse=True):
                moment = day.set(hour=hour, minute=minute, second=0, microsecond=0)
                if moment < before and before - moment > timedelta(0):
                    return moment
    return None
