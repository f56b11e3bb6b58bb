"""FileSensor: waits until a file, or a match of a glob, is there."""

from __future__ import annotations

import glob
import os

from airflow.sdk.bases.sensor import BaseSensorOperator
from airflow.sdk.definitions.connection import Connection
from airflow.sdk.exceptions import AirflowNotFoundException


class FileSensor(BaseSensorOperator):
    template_fields = ("filepath", "fs_conn_id")
    ui_color = "#91818a"

    def __init__(self, *, filepath, fs_conn_id="fs_default", recursive=False, deferrable=False, **kwargs):
        super().__init__(**kwargs)
        self.filepath = filepath
        self.fs_conn_id = fs_conn_id
        self.recursive = recursive

    @property
    def path(self) -> str:
        try:
            base = Connection.get(self.fs_conn_id).extra_dejson.get("path", "")
        except AirflowNotFoundException:
            if self.fs_conn_id != "fs_default":
                raise
            base = ""
        return os.path.join(base, str(self.filepath))

    def poke(self, context) -> bool:
        self.log.info("Poking for file %s", self.path)
        for path in glob.glob(self.path, recursive=self.recursive):
            if os.path.isfile(path):
                self.log.info("Found File %s", path)
                return True
            if any(files for _, _, files in os.walk(path)):
                return True
        return False
