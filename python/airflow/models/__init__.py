"""Classes under their Airflow 1 and 2 module name, imported on first use."""

from __future__ import annotations

import importlib

_NAMES = {
    "DAG": "airflow.sdk.definitions.dag:DAG",
    "BaseOperator": "airflow.sdk.bases.operator:BaseOperator",
    "BaseOperatorLink": "airflow.sdk.bases.operatorlink:BaseOperatorLink",
    "SkipMixin": "airflow.sdk.bases.skipmixin:SkipMixin",
    "Variable": "airflow.sdk.definitions.variable:Variable",
    "Connection": "airflow.sdk.definitions.connection:Connection",
    "Param": "airflow.sdk.definitions.param:Param",
    "ParamsDict": "airflow.sdk.definitions.param:ParamsDict",
    "MappedOperator": "airflow.sdk.definitions.mappedoperator:MappedOperator",
    "XComArg": "airflow.sdk.definitions.xcom_arg:XComArg",
    "XCom": "airflow.sdk.execution_time.xcom:XCom",
    "XCOM_RETURN_KEY": "airflow.sdk.execution_time.xcom:XCOM_RETURN_KEY",
    "TaskInstance": "airflow.sdk.execution_time.task_instance:RuntimeTaskInstance",
    "DagRun": "airflow.sdk.execution_time.context:DagRun",
    "ID_LEN": "airflow.sdk.definitions.ids:MAX_LENGTH",
}
__all__ = list(_NAMES)


def __getattr__(name: str):
    if name not in _NAMES:
        raise AttributeError(f"module 'airflow.models' has no attribute {name!r}")
    module, _, attribute = _NAMES[name].partition(":")
    return getattr(importlib.import_module(module), attribute)
