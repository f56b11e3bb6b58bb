"""The Airflow names that DAG files import, in Gale's own implementation.

Old module names (1.10 and 2.x) are in redirects.py. Nothing here needs the gale binary.
"""

from __future__ import annotations

__path__ = __import__("pkgutil").extend_path(__path__, __name__)
__version__ = "3.3.2"

from airflow import redirects as _redirects

_redirects.install()

_NAMES = {
    "DAG": "airflow.sdk.definitions.dag",
    "XComArg": "airflow.sdk.definitions.xcom_arg",
    "Asset": "airflow.sdk.definitions.asset",
    "Dataset": "airflow.sdk.definitions.asset",
    "AirflowException": "airflow.sdk.exceptions",
}


def __getattr__(name: str):
    if name in _NAMES:
        import importlib

        return getattr(importlib.import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'airflow' has no attribute {name!r}")
