"""`macros` of the templates."""

from __future__ import annotations

import json  # noqa: F401
import random as _random
import time  # noqa: F401
import uuid  # noqa: F401
from datetime import datetime, timedelta  # noqa: F401

random = _random.random


def __getattr__(name: str):
    if name == "dateutil":
        import dateutil
        import dateutil.parser
        import dateutil.relativedelta

        return dateutil
    if name == "yaml":
        import yaml

        return yaml
    raise AttributeError(f"macros has no {name!r}")


def ds_add(ds: str, days: int) -> str:
    """A date as YYYY-MM-DD, days later (or earlier)."""
    return (datetime.strptime(str(ds), "%Y-%m-%d") + timedelta(days=days)).strftime("%Y-%m-%d")


def ds_format(ds: str, input_format: str, output_format: str) -> str:
    """A date read by one strptime format and written by another."""
    return datetime.strptime(str(ds), input_format).strftime(output_format)


def datetime_diff_for_humans(dt, since=None) -> str:
    """The difference from `since` (or now) in words: `2 days ago`."""
    import pendulum

    return pendulum.instance(dt).diff_for_humans(pendulum.instance(since) if since else None)
