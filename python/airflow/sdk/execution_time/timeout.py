"""A time limit by SIGALRM."""

from __future__ import annotations

import contextlib
import signal

from airflow.sdk.exceptions import AirflowTaskTimeout
from airflow.sdk.execution_time.interrupts import interrupt


@contextlib.contextmanager
def timeout(seconds: float, error_message: str = "Timeout"):
    """Raises AirflowTaskTimeout inside the block after `seconds`. Main thread only."""

    def on_alarm(signum, frame):
        interrupt(AirflowTaskTimeout(f"{error_message} after {seconds} seconds"))

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
