"""One compose project, brought up as a user would, and asked through its REST API and the engine only."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("GALE_BUILD", ROOT / "build" / "release")) / "bin"
COMPOSE = ROOT / "deploy" / "compose" / "docker-compose.yml"
PROJECT = "galetest"
PASSWORD = "secret-for-tests"
USER = 4321  # no one's on this machine
LIMIT = 120  # seconds that anything here may take


def wait_for(what, probe, limit=LIMIT):
    """The first true value of `probe`; asks every 100 ms. Fails with `what`."""
    deadline = time.monotonic() + limit
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {limit} s")
        time.sleep(0.1)


def run(*command, check=True, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=600, check=False, **options)
    assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done


def build_images(out):
    for script in ("deploy/images/build_images.py", "pipelines/financial_news/images/build_images.py"):
        run(sys.executable, ROOT / script, "--bin", BIN, "--out", out, "--load")


def compose_command():
    """Docker's plugin where there is one, else Debian's docker-compose."""
    if run("docker", "compose", "version", check=False).returncode == 0:
        return ["docker", "compose"]
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    pytest.fail("neither `docker compose` nor docker-compose is here: apt-get install docker-compose")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Stack:
    def __init__(self, folder):
        self.folder = folder
        self.data = folder / "data"
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.token = None
        shutil.copytree(ROOT / "pipelines" / "financial_news" / "dags", folder / "dags")
        shutil.copy(Path(__file__).parent / "dags" / "deployed.py", folder / "dags")
        self.environment = folder / ".env"
        self.environment.write_text(
            f"AIRFLOW_PROJ_DIR={folder}\nAIRFLOW_UID={USER}\nGALE_API_ADDRESS=127.0.0.1:{port}\n"
            f"_AIRFLOW_WWW_USER_PASSWORD={PASSWORD}\nPOSTGRES_IMAGE=gale-postgres:latest\nGALE_WORKER_STOP_GRACE=5s\n"
            "AIRFLOW__CORE__FERNET_KEY=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\nGALE_TASKS_NETWORK=galetest-tasks\n"
            "COMPOSE_PROFILES=sample\nNEWS_FEED_URL=http://sample-feed:8081/rss.xml\n"
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION=false\n"
        )
        self.command = [*compose_command(), "-p", PROJECT, "--env-file", self.environment, "-f", COMPOSE]

    # --- the project
    def compose(self, *arguments, check=True):
        return run(*self.command, *arguments, check=check, cwd=COMPOSE.parent)

    def up(self):
        self.compose("up", "-d", "--no-build")
        wait_for("the API server", self.health)
        self.token = self.call("POST", "/auth/token", {"username": "airflow", "password": PASSWORD})["access_token"]

    def containers(self):
        """Service -> what the engine says of its container."""
        ids = run("docker", "ps", "-aq", "--filter", f"label=com.docker.compose.project={PROJECT}").stdout.split()
        described = json.loads(run("docker", "inspect", *ids).stdout) if ids else []
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in described}

    def container(self, service):
        return self.containers()[service]["Id"]

    def inside(self, service, *command, check=True):
        return run("docker", "exec", self.container(service), *command, check=check)

    def kill(self, service):
        """kill -9 of its first process: to the engine it crashed, so that the restart policy counts."""
        before = self.containers()[service]["State"]
        os.kill(before["Pid"], signal.SIGKILL)

        def is_back():
            now = self.containers()[service]["State"]
            return now["Running"] and now["StartedAt"] != before["StartedAt"]

        wait_for(f"the restart of {service}", is_back)

    def logs(self):
        return self.compose("logs", "--no-color", "--tail", "100", check=False).stdout

    # --- REST
    def call(self, method, path, body=None, accept="application/json"):
        request = urllib.request.Request(self.base + path, method=method)
        request.add_header("Content-Type", "application/json")
        request.add_header("Accept", accept)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=30) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from None
        return json.loads(text) if accept == "application/json" and text else text

    def health(self):
        try:
            return self.call("GET", "/api/v2/monitor/health")
        except (AssertionError, OSError):
            return None

    def is_healthy(self):
        health = self.health()
        return health and all(health[part]["status"] == "healthy" for part in ("metadatabase", "scheduler", "dag_processor"))

    @staticmethod
    def run_path(dag_id, run_id):
        return f"/api/v2/dags/{dag_id}/dagRuns/{urllib.parse.quote(run_id, safe='')}"

    def wait_for_dag(self, dag_id):
        def known():
            dags = self.call("GET", f"/api/v2/dags?dag_id_pattern={dag_id}")["dags"]
            return any(dag["dag_id"] == dag_id for dag in dags)

        wait_for(f"the DAG {dag_id}", known)

    def trigger(self, dag_id):
        self.wait_for_dag(dag_id)
        return self.call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None})["dag_run_id"]

    def tasks(self, dag_id, run_id):
        page = self.call("GET", self.run_path(dag_id, run_id) + "/taskInstances?limit=100")
        return {task["task_id"]: task for task in page["task_instances"]}

    def task_log(self, dag_id, run_id, task_id, try_number=1):
        path = f"{self.run_path(dag_id, run_id)}/taskInstances/{task_id}/logs/{try_number}"
        return self.call("GET", path, accept="text/plain")

    def xcom(self, dag_id, run_id, task_id):
        path = f"{self.run_path(dag_id, run_id)}/taskInstances/{task_id}/xcomEntries/return_value?deserialize=true"
        return self.call("GET", path)["value"]

    def finish(self, dag_id, run_id):
        """The run's final state; survives an API server that is away."""

        def ended():
            try:
                state = self.call("GET", self.run_path(dag_id, run_id))["state"]
            except (AssertionError, OSError):
                return None
            return state if state in ("success", "failed") else None

        return wait_for(f"the end of {dag_id} {run_id}", ended)
