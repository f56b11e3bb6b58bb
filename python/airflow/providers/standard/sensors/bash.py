"""BashSensor: waits until a command exits with 0."""

from __future__ import annotations

from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.sdk.bases.sensor import BaseSensorOperator
from airflow.sdk.exceptions import AirflowFailException


class BashSensor(BaseSensorOperator):
    template_fields = ("bash_command", "env")

    def __init__(self, *, bash_command, env=None, output_encoding="utf-8", retry_exit_code=None, **kwargs):
        super().__init__(**kwargs)
        self.bash_command = bash_command
        self.env = env
        self.output_encoding = output_encoding
        self.retry_exit_code = retry_exit_code

    def poke(self, context) -> bool:
        command = ["bash", "-c", self.bash_command]
        code = SubprocessHook().run_command(command, env=self.env, output_encoding=self.output_encoding).exit_code
        if code == 0:
            return True
        if self.retry_exit_code is None or code == self.retry_exit_code:
            return False
        raise AirflowFailException(f"Command exited with code {code}, which retry_exit_code does not name")
