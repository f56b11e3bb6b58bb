"""The seam between a task and whoever runs it: requests out, answers back.

A channel has `request(body: dict) -> dict | None`. In a worker it is a socket to the C++ core (gale.comms), in
`dag.test()` an object of this process (local_run.py), and while a DAG file is parsed there is none.
"""

from __future__ import annotations

from airflow.sdk.exceptions import AirflowRuntimeError

_channel = None


def set_channel(channel):
    """Makes `channel` the current one (None: none) and gives back the one before."""
    global _channel
    before, _channel = _channel, channel
    return before


def has_channel() -> bool:
    return _channel is not None


def request(type_: str, **fields):
    """Sends one request; AirflowRuntimeError when there is no supervisor, or it answers with an error."""
    if _channel is None:
        raise AirflowRuntimeError("NO_SUPERVISOR", f"{type_} needs a running task; there is none here")
    answer = _channel.request({"type": type_, **fields})
    if answer is not None and answer.get("type") == "ErrorResponse":
        raise AirflowRuntimeError(answer.get("error", "GENERIC_ERROR"), answer.get("detail"))
    return answer


def tell(type_: str, **fields) -> None:
    """As request(), if there is a supervisor; otherwise nothing."""
    if _channel is not None:
        request(type_, **fields)
