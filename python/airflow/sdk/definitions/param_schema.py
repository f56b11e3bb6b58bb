"""Checks a value against the JSON schema keywords that params use. Unknown keywords say nothing, as JSON schema has it."""

from __future__ import annotations

import re
from datetime import date, datetime, time


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_TYPES = {
    "string": lambda v: isinstance(v, str),
    "number": _is_number,
    "integer": lambda v: _is_number(v) and float(v).is_integer(),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "array": lambda v: isinstance(v, (list, tuple)),
    "object": lambda v: isinstance(v, dict),
}


def _is_format(value: str, name: str) -> bool:
    parsers = {"date": date.fromisoformat, "time": time.fromisoformat}
    try:
        if name == "date-time":
            return datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", value)).tzinfo is not None
        if name in parsers:
            parsers[name](re.sub(r"[zZ]$", "+00:00", value))
    except ValueError:
        return False
    if name == "email":
        return "@" in value
    return True


def _check_type(value, schema) -> str | None:
    wanted = schema.get("type")
    if wanted is None:
        return None
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    unknown = [name for name in names if name not in _TYPES]
    if unknown:
        return f"the schema's type {unknown[0]!r} is none of {', '.join(sorted(_TYPES))}"
    if any(_TYPES[name](value) for name in names):
        return None
    return f"{value!r} is not of type {', '.join(repr(n) for n in names)}"


def _check_number(value, schema) -> str | None:
    tests = (
        ("minimum", lambda limit: value >= limit, "less than the minimum of"),
        ("maximum", lambda limit: value <= limit, "greater than the maximum of"),
        ("exclusiveMinimum", lambda limit: value > limit, "not above"),
        ("exclusiveMaximum", lambda limit: value < limit, "not below"),
        ("multipleOf", lambda step: abs(value / step - round(value / step)) < 1e-9, "not a multiple of"),
    )
    for keyword, test, text in tests:
        if keyword in schema and not test(schema[keyword]):
            return f"{value!r} is {text} {schema[keyword]!r}"
    return None


def _check_string(value, schema) -> str | None:
    if len(value) < schema.get("minLength", 0):
        return f"{value!r} is too short (minLength {schema['minLength']})"
    if "maxLength" in schema and len(value) > schema["maxLength"]:
        return f"{value!r} is too long (maxLength {schema['maxLength']})"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return f"{value!r} does not match {schema['pattern']!r}"
    if "format" in schema and not _is_format(value, schema["format"]):
        return f"{value!r} is not a {schema['format']!r}"
    return None


def _check_array(value, schema) -> str | None:
    if len(value) < schema.get("minItems", 0):
        return f"{value!r} has fewer than {schema['minItems']} items"
    if "maxItems" in schema and len(value) > schema["maxItems"]:
        return f"{value!r} has more than {schema['maxItems']} items"
    if schema.get("uniqueItems") and any(item in value[:i] for i, item in enumerate(value)):
        return f"{value!r} has an item twice"
    items = schema.get("items")
    if isinstance(items, dict):
        for item in value:
            problem = check(item, items)
            if problem:
                return problem
    return None


def _check_object(value, schema) -> str | None:
    for key in schema.get("required", ()):
        if key not in value:
            return f"{key!r} is a required property"
    properties = schema.get("properties", {})
    for key, item in value.items():
        if key in properties:
            problem = check(item, properties[key])
            if problem:
                return f"{key}: {problem}"
        elif schema.get("additionalProperties") is False:
            return f"additional property {key!r} is not allowed"
        elif isinstance(schema.get("additionalProperties"), dict):
            problem = check(item, schema["additionalProperties"])
            if problem:
                return f"{key}: {problem}"
    return None


def _check_combined(value, schema) -> str | None:
    for part in schema.get("allOf", ()):
        problem = check(value, part)
        if problem:
            return problem
    if "anyOf" in schema and all(check(value, part) for part in schema["anyOf"]):
        return f"{value!r} fits none of anyOf"
    if "oneOf" in schema and sum(check(value, part) is None for part in schema["oneOf"]) != 1:
        return f"{value!r} does not fit exactly one of oneOf"
    if "not" in schema and check(value, schema["not"]) is None:
        return f"{value!r} fits what `not` forbids"
    return None


def check(value, schema: dict) -> str | None:
    """What is wrong with `value`, or None."""
    problem = _check_type(value, schema) or _check_combined(value, schema)
    if problem:
        return problem
    if "const" in schema and value != schema["const"]:
        return f"{value!r} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{value!r} is not one of {schema['enum']!r}"
    if _is_number(value):
        return _check_number(value, schema)
    if isinstance(value, str):
        return _check_string(value, schema)
    if isinstance(value, (list, tuple)):
        return _check_array(value, schema)
    if isinstance(value, dict):
        return _check_object(value, schema)
    return None
