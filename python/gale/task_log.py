"""Logs of a task: JSON lines over a descriptor. Python's own print goes the same way, so that the order is kept."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
import threading
import traceback
import warnings
from datetime import datetime, timezone

from airflow.sdk.execution_time.secrets_masker import mask_text

_LEVELS = {"WARN": "warning", "FATAL": "critical"}


class LogChannel:
    """Writes one JSON object a line: timestamp, level, logger, event, and exception if there is one."""

    def __init__(self, fd: int):
        self._fd = fd
        # Reentrant: a signal handler may log while the main thread is inside.
        self.lock = threading.RLock()

    def renew_lock(self) -> None:
        """For a process that the task forks while one of its threads writes."""
        self.lock = threading.RLock()

    def close(self) -> None:
        os.close(self._fd)

    def write(self, level: str, logger: str, event: str, seconds: float | None = None, **extra) -> None:
        moment = datetime.now(timezone.utc) if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)
        record = {"timestamp": moment.isoformat(), "level": level, "logger": logger, "event": mask_text(event)}
        record.update(extra)
        data = memoryview((json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace"))
        with self.lock:
            while data:
                data = data[os.write(self._fd, data) :]


class _Handler(logging.Handler):
    def __init__(self, channel: LogChannel):
        super().__init__()
        self._channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        try:
            extra = {}
            if record.exc_info and record.exc_info[0] is not None:
                text = "".join(traceback.format_exception(*record.exc_info))
                extra["exception"] = mask_text(text.rstrip("\n"))
            level = _LEVELS.get(record.levelname, record.levelname.lower())
            self._channel.write(level, record.name, record.getMessage(), record.created, **extra)
        except BrokenPipeError:
            pass  # the supervisor is gone, and with it the reader
        except Exception:
            self.handleError(record)


class _LineStream(io.TextIOBase):
    """sys.stdout or sys.stderr: each whole line becomes a log line. `fileno` and `buffer` are the real pipe's."""

    def __init__(self, channel: LogChannel, fd: int, level: str, logger: str):
        self._channel = channel
        self._fd = fd
        self._level = level
        self._logger = logger
        self._rests: dict[int, str] = {}  # by thread: print writes a line and its end apart

    encoding = "utf-8"
    errors = "backslashreplace"

    @property
    def buffer(self):
        return os.fdopen(os.dup(self._fd), "wb", buffering=0)

    def fileno(self) -> int:
        return self._fd

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        with self._channel.lock:
            thread = threading.get_ident()
            *lines, rest = (self._rests.pop(thread, "") + text).split("\n")
            if rest:
                self._rests[thread] = rest
            for line in lines:
                self._send(line)
        return len(text)

    def _send(self, line: str) -> None:
        try:
            self._channel.write(self._level, self._logger, line.rstrip("\r"))
        except BrokenPipeError:
            pass

    def drain(self) -> None:
        """Sends what has no line end yet."""
        rests, self._rests = self._rests, {}
        for rest in rests.values():
            self._send(rest)


_current: LogChannel | None = None


def _renew_lock() -> None:
    if _current is not None:
        _current.renew_lock()


os.register_at_fork(after_in_child=_renew_lock)


def install(logs_fd: int) -> None:
    """Routes logging, print, warnings and uncaught exceptions to `logs_fd`."""
    global _current
    _current = LogChannel(logs_fd)
    route(_current)
    warnings.simplefilter("default", FutureWarning)


def uninstall() -> None:
    """Undoes install() and closes its descriptor."""
    global _current
    if _current is None:
        return
    logging.getLogger().handlers[:] = []
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    _current.close()
    _current = None


def route(channel: LogChannel) -> None:
    from airflow.configuration import conf

    root = logging.getLogger()
    root.handlers[:] = [_Handler(channel)]
    level = str(conf.get("logging", "logging_level", fallback="INFO")).upper()
    known = logging.getLevelNamesMapping() if hasattr(logging, "getLevelNamesMapping") else logging._nameToLevel
    root.setLevel(known.get(level, logging.INFO))
    logging.captureWarnings(True)
    sys.stdout = _LineStream(channel, 1, "info", "task.stdout")
    sys.stderr = _LineStream(channel, 2, "error", "task.stderr")


def drain() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, _LineStream):
            stream.drain()
