"""Variables: AIRFLOW_VAR_<KEY> in the environment, then the store (through the supervisor)."""

from __future__ import annotations

import json
import os

from airflow.sdk.definitions.notset import NOTSET, is_arg_set
from airflow.sdk.exceptions import AirflowRuntimeError, VariableNotFoundError


def _lookup(key: str) -> str | None:
    from airflow.sdk.execution_time import supervisor

    value = os.environ.get(f"AIRFLOW_VAR_{key.upper()}")
    if value is not None or not supervisor.has_channel():
        return value
    try:
        answer = supervisor.request("GetVariable", key=key)
    except AirflowRuntimeError as error:
        if error.error == "VARIABLE_NOT_FOUND":
            return None
        raise
    return answer.get("value") if answer else None


class Variable:
    """`Variable.get`, `.set`, `.delete`. A value whose key sounds like a secret is masked in logs."""

    def __init__(self, key: str, value: str | None = None, description: str | None = None):
        self.key = key
        self.value = value
        self.description = description

    @classmethod
    def get(cls, key: str, default=NOTSET, deserialize_json: bool = False, default_var=NOTSET):
        """The value, or the default. Without either VariableNotFoundError (a KeyError) names the key."""
        from airflow.sdk.execution_time import supervisor
        from airflow.sdk.execution_time.secrets_masker import is_sensitive_name, mask_secret

        value = _lookup(key)
        if value is None:
            for fallback in (default, default_var):
                if is_arg_set(fallback):
                    return fallback
            where = "" if supervisor.has_channel() else (
                f" (while a DAG file is parsed only the environment is read: set AIRFLOW_VAR_{key.upper()}, "
                "give a default, or read the variable inside a task or a template)"
            )
            raise VariableNotFoundError("VARIABLE_NOT_FOUND", f"Variable {key!r} does not exist{where}")
        if is_sensitive_name(key):
            mask_secret(value, key)
        if not deserialize_json:
            return value
        try:
            parsed = json.loads(value)
        except ValueError as error:
            raise ValueError(f"Variable {key!r} is not JSON: {error}") from None
        if isinstance(parsed, (dict, list)):
            mask_secret(parsed)
        return parsed

    @classmethod
    def set(cls, key: str, value, description: str | None = None, serialize_json: bool = False) -> None:
        from airflow.sdk.execution_time import supervisor

        if f"AIRFLOW_VAR_{key.upper()}" in os.environ:
            import warnings

            warnings.warn(f"Variable {key!r} is set, but AIRFLOW_VAR_{key.upper()} hides it", stacklevel=2)
        text = json.dumps(value, indent=2) if serialize_json else str(value)
        supervisor.request("PutVariable", key=key, value=text, description=description)

    @classmethod
    def update(cls, key: str, value, serialize_json: bool = False) -> None:
        cls.get(key)
        cls.set(key, value, serialize_json=serialize_json)

    @classmethod
    def setdefault(cls, key: str, default, description: str | None = None, deserialize_json: bool = False):
        value = cls.get(key, default=None, deserialize_json=deserialize_json)
        if value is None:
            if default is None:
                raise ValueError(f"Variable {key!r} does not exist and its default is None")
            cls.set(key, default, description=description, serialize_json=deserialize_json)
            return default
        return value

    @classmethod
    def delete(cls, key: str) -> None:
        from airflow.sdk.execution_time import supervisor

        supervisor.request("DeleteVariable", key=key)

    @classmethod
    def keys(cls, prefix: str | None = None) -> list[str]:
        from airflow.sdk.execution_time import supervisor

        return list(supervisor.request("GetVariableKeys", prefix=prefix, limit=1000, offset=0)["keys"])
