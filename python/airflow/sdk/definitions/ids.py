"""What the id of a DAG, a task or a group may look like."""

from __future__ import annotations

import re

from airflow.sdk.exceptions import AirflowException

_KEY = re.compile(r"[\w.-]+\Z")
_GROUP_KEY = re.compile(r"[\w-]+\Z")
MAX_LENGTH = 250


def validate_key(value, what: str, max_length: int = MAX_LENGTH) -> None:
    """Letters, digits, dashes, dots and underscores; TypeError or AirflowException says what is wrong."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be a string, got {value!r} of type {type(value).__name__}")
    if len(value) > max_length:
        raise AirflowException(f"{what} {value!r} is longer than {max_length} characters")
    if not _KEY.match(value):
        raise AirflowException(
            f"{what} {value!r} is not allowed: it must be made of letters, digits, dashes, dots and underscores"
        )


def validate_group_key(value) -> None:
    """As validate_key, without dots: the dot joins a group's id and a task's."""
    if not isinstance(value, str):
        raise TypeError(f"group_id must be a string, got {value!r} of type {type(value).__name__}")
    if len(value) > 200:
        raise AirflowException(f"group_id {value!r} is longer than 200 characters")
    if not _GROUP_KEY.match(value):
        raise AirflowException(
            f"group_id {value!r} is not allowed: it must be made of letters, digits, dashes and underscores"
        )
