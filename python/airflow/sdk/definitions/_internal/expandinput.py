"""What `expand()` and `expand_kwargs()` were given: how many instances it makes, and the arguments of each.

The order is Airflow's: of several arguments to `expand()`, the last varies fastest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from airflow.sdk.definitions.xcom_arg import ResolveMixin, XComArg, iter_references


def is_mappable(value) -> bool:
    """Whether `expand()` takes the value: a list, a dict, what a task returns, an argument of a mapped group."""
    return isinstance(value, (MappedArgument, XComArg, Mapping, Sequence)) and not isinstance(value, str)


def is_mappable_value(value) -> bool:
    """Whether a task's result can be mapped over: ordered, and no text."""
    return isinstance(value, (Sequence, dict)) and not isinstance(value, (str, bytes, bytearray))


def prevent_duplicates(given: Collection[str], mapped: Collection[str], where: str, why: str) -> None:
    """TypeError, if a name is in both."""
    both = sorted(set(given).intersection(mapped))
    if both:
        raise TypeError(f"{where}: {', '.join(map(repr, both))} {why}")


def check_not_empty(mapped: dict, where: str) -> None:
    if not mapped:
        raise TypeError(f"{where}: expand() needs an argument to map over")


def not_mappable(where: str, name: str, value) -> ValueError:
    return ValueError(
        f"{where}: cannot map over {name}={value!r:.100} of type {type(value).__name__}; "
        "give a list, a dict, or what a task returns"
    )


def ensure_xcomarg_return_value(value) -> None:
    """ValueError for a reference to another key than the task's result, whose length the core does not keep."""
    if isinstance(value, XComArg):
        for operator, key in value.iter_references():
            if key != "return_value":
                raise ValueError(
                    f"cannot map over XCom {key!r} of task {operator.task_id!r}, only over what it returns; "
                    "let a task return that part"
                )
    elif isinstance(value, Mapping):
        for item in value.values():
            ensure_xcomarg_return_value(item)
    elif hasattr(value, "__iter__") and not isinstance(value, str):
        for item in value:
            ensure_xcomarg_return_value(item)


def check_expand_kwargs(value, where: str) -> None:
    """TypeError, unless it is a list of dicts or a reference to one."""
    if isinstance(value, XComArg):
        return
    if isinstance(value, Sequence) and all(isinstance(item, (XComArg, Mapping)) for item in value):
        return
    raise TypeError(f"{where}: expand_kwargs() takes a list of dicts, or what a task returns, not {value!r:.100}")


def _resolved(value, context):
    """The value at run time; a reference is asked for once a try."""
    if not isinstance(value, ResolveMixin):
        return value
    known = context["ti"].__dict__.setdefault("_resolved_arguments", {})
    if id(value) not in known:
        known[id(value)] = value.resolve(context)
    return known[id(value)]


def _item(value, index: int):
    """The element at `index`; of a dict, its (key, value) there."""
    if isinstance(value, Sequence):
        return value[index]
    if not isinstance(value, dict):
        raise TypeError(f"a value of type {type(value).__name__} cannot be mapped over; a list or a dict can")
    for position, pair in enumerate(value.items()):
        if position == index:
            return pair
    raise IndexError(f"there is no element {index} in a dict of {len(value)}")


