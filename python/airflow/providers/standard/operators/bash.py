"""BashOperator: runs a command or a script in bash."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Container

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowSkipException


class BashOperator(BaseOperator):
    """Exit code 0 is success, one in `skip_on_exit_code` skips the task, others fail it.

    The last line of the output is the task's result. A `bash_command` that ends in .sh or .bash names a template file.
    `env` replaces the environment, with `append_env` it adds to it. Without `cwd` it runs in a temporary folder.
    """

    template_fields = ("bash_command", "env", "cwd")
    template_fields_renderers = {"bash_command": "bash", "env": "json"}
    template_ext = (".sh", ".bash")
    ui_color = "#f0ede4"

    def __init__(
        self,
        *,
        bash_command: str,
        env: dict[str, str] | None = None,
        append_env: bool = False,
        output_encoding: str = "utf-8",
        skip_on_exit_code: int | Container[int] | None = 99,
        cwd: str | None = None,
        output_processor: Callable[[str], object] | None = None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.bash_command = bash_command
        self.env = env
        self.append_env = append_env
        self.output_encoding = output_encoding
        if skip_on_exit_code is None:
            self.skip_on_exit_code = []
        elif isinstance(skip_on_exit_code, Container):
            self.skip_on_exit_code = skip_on_exit_code
        else:
            self.skip_on_exit_code = [skip_on_exit_code]
        self.cwd = cwd
        self.output_processor = output_processor
        self._process = None

    def get_env(self, context) -> dict[str, str]:
        from airflow.sdk.execution_time.context import context_to_env

        if self.env is None:
            env = dict(os.environ)
        else:
            env = {**os.environ, **self.env} if self.append_env else dict(self.env)
        env.update(context_to_env(context))
        return env

    def execute(self, context):
        from airflow.providers.standard.hooks.subprocess import SubprocessHook

        if self.cwd is not None and not os.path.isdir(self.cwd):
            what = "must be a directory" if os.path.exists(self.cwd) else "does not exist"
            raise AirflowException(f"task {self.task_id!r}: the cwd {self.cwd} {what}")
        self._process = SubprocessHook()
        bash = shutil.which("bash") or "bash"
        env = self.get_env(context)
        if not self.bash_command.endswith(tuple(self.template_ext)):
            result = self._run([bash, "-c", self.bash_command], env, self.cwd)
        else:
            with tempfile.TemporaryDirectory(prefix="airflowtmp") as folder:
                with tempfile.NamedTemporaryFile("w", dir=self.cwd or folder, suffix=".sh") as script:
                    script.write(self.bash_command)
                    script.flush()
                    result = self._run([bash, os.path.basename(script.name)], env, self.cwd or folder)
        if result.exit_code in self.skip_on_exit_code:
            raise AirflowSkipException(f"Bash command returned exit code {result.exit_code}. Skipping.")
        if result.exit_code != 0:
            raise AirflowException(
                f"Bash command failed. The command returned a non-zero exit code {result.exit_code}."
            )
        return self.output_processor(result.output) if self.output_processor else result.output

    def _run(self, command: list[str], env: dict[str, str], cwd: str | None):
        return self._process.run_command(command, env=env, output_encoding=self.output_encoding, cwd=cwd)

    def on_kill(self) -> None:
        if self._process is not None:
            self._process.send_sigterm()
