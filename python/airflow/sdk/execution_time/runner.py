"""Runs one try: renders, executes, pushes the result, and tells the supervisor how it ended.

The order of messages is Airflow's: SetRenderedFields, then what the task asks, SetXCom(return_value), and one
terminal message. Callbacks of the end run after it.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Mapping
from datetime import datetime, timezone

from airflow.sdk.definitions.context import set_current_context
from airflow.sdk.exceptions import (
    AirflowFailException,
    AirflowRescheduleException,
    AirflowRuntimeError,
    AirflowSensorTimeout,
    AirflowSkipException,
    AirflowTaskTerminated,
    AirflowTaskTimeout,
    DagRunTriggerException,
    DownstreamTasksSkipped,
    TaskDeferred,
)
from airflow.sdk.execution_time import supervisor
from airflow.sdk.execution_time.context import context_to_env
from airflow.sdk.execution_time.map_index_label import label_after, label_after_failure, label_before
from airflow.sdk.execution_time.rendered_fields import rendered_fields
from airflow.sdk.execution_time.task_instance import RuntimeTaskInstance
from airflow.sdk.execution_time.task_mapping import checked_length, is_mapping_source, push_with_length
from airflow.sdk.execution_time.timeout import timeout
from airflow.sdk.execution_time.xcom import XCOM_RETURN_KEY, XCom

log = logging.getLogger("airflow.task")


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()


def run_callbacks(task, kind: str, context) -> None:
    """Calls the task's callbacks of one kind; what they raise is logged and changes nothing."""
    for callback in getattr(task, kind):
        try:
            callback(context)
        except Exception:
            name = getattr(callback, "__qualname__", repr(callback))
            log.exception("The %s %s of task %r failed", kind, name, task.task_id)


def _own_hook(task, name: str):
    """`pre_execute` or `post_execute`, if a subclass wrote it."""
    from airflow.sdk.bases.operator import BaseOperator

    method = getattr(task, name)
    return None if getattr(method, "__func__", None) is getattr(BaseOperator, name) else method


def _call_hook(hook, context, *args) -> None:
    if hook is not None:
        hook(context, *args)


def _execute(task, context):
    """`execute`, with its hooks, inside its time limit."""
    os.environ.update(context_to_env(context))
    _call_hook(task._pre_execute_hook, context)
    _call_hook(_own_hook(task, "pre_execute"), context)
    run_callbacks(task, "on_execute_callback", context)
    if task.execution_timeout is None:
        result = task.execute(context)
    else:
        seconds = task.execution_timeout.total_seconds()
        try:
            if seconds <= 0:
                raise AirflowTaskTimeout("execution_timeout is not positive")
            with timeout(seconds, f"task {task.task_id!r} ran into its execution_timeout"):
                result = task.execute(context)
        except AirflowTaskTimeout:
            task.on_kill()
            raise
    _call_hook(task._post_execute_hook, context, result)
    _call_hook(_own_hook(task, "post_execute"), context, result)
    return result


def _push_result(ti, result) -> None:
    value = result if ti.task.do_xcom_push else None
    length = checked_length(value) if is_mapping_source(ti) else None
    if value is None:
        return
    if ti.task.multiple_outputs:
        if not isinstance(result, Mapping):
            raise TypeError(
                f"task {ti.task_id!r} has multiple_outputs and must return a dict, "
                f"got {type(result).__name__}"
            )
        for key, value in result.items():
            if not isinstance(key, str):
                raise TypeError(f"task {ti.task_id!r} has multiple_outputs: its key {key!r} is not a string")
            ti.xcom_push(key, value)
    if length is None:
        ti.xcom_push(XCOM_RETURN_KEY, result)
    else:
        push_with_length(lambda: ti.xcom_push(XCOM_RETURN_KEY, result, _mapped_length=length), length)


def _success() -> dict:
    return {"type": "SucceedTask", "state": "success", "end_date": _now(), "task_outlets": [], "outlet_events": []}


def _ended(state: str) -> dict:
    return {"type": "TaskState", "state": state, "end_date": _now()}


def _failed_or_retry(ti, error: BaseException | None) -> dict:
    if not ti.should_retry:
        return _ended("failed")
    reason = f"{type(error).__name__}: {error}"[:500] if error is not None else None
    return {"type": "RetryTask", "state": "up_for_retry", "end_date": _now(), "retry_reason": reason}


def _trigger_dag_run(ti, wish: DagRunTriggerException) -> dict:
    log.info("Triggering DAG run %s of %s", wish.dag_run_id, wish.trigger_dag_id)
    try:
        supervisor.request(
            "TriggerDagRun",
            dag_id=wish.trigger_dag_id,
            run_id=wish.dag_run_id,
            logical_date=wish.logical_date.isoformat() if wish.logical_date else None,
            run_after=wish.run_after.isoformat() if wish.run_after else None,
            conf=wish.conf,
            reset_dag_run=wish.reset_dag_run,
            note=wish.note,
        )
    except AirflowRuntimeError as error:
        if error.error != "DAGRUN_ALREADY_EXISTS":
            raise
        if wish.skip_when_already_exists:
            log.info("The dag run exists already, and skip_when_already_exists is set: skipping")
            return _ended("skipped")
        log.error("Dag run %s of %s exists already", wish.dag_run_id, wish.trigger_dag_id)
        return _ended("failed")
    ti.xcom_push("trigger_run_id", wish.dag_run_id)
    while wish.wait_for_completion:
        log.info("Waiting for %s of %s to end", wish.dag_run_id, wish.trigger_dag_id)
        time.sleep(wish.poke_interval)
        state = ti.get_dagrun_state(wish.trigger_dag_id, wish.dag_run_id)
        if state in wish.failed_states:
            log.error("%s ended as %s", wish.trigger_dag_id, state)
            return _failed_or_retry(ti, None)
        if state in wish.allowed_states:
            log.info("%s ended as %s", wish.trigger_dag_id, state)
            break
    return _success()


