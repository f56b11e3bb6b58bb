"""How many instances a mapping makes, as the LENGTH of docs/reference/dag_definition.md: counted by the core."""

from __future__ import annotations

from airflow.sdk.definitions.notset import is_arg_set
from airflow.sdk.definitions.xcom_arg import PlainXComArg, ResolveMixin


def product(lengths: list[dict]) -> dict:
    return lengths[0] if len(lengths) == 1 else {"kind": "product", "of": lengths}


def length_of(value) -> dict:
    """The LENGTH of one argument of expand(), or of expand_kwargs()."""
    if not isinstance(value, ResolveMixin):
        return {"kind": "literal", "length": len(value)}
    if isinstance(value, PlainXComArg):
        return {"kind": "xcom", "task_id": value.operator.task_id, "key": value.key}
    from airflow.sdk.definitions.mapped_xcom import ConcatXComArg, MapXComArg, ZipXComArg

    if isinstance(value, MapXComArg):
        return length_of(value.arg)
    if isinstance(value, ZipXComArg):
        of = [length_of(arg) for arg in value.args]
        return {"kind": "zip", "of": of, "longest": is_arg_set(value.fillvalue)}
    if isinstance(value, ConcatXComArg):
        return {"kind": "concat", "of": [length_of(arg) for arg in value.args]}
    raise TypeError(f"cannot map over {value!r}")


def length_of_task(task) -> dict | None:
    """The LENGTH of a mapped task or one in a mapped group; the outermost group varies slowest. None for others."""
    if task.is_mapped:
        return task.expand_input.length()
    groups = list(task.iter_mapped_task_groups())
    return product([group.expand_input.length() for group in reversed(groups)]) if groups else None


def evaluate(length: dict, count_of) -> int | None:
    """The number, where `count_of(task_id, key)` gives that of an XCom; None if one is not known."""
    kind = length["kind"]
    if kind == "literal":
        return length["length"]
    if kind == "xcom":
        return count_of(length["task_id"], length["key"])
    parts = [evaluate(part, count_of) for part in length["of"]]
    if any(part is None for part in parts):
        return None
    if kind == "zip":
        return (max if length["longest"] else min)(parts)
    if kind == "concat":
        return sum(parts)
    total = 1
    for part in parts:
        total *= part
    return total
