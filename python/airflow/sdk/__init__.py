"""The authoring API. Names are imported on first use, so that a DAG file pays for what it uses."""

from __future__ import annotations

import importlib

_D = "airflow.sdk.definitions."
_B = "airflow.sdk.bases."
_NAMES = {
    "DAG": _D + "dag",
    "dag": _D + "dag",
    "task": _D + "decorators",
    "setup": _D + "decorators",
    "teardown": _D + "decorators",
    "task_group": _D + "decorators",
    "TaskGroup": _D + "taskgroup",
    "XComArg": _D + "xcom_arg",
    "literal": _D + "xcom_arg",
    "chain": _D + "edges",
    "chain_linear": _D + "edges",
    "cross_downstream": _D + "edges",
    "Label": _D + "edges",
    "EdgeModifier": _D + "edges",
    "Param": _D + "param",
    "ParamsDict": _D + "param",
    "Variable": _D + "variable",
    "Connection": _D + "connection",
    "Context": _D + "context",
    "get_current_context": _D + "context",
    "get_parsing_context": _D + "context",
    "Asset": _D + "asset",
    "AssetAlias": _D + "asset",
    "AssetAll": _D + "asset",
    "AssetAny": _D + "asset",
    "CronDataIntervalTimetable": _D + "timetables",
    "CronTriggerTimetable": _D + "timetables",
    "DeltaDataIntervalTimetable": _D + "timetables",
    "DeltaTriggerTimetable": _D + "timetables",
    "MultipleCronTriggerTimetable": _D + "timetables",
    "EventsTimetable": _D + "timetables",
    "AssetOrTimeSchedule": _D + "timetables",
    "BaseOperator": _B + "operator",
    "BaseSensorOperator": _B + "sensor",
    "PokeReturnValue": _B + "sensor",
    "BaseBranchOperator": _B + "branch",
    "BranchMixIn": _B + "branch",
    "SkipMixin": _B + "skipmixin",
    "BaseHook": _B + "hook",
    "BaseNotifier": _B + "notifier",
    "BaseOperatorLink": _B + "operatorlink",
    "BaseXCom": "airflow.sdk.execution_time.xcom",
    "XCom": "airflow.sdk.execution_time.xcom",
    "TaskInstance": "airflow.sdk.execution_time.task_instance:RuntimeTaskInstance",
    "TriggerRule": "airflow.task.trigger_rule",
    "WeightRule": "airflow.task.weight_rule",
    "TaskInstanceState": "airflow.utils.state",
    "DagRunState": "airflow.utils.state",
    "conf": "airflow.configuration",
}
_MODULES = {"exceptions", "timezone", "log", "serde"}
# Airflow has these; asking for one says that this Gale does not run it.
_NOT_YET = frozenset(
    """asset AssetWatcher AssetAccessControl Metadata ObjectStoragePath BaseAsyncOperator ResumableJobMixin result
    PartitionMapper IdentityMapper AllowedKeyMapper FixedKeyMapper ChainMapper ProductMapper FanOutMapper RollupMapper
    StartOfHourMapper StartOfDayMapper StartOfWeekMapper StartOfMonthMapper StartOfQuarterMapper StartOfYearMapper
    CronPartitionTimetable PartitionedAssetTimetable PartitionedAtRuntime RetryPolicy ExceptionRetryPolicy RetryRule
    RetryAction RetryDecision DeadlineAlert DeadlineReference AsyncCallback SyncCallback NEVER_EXPIRE lineage
    SecretCache""".split()
)
__all__ = [*_NAMES, "macros", *_MODULES]


def __getattr__(name: str):
    if name in _NAMES:
        module, _, attribute = _NAMES[name].partition(":")
        value = getattr(importlib.import_module(module), attribute or name)
    elif name == "macros":
        value = importlib.import_module("airflow.sdk.execution_time.macros")
    elif name in _MODULES:
        value = importlib.import_module(f"airflow.sdk.{name}")
    elif name in _NOT_YET:
        from airflow.sdk.exceptions import UnsupportedByGale

        raise UnsupportedByGale(f"airflow.sdk.{name} is not supported by this version of Gale")
    else:
        raise AttributeError(f"module 'airflow.sdk' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__():
    return sorted(__all__)
