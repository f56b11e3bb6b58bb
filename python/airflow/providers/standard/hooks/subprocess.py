"""SubprocessHook: runs a command, logging its output as it comes."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
from collections import namedtuple

from airflow.sdk.bases.hook import BaseHook

SubprocessResult = namedtuple("SubprocessResult", ["exit_code", "output"])


class SubprocessHook(BaseHook):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.sub_process = None

    def run_command(
        self, command: list[str], env: dict[str, str] | None = None, output_encoding: str = "utf-8",
        cwd: str | None = None,
    ) -> SubprocessResult:  # fmt: skip
        """Exit code and last line of the output (stdout and stderr). The command gets a process group of its own."""
        import ctypes
        import subprocess

        prctl = ctypes.CDLL(None).prctl
        pr_set_pdeathsig = 1

        def reset_signals():
            for name in ("SIGPIPE", "SIGXFZ", "SIGXFSZ"):
                if hasattr(signal, name):
                    signal.signal(getattr(signal, name), signal.SIG_DFL)
            os.setsid()
            prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)  # a killed try leaves no command behind

        with contextlib.ExitStack() as stack:
            if cwd is None:
                cwd = stack.enter_context(tempfile.TemporaryDirectory(prefix="airflowtmp"))
            self.log.info("Running command: %s", command)
            self.sub_process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=cwd, preexec_fn=reset_signals,
                env=env if env is not None else os.environ,
            )  # fmt: skip
            self.log.info("Output:")
            line = ""
            for raw in iter(self.sub_process.stdout.readline, b""):
                line = raw.decode(output_encoding, errors="backslashreplace").rstrip()
                self.log.info("%s", line)
            self.sub_process.wait()
            code = self.sub_process.returncode
            self.log.info("Command exited with return code %s", code)
        return SubprocessResult(exit_code=code, output=line)

    def send_sigterm(self) -> None:
        if self.sub_process is not None and self.sub_process.poll() is None:
            self.log.info("Sending SIGTERM signal to process group")
            with contextlib.suppress(ProcessLookupError):
                os.killpg(os.getpgid(self.sub_process.pid), signal.SIGTERM)
