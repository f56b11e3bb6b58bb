"""chain() and its kin under their Airflow 1 module name."""

from airflow.sdk.definitions.edges import chain, cross_downstream  # noqa: F401
from airflow.sdk.definitions.ids import validate_key as _validate_key


def validate_key(k: str, max_length: int = 250) -> None:
    _validate_key(k, "key", max_length)


def as_tuple(obj) -> tuple:
    return tuple(obj) if isinstance(obj, (list, tuple, set)) else (obj,)
