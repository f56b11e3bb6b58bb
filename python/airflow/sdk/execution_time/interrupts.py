"""Exceptions of signal handlers, kept out of sections that must not be cut in two."""

from __future__ import annotations

import contextlib

_depth = 0
_pending: BaseException | None = None


def interrupt(error: BaseException) -> None:
    """For signal handlers: raises `error` now, or at the end of the section that runs."""
    global _pending
    if _depth == 0:
        raise error
    _pending = _pending or error


@contextlib.contextmanager
def uninterrupted():
    """A section that `interrupt` does not cut. Keep it short: a time limit waits for it."""
    global _depth, _pending
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1
    if _depth == 0 and _pending is not None:
        error, _pending = _pending, None
        raise error
