"""The value of an argument that was not given, where None is a value."""

from __future__ import annotations


class ArgNotSet:
    def __repr__(self) -> str:
        return "NOTSET"

    def __bool__(self) -> bool:
        return False


NOTSET = ArgNotSet()


def is_arg_set(value) -> bool:
    return not isinstance(value, ArgNotSet)
