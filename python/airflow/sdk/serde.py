"""XCom values as JSON: plain JSON as it is, other types as {"__classname__", "__version__", "__data__"}."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

CLASSNAME, VERSION, DATA = "__classname__", "__version__", "__data__"


def _wrap(name: str, version: int, data) -> dict:
    return {CLASSNAME: name, VERSION: version, DATA: data}


def _qualified(value) -> str:
    cls = type(value)
    return f"{cls.__module__}.{cls.__qualname__}"


def _zone(tz) -> dict:
    """(name, class, version, known) of a time zone; a fixed offset is told in seconds."""
    key = getattr(tz, "key", None)
    if key:
        fields = [key, "pendulum.tz.timezone.Timezone", 1, True]
    else:
        offset = tz.utcoffset(None).total_seconds()
        fields = [offset or "UTC", "pendulum.tz.timezone.FixedTimezone", 1, True]
    return _wrap("builtins.tuple", 1, fields)


def _datetime(value: dt.datetime) -> dict:
    name = "datetime.datetime" if type(value) is dt.datetime else _qualified(value)
    tz = None if value.tzinfo is None else _zone(value.tzinfo)
    return _wrap(name, 2, {"timestamp": value.timestamp(), "tz": tz})


def serialize(value, path: str = "value"):
    """The JSON form of `value`. TypeError names the type, and where inside the value it stands."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):  # IntEnum and the like, too
        if -(2**63) <= value < 2**64:
            return int(value)
        raise TypeError(f"{path} is an integer of {value.bit_length()} bits; 64 is the most, give it back as text")
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        return str(value) if type(value) is str else str.__str__(getattr(value, "value", value))
    if isinstance(value, dict):
        return {_key(key, path): serialize(item, f"{path}[{key!r}]") for key, item in value.items()}
    if isinstance(value, list):
        return [serialize(item, f"{path}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, (tuple, set, frozenset)):
        kind = next(k for k in (tuple, set, frozenset) if isinstance(value, k))
        items = sorted(value, key=repr) if kind is not tuple else value
        data = [serialize(item, f"{path}[{i}]") for i, item in enumerate(items)]
        return _wrap(f"builtins.{kind.__name__}", 1, data)
    return _serialize_object(value, path)


def _key(key, path: str) -> str:
    if isinstance(key, str):
        return str(getattr(key, "value", key))
    if key is None or isinstance(key, (bool, int, float)):
        return str(key)
    raise TypeError(f"{path} has the key {key!r} of type {_qualified(key)}; keys must be strings")


def _serialize_object(value, path: str):
    name = _qualified(value)
    if isinstance(value, dt.datetime):
        return _datetime(value)
    if isinstance(value, dt.date):
        return _wrap("datetime.date", 2, value.isoformat())
    if isinstance(value, dt.timedelta):
        return _wrap("datetime.timedelta", 2, value.total_seconds())
    if name == "decimal.Decimal":
        number = value.as_tuple().exponent
        data = int(value) if isinstance(number, int) and number >= 0 else float(value)
        return _wrap(name, 1, data)
    if name == "uuid.UUID":
        return _wrap(name, 1, str(value))
    if name in ("zoneinfo.ZoneInfo", "pendulum.tz.timezone.Timezone"):
        return _wrap(name, 1, value.key)
    if name.startswith("numpy.") and hasattr(value, "tolist"):
        return serialize(value.tolist(), path)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):  # of mapped tasks
        return serialize(list(value), path)
    raise TypeError(
        f"{path} is of type {name}, which cannot be written as JSON; give back plain values "
        "(text, numbers, lists, dicts), dates, or write the data to a file and give back its path"
    )


def _read_zone(data):
    from zoneinfo import ZoneInfo

    if data is None:
        return None
    name = data[DATA][0] if isinstance(data, dict) else data[0]
    if isinstance(name, (int, float)):
        return dt.timezone(dt.timedelta(seconds=name))
    return dt.timezone.utc if name == "UTC" else ZoneInfo(name)


def _read_datetime(data, name: str):
    tz = _read_zone(data["tz"]) if isinstance(data, dict) else None
    stamp = data["timestamp"] if isinstance(data, dict) else data
    value = dt.datetime.fromtimestamp(stamp, tz=tz)
    if name.startswith("pendulum"):
        import pendulum

        return pendulum.instance(value)
    return value


def _read(name: str, data):
    if name in ("builtins.tuple", "builtins.set", "builtins.frozenset"):
        kind = {"tuple": tuple, "set": set, "frozenset": frozenset}[name.partition(".")[2]]
        return kind(deserialize(item) for item in data)
    if name in ("datetime.datetime", "pendulum.datetime.DateTime"):
        return _read_datetime(data, name)
    if name == "datetime.date":
        return dt.date.fromisoformat(data)
    if name == "datetime.timedelta":
        return dt.timedelta(seconds=data)
    if name == "decimal.Decimal":
        from decimal import Decimal

        return Decimal(str(data))
    if name == "uuid.UUID":
        from uuid import UUID

        return UUID(data)
    if name in ("zoneinfo.ZoneInfo", "pendulum.tz.timezone.Timezone"):
        from zoneinfo import ZoneInfo

        return ZoneInfo(data)
    raise TypeError(f"an XCom holds the type {name!r}, which this version of Gale cannot read back")


def deserialize(value):
    """The value again. TypeError for a type that is not among those above."""
    if isinstance(value, dict):
        if CLASSNAME in value and VERSION in value:
            return _read(value[CLASSNAME], value.get(DATA))
        return {key: deserialize(item) for key, item in value.items()}
    if isinstance(value, list):
        return [deserialize(item) for item in value]
    return value


def has_not_a_number(value) -> bool:
    """Whether a NaN or an infinity, which JSON lacks, stands somewhere in a serialized value."""
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, dict):
        return any(has_not_a_number(item) for item in value.values())
    return isinstance(value, list) and any(has_not_a_number(item) for item in value)
