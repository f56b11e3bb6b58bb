"""A child that is kept: it runs tries of its file one after another (GALE_MAX_TASKS_PER_CHILD, docs/reference/task_protocol.md).

What a try changes of its process is put back, and a child in which a try left something that cannot be put back
(threads, child processes, exit handlers, much memory) ends with that try. Modules keep what tasks write into them.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import random
import signal
import socket
import sys
import threading
import warnings

from airflow.sdk.execution_time import secrets_masker, supervisor
from gale import task_log, task_runner

# A child that holds this much more than it had is ended: its memory is worth more than its warmth.
MAX_GROWTH = 64 << 20
MAX_MESSAGE = 64 * 1024

_PAGE = os.sysconf("SC_PAGE_SIZE")
_SIGNALS = (
    signal.SIGTERM, signal.SIGINT, signal.SIGALRM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE, signal.SIGCHLD,
)  # fmt: skip


def _resident() -> int:
    """Bytes of this process in memory."""
    with open("/proc/self/statm", "rb", buffering=0) as file:
        return int(file.read().split()[1]) * _PAGE


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


class Surroundings:
    """What a try finds of its process, to be put back after it."""

    def __init__(self):
        self._environment = dict(os.environb)
        self._folder = os.getcwd()
        self._mask = os.umask(0o022)
        os.umask(self._mask)
        self._path = sys.path[:]
        self._arguments = sys.argv[:]
        self._handlers = {number: signal.getsignal(number) for number in _SIGNALS}
        self._filters = warnings.filters[:]
        self._secrets = secrets_masker.known()
        self._exit_handlers = atexit._ncallbacks()
        self._resident = _resident()

    def can_be_put_back(self) -> bool:
        return (
            threading.active_count() == 1
            and atexit._ncallbacks() == self._exit_handlers
            and not _has_children()
            and _resident() - self._resident < MAX_GROWTH
        )

    def put_back(self) -> None:
        """Signals first: from here on SIGTERM ends the process, and so the try that is not its own any more."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self._handlers.items():
            if handler is not None and signal.getsignal(number) is not handler:  # None: not Python's
                signal.signal(number, handler)
        environment = dict(os.environb)  # as bytes: cheaper by half
        if environment != self._environment:
            for name in environment.keys() - self._environment.keys():
                del os.environb[name]
            for name, value in self._environment.items():
                if environment.get(name) != value:
                    os.environb[name] = value
        os.chdir(self._folder)
        os.umask(self._mask)
        sys.path[:] = self._path
        sys.argv[:] = self._arguments
        if warnings.filters != self._filters:
            warnings.filters[:] = self._filters
            warnings._filters_mutated()
        secrets_masker.forget_all_but(self._secrets)
        random.seed()


def _let_go() -> None:
    """Closes the pipes of the try that ended: their ends tell its supervisor that nothing more comes."""
    task_log.uninstall()
    # By name: what a skipped try raised may hold on to the channel.
    channel = supervisor.set_channel(None)
    if channel is not None:
        channel.close()
    null = os.open(os.devnull, os.O_RDWR)
    for target in (0, 1, 2):
        os.dup2(null, target)
    os.close(null)


def serve(control: socket.socket, request: dict, descriptors: list[int], dags: dict, is_stale) -> int:
    """Runs the tries that come on `control`, `request` first. The exit code is that of the last one, 0 if it ended well."""
    task_runner.prepare_process()
    surroundings = Surroundings()
    while True:
        code, ended_well = task_runner.run_try_in_child(request.get("mode", "run"), descriptors, dags)
        if not ended_well or not surroundings.can_be_put_back():
            task_runner.finish_process()
            return code
        # Before its end is told: a signal for this try must find no other.
        surroundings.put_back()
        _let_go()
        _send(control, {"op": "ended", "id": request["id"], "status": code})
        data, descriptors, _, _ = socket.recv_fds(control, MAX_MESSAGE, len(descriptors))
        if not data:
            break
        request = json.loads(data)
        if is_stale():
            _send(control, {"op": "stale", "id": request["id"]})
            break
        _send(control, {"op": "started", "id": request["id"]})
    logging.getLogger().handlers[:] = []
    task_runner.finish_process()
    return 0


def _send(control: socket.socket, message: dict) -> None:
    try:
        control.sendall(json.dumps(message).encode())
    except (BrokenPipeError, ConnectionResetError):
        pass  # the core is gone; the next read sees the end of the socket
