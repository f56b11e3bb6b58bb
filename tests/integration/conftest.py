"""Drives the real binary, through its command line and REST API only."""

import atexit
import contextlib
import functools
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("GALE_BUILD", ROOT / "build" / "release")) / "bin"
GALE = BIN / "gale"
PASSWORD = "secret-for-tests"
LIMIT = 30  # seconds that anything here may take


def wait_for(what, probe, limit=LIMIT):
    """The first true value of `probe`; asks every 10 ms. Fails with `what`."""
    deadline = time.monotonic() + limit
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {limit} s")
        time.sleep(0.01)


def find_faketime():
    """What LD_PRELOAD takes to move a process's clock."""
    found = [*Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")]
    assert found, "there is no libfaketimeMT: install faketime (deps/apt.txt)"
    return str(found[0])


def start_postgres():
    """A server of this test program's own, and a function that makes an empty database in it; gone with the program."""
    folder = Path(tempfile.mkdtemp(prefix="gale_pg_", dir="/tmp"))
    script = ROOT / "tests" / "postgres_server.py"
    subprocess.run([sys.executable, script, "start", folder], check=True)
    atexit.register(lambda: subprocess.run([sys.executable, script, "stop", folder], check=False))

    def make():
        name = f"t{uuid.uuid4().hex}"
        subprocess.run(
            ["psql", "-q", "-h", folder, "-U", "gale", "-d", "postgres", "-c", f"CREATE DATABASE {name}"], check=True
        )
        return f"postgresql+psycopg2://gale:{PASSWORD}@/{name}?host={folder}"

    return make


# For tests that look into SQLite's file, or damage it.
on_sqlite = pytest.mark.skipif(os.environ.get("GALE_TEST_DATABASE") == "postgresql", reason="of SQLite's file")


@functools.cache
def new_database():
    """None: SQLite's file in the home. `GALE_TEST_DATABASE=postgresql` runs everything on PostgreSQL."""
    kind = os.environ.get("GALE_TEST_DATABASE", "sqlite")
    assert kind in ("sqlite", "postgresql"), f"GALE_TEST_DATABASE={kind}"
    return start_postgres() if kind == "postgresql" else None


class Answer(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


class Gale:
    """One AIRFLOW_HOME, with servers started and stopped in it."""

    def __init__(self, home):
        self.home = home
        self.dags = home / "dags"
        self.dags.mkdir(parents=True)
        self.servers = []
        self.base = self.token = None
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "_AIRFLOW_WWW_USER_PASSWORD": PASSWORD,
            "GALE_WORKER_LEASE": "60",
            # The suite may be run with processes that are kept, too.
            "GALE_MAX_TASKS_PER_CHILD": os.environ.get("GALE_MAX_TASKS_PER_CHILD", "1"),
            # tests/sanitize.sh's
            **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")},
        }
        if make := new_database():
            self.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = make()

    # --- files
    def write_dag(self, name, text):
        path = self.dags / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        temporary.write_text(text)
        temporary.replace(path)
        return path

    # --- processes
    def start(self, *arguments, role="standalone", **environment):
        """Starts a role on a free port, waits until it answers."""
        log = self.home / f"{role}.{len(self.servers)}.log"
        serves = role in ("standalone", "api-server")
        command = [GALE, role, *(["--port", "0", "--host", "127.0.0.1"] if serves else []), *arguments]
        process = subprocess.Popen(
            command,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.servers.append((process, log))
        if serves:
            found = wait_for("the server's start", lambda: self._listening(process, log))
            self.base = f"http://127.0.0.1:{found[1]}"
            wait_for("health", lambda: self._alive(process, log) and self.health())
            self.log_in()
        return process

    def log_in(self):
        answer = self.call("POST", "/auth/token", {"username": "admin", "password": PASSWORD}, token=None)
        self.token = answer["access_token"]

    @staticmethod
    def _alive(process, log):
        assert process.poll() is None, f"gale ended with {process.returncode}:\n{log.read_text()}"
        return True

    @staticmethod
    def _listening(process, log):
        Gale._alive(process, log)
        return re.search(r"listening on http://[\d.]+:(\d+)", log.read_text())

    def log(self):
        return "\n".join(path.read_text() for _, path in self.servers)

    def stop(self, process=None, sig=signal.SIGTERM):
        process = process or self.servers[-1][0]
        process.send_signal(sig)
        return process.wait(LIMIT)

    def worker_pid(self):
        """The process that holds run/worker.lock."""
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                environment = (folder / "environ").read_bytes()
                if words[1:2] == [b"worker"] and f"AIRFLOW_HOME={self.home}\0".encode() in environment + b"\0":
                    return int(folder.name)
        return None

    def close(self):
        for process, _ in self.servers:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
        for _ in range(2):  # the worker drains at the first, gives up its tries at the second
            pid = self.worker_pid()
            if pid:
                os.kill(pid, signal.SIGTERM)
        pid = self.worker_pid()
        if pid:
            os.kill(pid, signal.SIGKILL)

    def run(self, *arguments, check=True, **environment):
        """Runs a command to its end."""
        done = subprocess.run(
            [GALE, *arguments], env={**self.environment, **environment}, capture_output=True, text=True, timeout=60
        )
        assert not check or done.returncode == 0, f"gale {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    # --- REST
    def call(self, method, path, body=None, token=..., accept="application/json"):
        request = urllib.request.Request(self.base + path, method=method)
        request.add_header("Content-Type", "application/json")
        request.add_header("Accept", accept)
        token = self.token if token is ... else token
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=LIMIT) as answer:
                text = answer.read().decode()
                return json.loads(text) if accept == "application/json" and text else text
        except urllib.error.HTTPError as error:
            raise Answer(error.code, error.read().decode()) from None
        except http.client.HTTPException as error:  # the server was killed in the middle of its answer
            raise ConnectionError(f"{method} {path}: {error!r}") from error

    def get(self, path):
        """Status, headers and bytes, as they are."""
        request = urllib.request.Request(self.base + path)
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=LIMIT) as answer:
            return answer.status, answer.headers, answer.read()

    def health(self):
        try:
            return self.call("GET", "/api/v2/monitor/health", token=None)
        except (urllib.error.URLError, ConnectionError):
            return None

    def wait_for_dag(self, dag_id):
        def there():
            with contextlib.suppress(Answer):
                return self.call("GET", f"/api/v2/dags/{dag_id}")

        return wait_for(f"DAG {dag_id}", there)

    def trigger(self, dag_id, run_id=None, conf=None, logical_date=None):
        self.wait_for_dag(dag_id)
        body = {"logical_date": logical_date, "conf": conf or {}}
        if run_id:
            body["dag_run_id"] = run_id
        return self.call("POST", f"/api/v2/dags/{dag_id}/dagRuns", body)["dag_run_id"]

    def run_path(self, dag_id, run_id):
        return f"/api/v2/dags/{dag_id}/dagRuns/{urllib.parse.quote(run_id, safe='')}"

    def run_state(self, dag_id, run_id):
        return self.call("GET", self.run_path(dag_id, run_id))["state"]

    def tasks(self, dag_id, run_id):
        page = self.call("GET", self.run_path(dag_id, run_id) + "/taskInstances?limit=100")
        return {task["task_id"]: task for task in page["task_instances"]}

    def states(self, dag_id, run_id):
        return {name: task["state"] for name, task in self.tasks(dag_id, run_id).items()}

    def finish(self, dag_id, run_id, limit=LIMIT):
        """The run's final state."""

        def ended():
            state = self.run_state(dag_id, run_id)
            return state if state in ("success", "failed") else None

        try:
            return wait_for(f"end of {dag_id} {run_id}", ended, limit)
        except BaseException:
            print(self.states(dag_id, run_id), self.log()[-4000:])
            raise

    def task_log(self, dag_id, run_id, task_id, try_number=1):
        """The try's log as text."""
        path = f"{self.run_path(dag_id, run_id)}/taskInstances/{task_id}/logs/{try_number}"
        return self.call("GET", path, accept="text/plain")


@pytest.fixture
def gale(tmp_path):
    instance = Gale(tmp_path / "home")
    yield instance
    instance.close()


@pytest.fixture
def server(gale):
    gale.start()
    return gale
