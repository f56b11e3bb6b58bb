"""Sensors: tasks that wait until something is so."""

from __future__ import annotations

import hashlib
import time
from datetime import datetime, timedelta, timezone

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.bases.skipmixin import SkipMixin
from airflow.sdk.exceptions import (
    AirflowException,
    AirflowFailException,
    AirflowRescheduleException,
    AirflowSensorTimeout,
    AirflowSkipException,
    AirflowTaskTimeout,
)


class PokeReturnValue:
    """What `poke` may return: whether it is done, and a value to push as XCom."""

    def __init__(self, is_done: bool, xcom_value=None):
        self.is_done = is_done
        self.xcom_value = xcom_value

    def __bool__(self) -> bool:
        return self.is_done


def _seconds(value, name: str, task_id) -> float:
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if not isinstance(value, (int, float)) or value < 0:
        raise AirflowException(f"task {task_id!r}: {name} must be a non-negative number or timedelta, got {value!r}")
    return value


class BaseSensorOperator(SkipMixin, BaseOperator):
    """Subclasses write `poke(context)`, asked every `poke_interval` seconds until true or `timeout` seconds are over.

    Mode `poke` keeps the slot while it waits; mode `reschedule` gives it back between two pokes.
    """

    ui_color = "#e6f1f2"
    inherits_from_skipmixin = False
    valid_modes = ("poke", "reschedule")

    def __init__(
        self,
        *,
        poke_interval: timedelta | float = 60,
        timeout: timedelta | float = 7 * 24 * 3600,
        soft_fail: bool = False,
        mode: str = "poke",
        exponential_backoff: bool = False,
        max_wait: timedelta | float | None = None,
        silent_fail: bool = False,
        never_fail: bool = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.poke_interval = _seconds(poke_interval, "poke_interval", self.task_id)
        self.timeout = _seconds(timeout, "timeout", self.task_id)
        self.soft_fail = soft_fail
        self.exponential_backoff = exponential_backoff
        self.max_wait = None if max_wait is None else _seconds(max_wait, "max_wait", self.task_id)
        self.silent_fail = silent_fail
        self.never_fail = never_fail
        if mode not in self.valid_modes:
            raise AirflowException(f"task {self.task_id!r}: mode must be one of {self.valid_modes}, got {mode!r}")
        if soft_fail and never_fail:
            raise ValueError(f"task {self.task_id!r}: soft_fail and never_fail cannot both be set")
        self.mode = mode

    @property
    def reschedule(self) -> bool:
        return self.mode == "reschedule"

    def poke(self, context) -> bool | PokeReturnValue:
        raise NotImplementedError(f"{self.task_type} of task {self.task_id!r} has no poke(context)")

    def execute(self, context):
        ti = context["ti"]
        started = time.monotonic()
        first = ti.get_first_reschedule_date(context) if self.reschedule else None
        poke_number = 1
        if self.reschedule:
            poke_number = (context.get("task_reschedule_count") or 0) + 1

        def waited() -> float:
            if first is not None:
                return (datetime.now(timezone.utc) - first).total_seconds()
            return time.monotonic() - started

        while True:
            done = self._poke_once(context)
            if done:
                self.log.info("Success criteria met. Exiting.")
                return done.xcom_value if isinstance(done, PokeReturnValue) else None
            if waited() > self.timeout:
                text = (
                    f"Sensor has timed out; run duration of {waited():.1f} seconds exceeds the specified "
                    f"timeout of {self.timeout}."
                )
                if self.soft_fail or self.never_fail:
                    raise AirflowSkipException(text)
                raise AirflowSensorTimeout(text)
            interval = self._next_interval(poke_number, waited())
            if self.reschedule:
                raise AirflowRescheduleException(datetime.now(timezone.utc) + timedelta(seconds=interval))
            time.sleep(interval)
            poke_number += 1

    def _poke_once(self, context):
        try:
            return self.poke(context)
        except (AirflowSkipException, AirflowRescheduleException, AirflowTaskTimeout):
            raise
        except (AirflowSensorTimeout, AirflowFailException) as error:
            if self.soft_fail or self.never_fail:
                raise AirflowSkipException("Skipping due to soft_fail is set to True.") from error
            raise
        except Exception as error:
            if self.silent_fail:
                self.log.exception("Sensor poke failed, trying again")
                return False
            if self.never_fail:
                raise AirflowSkipException("Skipping due to never_fail is set to True.") from error
            raise

    def _next_interval(self, poke_number: int, waited: float) -> float:
        """Seconds to the next poke; with back-off doubled each time, jittered by the task's identity."""
        interval = self.poke_interval
        if self.exponential_backoff:
            base = max(1, int(interval * 2 ** (poke_number - 2)))
            digest = hashlib.sha1(f"{self.dag_id}#{self.task_id}#{poke_number}".encode()).hexdigest()
            interval = min(base + int(digest, 16) % base, max(self.timeout - int(waited), 0))
        if self.max_wait is not None:
            interval = min(interval, self.max_wait)
        return interval


def poke_mode_only(cls):
    """Class decorator: the sensor cannot be rescheduled."""
    init = cls.__init__

    def checked(self, *args, **kwargs):
        if kwargs.get("mode", "poke") != "poke":
            raise ValueError(f"{cls.__name__} can only be used in mode 'poke', not {kwargs['mode']!r}")
        init(self, *args, **kwargs)

    cls.__init__ = checked
    return cls
