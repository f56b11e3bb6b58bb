"""The child of `run`: one task try by the supervisor protocol (docs/reference/task_protocol.md)."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import socket
import sys

from gale import task_log
from gale.comms import SocketChannel, SupervisorGone

log = logging.getLogger("airflow.task")


def _take_descriptors(requests: int, stdout: int, stderr: int, logs: int) -> tuple[socket.socket, int]:
    """Puts the pipes on 0, 1 and 2; gives the request socket and the log descriptor."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    for source, target in ((stdout, 1), (stderr, 2)):
        os.dup2(source, target)
        os.close(source)
    return socket.socket(fileno=requests), logs


def _find_task(dags: dict, startup: dict):
    ti = startup["ti"]
    dag = dags.get(ti["dag_id"])
    if dag is None:
        known = ", ".join(sorted(dags)) or "no DAG"
        raise LookupError(
            f"DAG {ti['dag_id']!r} is not in {startup.get('dag_rel_path')}; the file has {known}"
        )
    return dag.get_task(ti["task_id"])


# How a try may end without a trace in its process.
_ENDED_WELL = ("success", "skipped", "up_for_reschedule")


def _run(channel: SocketChannel, startup: dict, dags: dict) -> tuple[int, bool]:
    from airflow.sdk.execution_time.runner import run_try

    try:
        task = _find_task(dags, startup)
    except Exception as error:
        log.error("%s", error)
        return 1, False
    state, _ = run_try(startup, task)
    return 0, state in _ENDED_WELL


def _render(channel: SocketChannel, startup: dict, dags: dict) -> tuple[int, bool]:
    from airflow.sdk.execution_time.runner import render_try
    from gale.native import rendered_native_fields

    try:
        task = _find_task(dags, startup)
        fields = rendered_native_fields(render_try(startup, task), is_mapped=task.is_mapped)
    except Exception as error:
        log.error("%s: %s", type(error).__name__, error, exc_info=True)
        return 1, False
    channel.request({"type": "RenderedTemplate", "fields": fields})
    return 0, True


def prepare_process() -> None:
    """Once in a forked child, before its first try."""
    faulthandler.enable(file=2)


def run_try_in_child(mode: str, descriptors: list[int], dags: dict) -> tuple[int, bool]:
    """Runs one try; gives the exit code and whether it ended well. Takes over stdin, stdout and stderr."""
    from airflow.sdk.execution_time import supervisor

    sock, logs = _take_descriptors(*descriptors)
    task_log.install(logs)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    channel = SocketChannel(sock)
    supervisor.set_channel(channel)
    try:
        startup = channel.startup_details()
        return (_render if mode == "render" else _run)(channel, startup, dags)
    except SupervisorGone as error:
        log.error("The try cannot go on: %s", error)
    except BaseException:
        log.exception("The task runner failed")
    finally:
        task_log.drain()
        sys.__stdout__.flush()
    return 1, False


def finish_process() -> None:
    """Once in a forked child, after its last try: it leaves by os._exit, which skips all this."""
    _run_exit_handlers()
    task_log.drain()
    sys.__stdout__.flush()
    logging.shutdown()


def run_in_child(mode: str, descriptors: list[int], dags: dict) -> int:
    """Runs one try in a forked child that ends with it, and gives the exit code."""
    prepare_process()
    code, _ = run_try_in_child(mode, descriptors, dags)
    finish_process()
    return code


def _run_exit_handlers() -> None:
    """What the task registered with atexit."""
    import atexit

    try:
        atexit._run_exitfuncs()
    except BaseException:
        log.exception("An atexit function of the task failed")