def _attempt(ti: RuntimeTaskInstance, context) -> dict:
    """Runs the try and gives its terminal message, or raises what ended it."""
    for key in ti.xcom_keys_to_clear:
        XCom.delete(key=key, dag_id=ti.dag_id, task_id=ti.task_id, run_id=ti.run_id, map_index=ti.map_index)
    try:
        ti.render_templates(context)
        task = ti.task
        supervisor.request("SetRenderedFields", rendered_fields=rendered_fields(task))
        label_before(ti, context)
        try:
            result = _execute(task, context)
        except BaseException:
            label_after_failure(ti, context)
            raise
        label_after(ti, context)
    except DownstreamTasksSkipped as skip:
        supervisor.request("SkipDownstreamTasks", tasks=skip.tasks)
        return _success()
    except DagRunTriggerException as wish:
        return _trigger_dag_run(ti, wish)
    _push_result(ti, result)
    return _success()


def _outcome(ti: RuntimeTaskInstance, context) -> tuple[dict, BaseException | None]:
    """Terminal message and, for a failure, its cause. Logs what ended the try."""
    try:
        return _attempt(ti, context), None
    except AirflowSkipException as skip:
        log.info("Skipping task. %s", skip)
        return _ended("skipped"), skip
    except AirflowRescheduleException as again:
        log.info("Rescheduling task to %s", again.reschedule_date)
        moment = again.reschedule_date.isoformat()
        return {"type": "RescheduleTask", "state": "up_for_reschedule", "reschedule_date": moment,
                "end_date": _now()}, None  # fmt: skip
    except (AirflowFailException, AirflowSensorTimeout) as error:
        log.exception("Task failed with exception; it is not retried")
        return _ended("failed"), error
    except TaskDeferred as error:
        log.error("Task %r wants to defer, which this version of Gale does not support", ti.task_id)
        return _ended("failed"), error
    except SystemExit as error:
        if error.code in (None, 0):
            log.warning("Task called sys.exit(%s); that counts as a failure", error.code)
        else:
            log.error("Task exited with code %s", error.code)
        return _failed_or_retry(ti, error), error
    except AirflowTaskTerminated as error:
        log.error("Task was terminated: %s", error)
        return _failed_or_retry(ti, error), error
    except BaseException as error:
        log.exception("Task failed with exception")
        return _failed_or_retry(ti, error), error


_CALLBACKS = {
    ("SucceedTask", "success"): "on_success_callback",
    ("TaskState", "skipped"): "on_skipped_callback",
    ("TaskState", "failed"): "on_failure_callback",
    ("RetryTask", "up_for_retry"): "on_retry_callback",
}


def install_termination(ti) -> None:
    """On SIGTERM: `on_kill`, then AirflowTaskTerminated in the main thread. Forked children are left alone."""
    owner = os.getpid()

    def on_term(signum, frame):
        if os.getpid() != owner:
            os._exit(128 + signum)
        log.error("Received SIGTERM. Terminating subprocesses.")
        try:
            ti.task.on_kill()
        finally:
            raise AirflowTaskTerminated("the task received SIGTERM")

    signal.signal(signal.SIGTERM, on_term)


def run_try(startup: dict, task, *, test_mode: bool = False) -> tuple[str, BaseException | None]:
    """Runs one try of `task` (a copy of it) with the current supervisor channel.

    Gives the end state (success, skipped, failed, up_for_retry, up_for_reschedule) and what caused a failure.
    """
    task = task.prepare_for_execution()
    ti = RuntimeTaskInstance(startup, task, test_mode)
    try:
        context = ti.get_template_context()
    except Exception as error:
        log.exception("The context of task %r could not be built", ti.task_id)
        message = _failed_or_retry(ti, error)
        supervisor.request(**_as_request(message))
        return message["state"], error
    with set_current_context(context):
        if not test_mode:
            install_termination(ti)
        message, error = _outcome(ti, context)
        if ti.rendered_map_index is not None:
            message["rendered_map_index"] = ti.rendered_map_index
        ti.state = message["state"]
        ti.end_date = datetime.now(timezone.utc)
        supervisor.request(**_as_request(message))
        callbacks = _CALLBACKS.get((message["type"], message["state"]))
        if callbacks is not None and getattr(ti.task, callbacks):
            if error is not None:
                context["exception"] = error
            run_callbacks(ti.task, callbacks, context)
    return message["state"], error


def _as_request(message: dict) -> dict:
    return {"type_": message["type"], **{k: v for k, v in message.items() if k != "type"}}


def render_try(startup: dict, task) -> object:
    """The task of a try, rendered: for a mapped one, the operator of its instance."""
    task = task.prepare_for_execution()
    ti = RuntimeTaskInstance(startup, task)
    context = ti.get_template_context()
    with set_current_context(context):
        ti.render_templates(context)
        label_before(ti, context)
    return ti.task
