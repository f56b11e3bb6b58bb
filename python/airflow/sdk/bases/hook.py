"""BaseHook: the base of classes that talk to another system."""

from __future__ import annotations

import logging

from airflow.sdk.definitions.connection import Connection


class BaseHook:
    def __init__(self, logger_name: str | None = None):
        self._logger_name = logger_name

    @property
    def log(self) -> logging.Logger:
        cls = type(self)
        suffix = getattr(self, "_logger_name", None) or f"{cls.__module__}.{cls.__name__}"
        return logging.getLogger(f"airflow.task.hooks.{suffix}")

    @classmethod
    def get_connection(cls, conn_id: str) -> Connection:
        return Connection.get(conn_id)

    @classmethod
    def get_connections(cls, conn_id: str) -> list[Connection]:
        return [cls.get_connection(conn_id)]

    @classmethod
    def get_hook(cls, conn_id: str, hook_params: dict | None = None):
        return cls.get_connection(conn_id).get_hook(hook_params=hook_params)

    def get_conn(self):
        raise NotImplementedError(f"{type(self).__name__} has no get_conn()")
