"""`dag`, `task`, `task_group`, `setup`, `teardown` under their Airflow 2 module name."""

from airflow.sdk.definitions.dag import dag  # noqa: F401
from airflow.sdk.definitions.decorators import setup, task, task_group, teardown  # noqa: F401

python_task = task
