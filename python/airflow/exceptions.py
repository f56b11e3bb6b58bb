"""Exceptions under their old module name."""

from airflow.sdk.exceptions import *  # noqa: F401,F403
