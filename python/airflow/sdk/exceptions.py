"""Exceptions a DAG file may raise or catch. `airflow.exceptions` offers the same names."""

from __future__ import annotations


class AirflowException(Exception):
    """Base of the errors that a DAG file or a task can cause."""

    status_code = 500


class AirflowNotFoundException(AirflowException):
    """What was asked for does not exist."""

    status_code = 404


class AirflowBadRequest(AirflowException):
    status_code = 400


class AirflowConfigException(AirflowException):
    """A setting is missing or cannot be used."""


class AirflowRuntimeError(AirflowException):
    """The supervisor refused a request; `error` is its code, `detail` what it says about it."""

    def __init__(self, error: str, detail: object = None):
        self.error = error
        self.detail = detail
        super().__init__(f"{error}: {detail}" if detail else error)


class VariableNotFoundError(AirflowRuntimeError, KeyError):
    """A variable does not exist. Also a KeyError, which is what Airflow 1 and 2 raised."""

    def __str__(self) -> str:
        return str(self.args[0])


class UnsupportedByGale(AirflowException):
    """The file uses a part of Airflow that this version of Gale does not run."""


# --- how a task ends ---------------------------------------------------------------------------------


class AirflowSkipException(AirflowException):
    """Raise it in a task: the try ends as skipped."""


class AirflowFailException(AirflowException):
    """Raise it in a task: the try ends as failed, without a retry."""


class AirflowSensorTimeout(AirflowException):
    """A sensor waited longer than its `timeout`: failed, without a retry."""


class AirflowRescheduleException(AirflowException):
    """The try gives its slot back and is started again at `reschedule_date`."""

    def __init__(self, reschedule_date):
        super().__init__()
        self.reschedule_date = reschedule_date


class AirflowTaskTimeout(BaseException):
    """`execution_timeout` passed. No Exception, so that a task's `except Exception` does not eat it."""


class AirflowTaskTerminated(BaseException):
    """The try was told to stop."""


class DownstreamTasksSkipped(AirflowException):
    """A branch or short circuit names the tasks to skip; its own try succeeds."""

    def __init__(self, *, tasks):
        super().__init__()
        self.tasks = list(tasks)


class DagRunTriggerException(AirflowException):
    """TriggerDagRunOperator asks the runner to trigger another DAG."""

    def __init__(self, **request):
        super().__init__(f"trigger {request.get('trigger_dag_id')}")
        self.__dict__.update(request)


class TaskDeferred(BaseException):
    """A task wants to wait in a triggerer."""

    def __init__(self, *, trigger=None, method_name="execute_complete", kwargs=None, timeout=None):
        super().__init__()
        self.trigger = trigger
        self.method_name = method_name
        self.kwargs = kwargs
        self.timeout = timeout


class TaskDeferralError(AirflowException):
    pass


class TaskDeferralTimeout(AirflowException):
    pass


# --- errors of a DAG file ----------------------------------------------------------------------------


class AirflowDagCycleException(AirflowException):
    pass


class AirflowDagDuplicatedIdException(AirflowException):
    pass


class AirflowTimetableInvalid(AirflowException):
    pass


class DuplicateTaskIdFound(AirflowException):
    pass


class TaskAlreadyInTaskGroup(AirflowException):
    def __init__(self, task_id: str, existing_group_id: str | None, new_group_id: str):
        where = f"task group {existing_group_id!r}" if existing_group_id else "the root of the DAG"
        super().__init__(f"task {task_id!r} is already in {where}; it cannot also be in {new_group_id!r}")


class FailFastDagInvalidTriggerRule(AirflowException):
    pass


class ParamValidationError(AirflowException):
    pass


class DagNotFound(AirflowNotFoundException):
    pass


class TaskNotFound(AirflowNotFoundException):
    pass


class TaskInstanceNotFound(AirflowNotFoundException):
    pass


class DagRunNotFound(AirflowNotFoundException):
    pass


class DagRunAlreadyExists(AirflowBadRequest):
    pass


class XComNotFound(AirflowException):
    def __init__(self, dag_id: str, task_id: str, key: str):
        super().__init__(f"no XCom {key!r} of task {task_id!r} in DAG {dag_id!r}")
        self.dag_id, self.task_id, self.key = dag_id, task_id, key


class XComForMappingNotPushed(TypeError):
    """A task that others are mapped over returned nothing."""

    def __str__(self) -> str:
        return "the task returned nothing, and others are mapped over what it returns"


class UnmappableXComTypePushed(TypeError):
    """A task that others are mapped over returned something that is neither a sequence nor a dict."""

    def __init__(self, value, *values):
        super().__init__(value, *values)

    def __str__(self) -> str:
        kind = type(self.args[0]).__qualname__
        return f"the task returned {kind}, and others are mapped over it: return a list, a tuple or a dict"


class UnmappableXComLengthPushed(AirflowException):
    """A task that others are mapped over returned more elements than [core] max_map_length."""


class AirflowInactiveAssetInInletOrOutletException(AirflowException):
    pass


class DeserializingResultError(ValueError):
    pass


class AirflowOptionalProviderFeatureException(AirflowException):
    pass


class NodeNotFound(AirflowNotFoundException):
    pass


# --- warnings ----------------------------------------------------------------------------------------


class RemovedInAirflow3Warning(DeprecationWarning):
    pass


class RemovedInAirflow4Warning(DeprecationWarning):
    pass


class AirflowProviderDeprecationWarning(DeprecationWarning):
    pass


class DeprecatedImportWarning(FutureWarning):
    """The name was imported from a module of an older Airflow."""


class LegacyArgumentWarning(FutureWarning):
    """An argument of an older Airflow was translated or dropped."""
