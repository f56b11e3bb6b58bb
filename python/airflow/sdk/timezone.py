"""Aware date-times. Values that a task or template sees are pendulum's; parsing a DAG file needs no pendulum."""

from __future__ import annotations

import datetime as dt

utc = dt.timezone.utc


def utcnow() -> dt.datetime:
    return dt.datetime.now(tz=utc)


def utc_epoch() -> dt.datetime:
    return dt.datetime(1970, 1, 1, tzinfo=utc)


def is_localized(value: dt.datetime) -> bool:
    return value.utcoffset() is not None


def is_naive(value: dt.datetime) -> bool:
    return not is_localized(value)


def local_timezone():
    """`[core] default_timezone`."""
    from airflow.configuration import conf

    return parse_timezone(conf.get("core", "default_timezone", fallback="utc"))


def parse_timezone(name):
    """A tzinfo from an IANA name, `system`, or an offset in seconds."""
    if isinstance(name, int):
        return dt.timezone(dt.timedelta(seconds=name))
    if name.lower() == "utc":
        return utc
    if name == "system":
        return dt.datetime.now().astimezone().tzinfo
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{name!r} is not a time zone; use an IANA name such as 'Europe/Paris'") from None


def make_aware(value: dt.datetime | None, timezone=None):
    if value is None:
        return None
    if is_localized(value):
        raise ValueError(f"make_aware expects a naive datetime, got {value}")
    return value.replace(tzinfo=timezone or local_timezone())


def make_naive(value: dt.datetime, timezone=None) -> dt.datetime:
    if is_naive(value):
        raise ValueError(f"make_naive() cannot be applied to a naive datetime, got {value}")
    return value.astimezone(timezone or local_timezone()).replace(tzinfo=None)


def convert_to_utc(value: dt.datetime | None):
    """In UTC; a naive value is taken to be in the default time zone."""
    if value is None:
        return None
    if is_naive(value):
        value = make_aware(value)
    return value.astimezone(utc)


def coerce_datetime(value: dt.datetime | None, tz=None):
    """A pendulum DateTime of the same moment, aware."""
    if value is None:
        return None
    import pendulum

    if is_naive(value):
        value = make_aware(value, tz)
    result = pendulum.instance(value)
    return result.in_timezone(tz) if tz is not None else result


def datetime(*args, **kwargs):
    """An aware datetime, in the default time zone unless `tzinfo` says otherwise."""
    if kwargs.get("tzinfo") is None:
        kwargs["tzinfo"] = local_timezone()
    import pendulum

    return pendulum.instance(dt.datetime(*args, **kwargs))


def parse(string: str, timezone=None, *, strict: bool = False):
    import pendulum

    return pendulum.parse(string, tz=timezone or pendulum.timezone("UTC"), strict=strict)


def from_timestamp(timestamp: float, tz=utc):
    import pendulum

    result = pendulum.instance(dt.datetime.fromtimestamp(timestamp, tz=utc))
    return result if tz is utc else result.in_timezone(tz if isinstance(tz, str) else parse_timezone(str(tz)))


def td_format(td_object) -> str | None:
    """A timedelta in words: `1h:30M`."""
    if td_object is None:
        return None
    seconds = int(td_object.total_seconds())
    parts = []
    for size, sign in ((86400, "d"), (3600, "h"), (60, "M"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{sign}")
    return ":".join(parts) or "<1s"


def zone_name(tzinfo) -> str:
    """The IANA name of a tzinfo; a fixed offset of whole hours has one, other offsets raise ValueError."""
    for attribute in ("key", "name", "zone"):
        name = getattr(tzinfo, attribute, None)
        if isinstance(name, str) and name and name[0] not in "+-":
            return name
    offset = tzinfo.utcoffset(dt.datetime(2000, 1, 1))
    if offset == dt.timedelta(0):
        return "UTC"
    hours, rest = divmod(offset, dt.timedelta(hours=1))
    if rest:
        raise ValueError(f"the time zone {tzinfo} has no IANA name; use one such as 'Asia/Kolkata'")
    return f"Etc/GMT{-hours:+d}"