class DictOfListsExpandInput(ResolveMixin):
    """The arguments of `expand()`: name to what it is mapped over."""

    EXPAND_INPUT_TYPE = "dict-of-lists"

    def __init__(self, value: dict):
        self.value = value

    def iter_references(self):
        for value in self.value.values():
            if isinstance(value, XComArg):
                yield from value.iter_references()

    def names(self) -> set[str]:
        return set(self.value)

    def length(self) -> dict:
        """How many instances, as the DAG definition's LENGTH."""
        from airflow.sdk.definitions._internal.map_length import length_of, product

        return product([length_of(value) for value in self.value.values()])

    def count(self, context) -> int:
        """How many instances, while a task runs."""
        total = 1
        for value in self.value.values():
            total *= len(_resolved(value, context))
        return total

    def argument_at(self, name: str, index: int, context):
        """One argument of the instance `index`."""
        for other in reversed(self.value):
            value = _resolved(self.value[other], context)
            if other == name and other == next(iter(self.value)):  # varies slowest
                return _item(value, index)
            length = len(value)
            if length < 1:
                raise RuntimeError(f"what {other!r} is mapped over is empty now")
            if other == name:
                return _item(value, index % length)
            index //= length
        raise KeyError(name)

    def resolve_at(self, index: int, context) -> tuple[dict, set[int]]:
        """All arguments of the instance `index`, and the ids of those that are not to be rendered as templates."""
        data = {name: self.argument_at(name, index, context) for name in self.value}
        known_later = (name for name, value in self.value.items() if isinstance(value, ResolveMixin))
        return data, {id(data[name]) for name in known_later}

    def resolve(self, context) -> tuple[dict, set[int]]:
        return self.resolve_at(_own_index(context), context)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"


class ListOfDictsExpandInput(ResolveMixin):
    """The argument of `expand_kwargs()`: a list of dicts, known now or when a task has returned it."""

    EXPAND_INPUT_TYPE = "list-of-dicts"

    def __init__(self, value):
        self.value = value

    def iter_references(self):
        yield from iter_references(self.value)

    def names(self) -> set[str] | None:
        """The arguments that are mapped; None, if only a run knows them."""
        if not isinstance(self.value, Sequence) or any(isinstance(item, XComArg) for item in self.value):
            return None
        return {name for item in self.value for name in item}

    def length(self) -> dict:
        from airflow.sdk.definitions._internal.map_length import length_of

        return length_of(self.value)

    def count(self, context) -> int:
        return len(_resolved(self.value, context))

    def _mapping_at(self, index: int, context) -> Mapping:
        items = _resolved(self.value, context)
        if not isinstance(items, Sequence):
            raise ValueError(f"expand_kwargs() was given {_type_name(items)} by a task; it needs a list of dicts")
        mapping = _resolved(items[index], context)
        if not isinstance(mapping, Mapping):
            raise ValueError(
                f"expand_kwargs() needs a list of dicts; element {index} of its list is {_type_name(mapping)}"
            )
        for key in mapping:
            if not isinstance(key, str):
                raise ValueError(
                    f"element {index} of the list for expand_kwargs() has the key {key!r}; keys are names of arguments"
                )
        return mapping

    def argument_at(self, name: str, index: int, context):
        return _resolved(self._mapping_at(index, context)[name], context)

    def resolve_at(self, index: int, context) -> tuple[dict, set[int]]:
        return dict(self._mapping_at(index, context)), set()

    def resolve(self, context) -> tuple[dict, set[int]]:
        return self.resolve_at(_own_index(context), context)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"


ExpandInput = DictOfListsExpandInput | ListOfDictsExpandInput


class MappedArgument(ResolveMixin):
    """An argument of a mapped task group, as its function sees it: each instance of a task gets its own."""

    def __init__(self, input: ExpandInput, key: str):  # noqa: A002
        if isinstance(input, DictOfListsExpandInput):
            if any(isinstance(value, MappedArgument) for value in input.value.values()):
                raise ValueError(
                    f"argument {key!r}: a task group in a mapped one cannot be mapped over an argument of that one"
                )
        self._input = input
        self._key = key

    def iter_references(self):
        yield from self._input.iter_references()

    def resolve(self, context):
        from airflow.sdk.execution_time.task_mapping import group_index

        return self._input.argument_at(self._key, group_index(self._input, context), context)

    def __repr__(self) -> str:
        return f"MappedArgument({self._key!r})"


def _own_index(context) -> int:
    index = context["ti"].map_index
    if index is None or index < 0:
        raise RuntimeError("a mapped task has arguments only in its instances, whose map_index is 0 or more")
    return index


def _type_name(value) -> str:
    return "None" if value is None else type(value).__name__
