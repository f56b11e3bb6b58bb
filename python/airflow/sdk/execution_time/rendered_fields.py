"""The rendered templated fields as JSON: cut to a length for the page, whole for a native operator."""

from __future__ import annotations

import math


def as_json(value):
    """Strings, numbers, lists and maps as they are; other objects as their text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if -(2**63) <= value < 2**63 else str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((as_json(item) for item in value), key=str)
    if callable(value) and hasattr(value, "__qualname__"):
        return f"<callable {value.__module__}.{value.__qualname__}>"
    return _stable_text(value)


def _stable_text(value) -> str:
    """The object's text, without a memory address, so that two parses of one file agree."""
    if type(value).__str__ is object.__str__ and type(value).__repr__ is object.__repr__:
        return f"<{type(value).__module__}.{type(value).__qualname__} object>"
    import re

    return re.sub(r" at 0x[0-9a-fA-F]+", "", str(value))


def rendered_fields(task) -> dict:
    """Secrets masked; a field longer than [core] max_templated_field_length cut, saying so."""
    from airflow.configuration import conf
    from airflow.sdk.execution_time.secrets_masker import redact

    limit = conf.getint("core", "max_templated_field_length")
    fields = {}
    for name in task.template_fields:
        value = redact(as_json(getattr(task, name)), name)
        text = value if isinstance(value, str) else str(value)
        if len(text) > limit:
            value = (
                "Truncated. You can change this behaviour in [core]max_templated_field_length. "
                f"{text[: max(limit - 79, 0)]}... "
            )
        fields[name] = value
    return fields


def whole_fields(task) -> dict:
    """The templated fields, unmasked and uncut, for the worker that runs a native operator with them."""
    return {name: as_json(getattr(task, name)) for name in task.template_fields}
