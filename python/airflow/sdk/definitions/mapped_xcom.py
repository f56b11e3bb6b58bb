"""`.map()`, `.zip()` and `.concat()` of what tasks return: taken element by element when a task runs."""

from __future__ import annotations

from collections.abc import Sequence

from airflow.sdk.definitions.notset import NOTSET, is_arg_set
from airflow.sdk.definitions.xcom_arg import XComArg


def _as_sequence(value, what: str) -> Sequence:
    """A dict becomes its (key, value) pairs."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, Sequence):
        return value
    raise ValueError(f".{what}() needs a list or a dict; the task returned {type(value).__name__}")


class _LazySequence(Sequence):
    """A sequence that knows its length and the element at an index >= 0."""

    def _at(self, index: int):
        raise NotImplementedError

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self._at(position) for position in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if index < 0:
            raise IndexError(index)
        return self._at(index)

    def __eq__(self, other) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self)!r})"


class _MapResult(_LazySequence):
    def __init__(self, value: Sequence, callables):
        self.value, self.callables = value, callables

    def _at(self, index: int):
        item = self.value[index]
        for function in self.callables:
            item = function(item)
        return item

    def __len__(self) -> int:
        return len(self.value)


class _ZipResult(_LazySequence):
    def __init__(self, values: list[Sequence], fillvalue):
        self.values, self.fillvalue = values, fillvalue

    def _at(self, index: int):
        if index >= len(self):
            raise IndexError(index)
        return tuple(value[index] if index < len(value) else self.fillvalue for value in self.values)

    def __len__(self) -> int:
        return (max if is_arg_set(self.fillvalue) else min)(len(value) for value in self.values)


class _ConcatResult(_LazySequence):
    def __init__(self, values: list[Sequence]):
        self.values = values

    def _at(self, index: int):
        for value in self.values:
            if index < len(value):
                return value[index]
            index -= len(value)
        raise IndexError(f"no element {index} behind the last one")

    def __len__(self) -> int:
        return sum(len(value) for value in self.values)


class MapXComArg(XComArg):
    """`arg.map(f)`: `f` is called in the task that gets the element."""

    def __init__(self, arg: XComArg, callables: list):
        from airflow.sdk.bases.decorator import TaskDecorator

        if any(isinstance(function, TaskDecorator) for function in callables):
            raise ValueError(".map() takes a plain function; a @task function makes a task of its own")
        self.arg, self.callables = arg, callables

    def iter_references(self):
        yield from self.arg.iter_references()

    def map(self, f):
        return MapXComArg(self.arg, [*self.callables, f])

    def resolve(self, context):
        return _MapResult(_as_sequence(self.arg.resolve(context), "map"), self.callables)

    def __repr__(self) -> str:
        return repr(self.arg) + "".join(f".map({getattr(f, '__name__', '<function>')})" for f in self.callables)


class _SeveralXComArgs(XComArg):
    _name = ""

    def __init__(self, args):
        self.args = list(args)
        if not self.args:
            raise ValueError(f"{self._name}() needs at least one XComArg")

    def iter_references(self):
        for arg in self.args:
            yield from arg.iter_references()

    def _resolved(self, context) -> list[Sequence]:
        return [_as_sequence(arg.resolve(context), self._name) for arg in self.args]

    def _inside(self) -> str:
        return ", ".join(repr(arg) for arg in self.args[1:])


class ZipXComArg(_SeveralXComArgs):
    """`arg.zip(other, …)`: tuples, as many as the shortest has; with a fill value, as the longest."""

    _name = "zip"

    def __init__(self, args, *, fillvalue=NOTSET):
        super().__init__(args)
        self.fillvalue = fillvalue

    def resolve(self, context):
        return _ZipResult(self._resolved(context), self.fillvalue)

    def __repr__(self) -> str:
        fill = f", fillvalue={self.fillvalue!r}" if is_arg_set(self.fillvalue) else ""
        return f"{self.args[0]!r}.zip({self._inside()}{fill})"


class ConcatXComArg(_SeveralXComArgs):
    """`arg.concat(other, …)`: one after the other."""

    _name = "concat"

    def concat(self, *others):
        return ConcatXComArg([*self.args, *others])

    def resolve(self, context):
        return _ConcatResult(self._resolved(context))

    def __repr__(self) -> str:
        return f"{self.args[0]!r}.concat({self._inside()})"
