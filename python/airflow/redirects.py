"""Module names of Airflow 1.10 and 2.x, and where their contents live now.

A name of MOVED can be imported as a module; its attributes come from the modules on the right, the first that has
them, with a DeprecatedImportWarning. RENAMED maps single names. A name of GONE raises ModuleNotFoundError that says
what to use. Real modules, and providers a user has installed, come before this table.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import sys
import types

_OP = "airflow.providers.standard.operators."
_SE = "airflow.providers.standard.sensors."
_HO = "airflow.providers.standard.hooks."

MOVED: dict[str, tuple[str, ...]] = {
    # operators
    "airflow.operators": (),
    "airflow.operators.python": (_OP + "python",),
    "airflow.operators.python_operator": (_OP + "python",),
    "airflow.operators.bash": (_OP + "bash",),
    "airflow.operators.bash_operator": (_OP + "bash",),
    "airflow.operators.empty": (_OP + "empty",),
    "airflow.operators.dummy": (_OP + "empty",),
    "airflow.operators.dummy_operator": (_OP + "empty",),
    "airflow.operators.branch": ("airflow.sdk.bases.branch",),
    "airflow.operators.branch_operator": ("airflow.sdk.bases.branch",),
    "airflow.operators.latest_only": (_OP + "latest_only",),
    "airflow.operators.latest_only_operator": (_OP + "latest_only",),
    "airflow.operators.trigger_dagrun": (_OP + "trigger_dagrun",),
    "airflow.operators.dagrun_operator": (_OP + "trigger_dagrun",),
    "airflow.operators.docker_operator": ("airflow.providers.docker.operators.docker",),
    # sensors
    "airflow.sensors": (),
    "airflow.sensors.base": ("airflow.sdk.bases.sensor",),
    "airflow.sensors.base_sensor_operator": ("airflow.sdk.bases.sensor",),
    "airflow.sensors.python": (_SE + "python",),
    "airflow.sensors.bash": (_SE + "bash",),
    "airflow.sensors.filesystem": (_SE + "filesystem",),
    "airflow.sensors.date_time": (_SE + "date_time",),
    "airflow.sensors.date_time_sensor": (_SE + "date_time",),
    "airflow.sensors.time_delta": (_SE + "time_delta",),
    "airflow.sensors.time_delta_sensor": (_SE + "time_delta",),
    "airflow.sensors.time_sensor": (_SE + "time",),
    "airflow.contrib": (),
    "airflow.contrib.sensors": (),
    "airflow.contrib.sensors.file_sensor": (_SE + "filesystem",),
    "airflow.contrib.sensors.python_sensor": (_SE + "python",),
    # hooks
    "airflow.hooks": (),
    "airflow.hooks.base": ("airflow.sdk.bases.hook",),
    "airflow.hooks.base_hook": ("airflow.sdk.bases.hook",),
    "airflow.hooks.subprocess": (_HO + "subprocess",),
    # models
    "airflow.models.dag": ("airflow.sdk.definitions.dag", "airflow.sdk.definitions.contextmanager"),
    "airflow.models.baseoperator": ("airflow.sdk.bases.operator", "airflow.sdk.definitions.edges"),
    "airflow.models.abstractoperator": ("airflow.sdk.bases.operator",),
    "airflow.models.operator": ("airflow.sdk.bases.operator",),
    "airflow.models.baseoperatorlink": ("airflow.sdk.bases.operatorlink",),
    "airflow.models.skipmixin": ("airflow.sdk.bases.skipmixin",),
    "airflow.models.xcom_arg": ("airflow.sdk.definitions.xcom_arg", "airflow.sdk.definitions.mapped_xcom"),
    "airflow.models.mappedoperator": ("airflow.sdk.definitions.mappedoperator",),
    "airflow.models.expandinput": ("airflow.sdk.definitions._internal.expandinput",),
    "airflow.models.xcom": ("airflow.sdk.execution_time.xcom",),
    "airflow.models.param": ("airflow.sdk.definitions.param",),
    "airflow.models.variable": ("airflow.sdk.definitions.variable",),
    "airflow.models.connection": ("airflow.sdk.definitions.connection",),
    "airflow.models.taskinstance": ("airflow.sdk.execution_time.task_instance", "airflow.sdk.definitions.context"),
    "airflow.models.dagrun": ("airflow.sdk.execution_time.context",),
    "airflow.models.taskmixin": ("airflow.sdk.definitions.edges",),
    # decorators, macros, notifications, serialization
    "airflow.decorators.python": ("airflow.providers.standard.decorators.python",),
    "airflow.decorators.bash": ("airflow.providers.standard.decorators.bash",),
    "airflow.decorators.branch_python": ("airflow.providers.standard.decorators.branch_python",),
    "airflow.decorators.short_circuit": ("airflow.providers.standard.decorators.short_circuit",),
    "airflow.decorators.task_group": ("airflow.sdk.definitions.decorators",),
    "airflow.decorators.base": ("airflow.sdk.bases.decorator",),
    "airflow.macros": ("airflow.sdk.execution_time.macros",),
    "airflow.notifications": (),
    "airflow.notifications.basenotifier": ("airflow.sdk.bases.notifier",),
    "airflow.serialization": (),
    "airflow.serialization.serde": ("airflow.sdk.serde",),
    "airflow.datasets": ("airflow.sdk.definitions.asset",),
    "airflow.sdk.bases.xcom": ("airflow.sdk.execution_time.xcom",),
    # timetables
    "airflow.timetables": (),
    "airflow.timetables.base": ("airflow.sdk.definitions.timetables",),
    "airflow.timetables.simple": ("airflow.sdk.definitions.timetables",),
    "airflow.timetables.interval": ("airflow.sdk.definitions.timetables",),
    "airflow.timetables.trigger": ("airflow.sdk.definitions.timetables",),
    "airflow.timetables.events": ("airflow.sdk.definitions.timetables",),
    "airflow.timetables.assets": ("airflow.sdk.definitions.timetables",),
    "airflow.timetables.datasets": ("airflow.sdk.definitions.timetables",),
    # utils
    "airflow.utils.timezone": ("airflow.sdk.timezone",),
    "airflow.utils.task_group": ("airflow.sdk.definitions.taskgroup",),
    "airflow.utils.mixins": ("airflow.sdk.definitions.xcom_arg",),
    "airflow.utils.trigger_rule": ("airflow.task.trigger_rule",),
    "airflow.utils.weight_rule": ("airflow.task.weight_rule",),
    "airflow.utils.edgemodifier": ("airflow.sdk.definitions.edges",),
    "airflow.utils.context": ("airflow.sdk.definitions.context",),
    "airflow.utils.dag_parsing_context": ("airflow.sdk.definitions.context",),
    "airflow.utils.operator_helpers": ("airflow.sdk.execution_time.callables",),
    "airflow.utils.timeout": ("airflow.sdk.execution_time.timeout",),
    "airflow.utils.xcom": ("airflow.sdk.execution_time.xcom",),
    "airflow.utils.log.secrets_masker": ("airflow.sdk.execution_time.secrets_masker",),
    # what provider packages import, so that one code serves several Airflows
    "airflow.providers.common": (),
    "airflow.providers.common.compat": (),
    "airflow.providers.common.compat.sdk": ("airflow.sdk", "airflow.sdk.exceptions", "airflow.sdk.definitions.context"),
    "airflow.utils.setup_teardown": ("airflow.sdk.definitions.setup_teardown",),
}

# Of those, the names that Airflow 3 still has: no warning.
CURRENT = ("airflow.timetables.", "airflow.providers.", "airflow.sdk.", "airflow.utils.edgemodifier")

# Names that are called otherwise today.
RENAMED: dict[str, dict[str, str]] = {
    "airflow.operators.dummy": {"DummyOperator": _OP + "empty:EmptyOperator"},
    "airflow.operators.dummy_operator": {"DummyOperator": _OP + "empty:EmptyOperator"},
    "airflow.models.taskinstance": {
        "TaskInstance": "airflow.sdk.execution_time.task_instance:RuntimeTaskInstance"
    },
    "airflow.timetables.base": {
        "DataInterval": "airflow.timetables_base:DataInterval",
        "DagRunInfo": "airflow.timetables_base:DagRunInfo",
        "TimeRestriction": "airflow.timetables_base:TimeRestriction",
    },
}

GONE: dict[str, str] = {
    "airflow.operators.subdag": "SubDAGs are gone since Airflow 3; use airflow.sdk.TaskGroup",
    "airflow.operators.subdag_operator": "SubDAGs are gone since Airflow 3; use airflow.sdk.TaskGroup",
    "airflow.operators.email": "install apache-airflow-providers-smtp and use its EmailOperator",
    "airflow.operators.email_operator": "install apache-airflow-providers-smtp and use its EmailOperator",
    "airflow.operators.sql": "install apache-airflow-providers-common-sql",
    "airflow.hooks.dbapi": "install apache-airflow-providers-common-sql",
    "airflow.sensors.external_task": "ExternalTaskSensor is not supported by this version of Gale",
    "airflow.sensors.external_task_sensor": "ExternalTaskSensor is not supported by this version of Gale",
    "airflow.www": "the web page is Gale's own",
}


class _MovedModule(types.ModuleType):
    """Finds its attributes in the modules that its contents moved to."""

    def __getattr__(self, name: str):
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        old = self.__name__
        if name == "__all__":
            return [n for target in MOVED[old] for n in dir(importlib.import_module(target)) if n[0] != "_"]
        where = RENAMED.get(old, {}).get(name)
        value = _attribute(where) if where else _first_with(MOVED[old], name)
        if value is None:
            raise AttributeError(f"module {old!r} has no attribute {name!r}")
        if not old.startswith(CURRENT):
            _warn(old, name, where or MOVED[old][0])
        return value

    def __dir__(self):
        return self.__getattr__("__all__")


def _attribute(where: str):
    module, _, name = where.partition(":")
    return getattr(importlib.import_module(module), name)


def _first_with(targets: tuple[str, ...], name: str):
    for target in targets:
        value = getattr(importlib.import_module(target), name, None)
        if value is not None:
            return value
    return None  # _MovedModule makes it an AttributeError


def _warn(old: str, name: str, new: str) -> None:
    import warnings

    from airflow.sdk.exceptions import DeprecatedImportWarning

    text = f"{old}.{name} has moved: import it from {new.partition(':')[0]}"
    warnings.warn(text, DeprecatedImportWarning, stacklevel=3)


class _Finder:
    """Last on sys.meta_path: serves the old names that no file serves."""

    @staticmethod
    def find_spec(name: str, path=None, target=None):
        if not name.startswith("airflow."):
            return None
        if name in MOVED:
            is_package = not MOVED[name] or any(other.startswith(name + ".") for other in MOVED)
            return importlib.machinery.ModuleSpec(name, _Finder, is_package=is_package)
        hint = GONE.get(name)
        if hint is None and name.startswith("airflow.contrib."):
            hint = "airflow.contrib is gone since Airflow 2; its contents moved to the provider packages"
        if hint is None and name.startswith("airflow.providers.") and name.count(".") == 2:
            package = name.split(".")[2].replace("_", "-")
            hint = f"install it with: pip install --no-deps apache-airflow-providers-{package}"
        if hint is not None:
            raise ModuleNotFoundError(f"No module named {name!r}: {hint}", name=name)
        return None

    @staticmethod
    def create_module(spec):
        return _MovedModule(spec.name)

    @staticmethod
    def exec_module(module) -> None:
        pass


def install() -> None:
    if _Finder not in sys.meta_path:
        sys.meta_path.append(_Finder)
