"""Which of a context's values a user's function gets."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from types import CodeType, FunctionType


def determine_kwargs(func: Callable, args: Collection, kwargs: Mapping) -> dict:
    """The part of `kwargs` that `func` takes: all, if it has `**kwargs`, else those it names.

    ValueError if a name filled by the positional `args` is a reserved one of `kwargs`.
    """
    if type(func) is FunctionType and not func.__dict__:
        return _kwargs_of_function(func.__code__, len(args), kwargs)
    parameters = inspect.signature(func).parameters
    for name, parameter in list(parameters.items())[: len(args)]:
        if parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if name in kwargs:
            raise ValueError(f"The key {name!r} in args is a part of kwargs and therefore reserved.")
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        take = getattr(kwargs, "argument", kwargs.__getitem__)
        return {key: take(key) for key in kwargs}
    return {key: kwargs[key] for key in parameters if key in kwargs}


def _kwargs_of_function(code: CodeType, filled: int, kwargs: Mapping) -> dict:
    """As above, for a function without decorators: inspect.signature would cost more than a small task."""
    for name in code.co_varnames[: min(filled, code.co_argcount)]:
        if name in kwargs:
            raise ValueError(f"The key {name!r} in args is a part of kwargs and therefore reserved.")
    if code.co_flags & inspect.CO_VARKEYWORDS:
        take = getattr(kwargs, "argument", kwargs.__getitem__)
        return {key: take(key) for key in kwargs}
    return {key: kwargs[key] for key in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if key in kwargs}


class KeywordParameters:
    """The keyword arguments chosen for a function."""

    def __init__(self, kwargs: dict):
        self._kwargs = kwargs

    @classmethod
    def determine(cls, func, args, kwargs) -> KeywordParameters:
        return cls(determine_kwargs(func, args, kwargs))

    def unpacking(self) -> dict:
        return self._kwargs


def make_kwargs_callable(func: Callable) -> Callable:
    """`func` made to take any keyword, dropping those it does not name."""

    def call(*args, **kwargs):
        return func(*args, **determine_kwargs(func, args, kwargs))

    return call
