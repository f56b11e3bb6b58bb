"""Runs financial_news once, as a user would: starts gale, triggers the DAG, shows what came of it.

    ./dev demo [--exit] [--port 8080] [--local]

With a Docker engine it runs `financial_news` in containers, without one `financial_news_local`. Without internet it serves the sample
feed. Everything that it makes is in .demo/.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PIPELINE = Path(__file__).resolve().parent
ROOT = PIPELINE.parents[1]
BIN = Path(os.environ.get("GALE_BUILD", ROOT / "build" / "release")) / "bin"
DEMO = ROOT / ".demo"
DATA = DEMO / "data"
HOME = DEMO / "airflow"
FEED_URL = "https://www.cnbc.com/id/19746125/device/rss/rss.xml"
USER, PASSWORD = "admin", "admin"
START_LIMIT, RUN_LIMIT = 30, 600  # seconds


class DemoFailed(Exception):
    """With what happened and what to do about it."""


def say(text):
    print(f"demo: {text}", flush=True)


def has_docker_engine():
    try:
        return subprocess.run(["docker", "info"], capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def has_internet():
    try:
        with urllib.request.urlopen(FEED_URL, timeout=8) as answer:
            return answer.status == 200
    except OSError:
        return False


def bridge_address():
    """The host as containers on Docker's bridge see it."""
    # Not from the network's Gateway: an engine that made the bridge itself does not tell it before its next start.
    name = '{{index .Options "com.docker.network.bridge.name"}}'
    bridge = subprocess.run(
        ["docker", "network", "inspect", "bridge", "--format", name], check=True, capture_output=True, text=True
    ).stdout.strip()
    shown = subprocess.run(
        ["ip", "-4", "-o", "address", "show", "dev", bridge], check=True, capture_output=True, text=True
    ).stdout
    found = re.search(r"inet ([\d.]+)/", shown)
    if not found:
        raise DemoFailed(f"Docker's bridge {bridge} has no IPv4 address (`ip address show {bridge}`): {shown}")
    return found[1]


def serve_sample(host):
    """Serves the sample feed on `host` in a process of its own, which may outlive the demo; the process and its URL."""
    command = [sys.executable, PIPELINE / "sample" / "serve_sample.py", "--host", host, "--port", "0"]
    errors = (DEMO / "serve_sample.log").open("w")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True)
    url = process.stdout.readline().strip()
    if not url:
        raise DemoFailed(f"the sample feed could not be served: {(DEMO / 'serve_sample.log').read_text()}")
    return process, url


def build_images():
    out = DEMO / "images"
    command = [sys.executable, PIPELINE / "images" / "build_images.py", "--bin", BIN, "--out", out, "--load"]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise DemoFailed(f"the images could not be built:\n{done.stdout}{done.stderr}")
    sizes = subprocess.run(
        ["docker", "images", "--format", "{{.Repository}}:{{.Tag}} {{.Size}}"], capture_output=True, text=True
    ).stdout
    wanted = [line for line in sizes.splitlines() if re.match(r"(data-loader|model-prediction):latest ", line)]
    say("images: " + ", ".join(wanted))


def make_folders():
    HOME.mkdir(parents=True, exist_ok=True)
    for folder in (DATA / "raw", DATA / "predict", DATA):
        folder.mkdir(parents=True, exist_ok=True)
        # The containers' user (50000, group 0) writes here, too.
        folder.chmod(0o777)


class Server:
    def __init__(self, port, feed_url):
        self.base = f"http://localhost:{port}"
        self.log_path = DEMO / "gale.log"
        environment = {
            **os.environ,
            "AIRFLOW_HOME": str(HOME),
            "AIRFLOW__CORE__DAGS_FOLDER": str(PIPELINE / "dags"),
            "_AIRFLOW_WWW_USER_USERNAME": USER,
            "_AIRFLOW_WWW_USER_PASSWORD": PASSWORD,
            "FINANCIAL_NEWS_DATA": str(DATA),
            "GALE_RESULT_FOLDERS": str(DATA),
            "GALE_FINANCIAL_NEWS_BIN": str(BIN),
        }
        if feed_url:
            environment["NEWS_FEED_URL"] = feed_url
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))
            except OSError as error:
                raise DemoFailed(f"port {port} cannot be used ({error.strerror}): stop what listens there, or use --port") from None
        self.process = subprocess.Popen(
            [BIN / "gale", "standalone", "--port", str(port)],
            env=environment,
            stdout=self.log_path.open("w"),
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.token = None

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.base + path, method=method)
        request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def wait_for(self, what, limit, probe):
        """Asks again every 100 ms until `probe` gives something."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise DemoFailed(f"gale ended while waiting for {what}:\n{self.log_path.read_text()[-2000:]}")
            try:
                found = probe()
            except (urllib.error.URLError, ConnectionError):
                found = None
            if found:
                return found
            time.sleep(0.1)
        raise DemoFailed(f"{what} did not come within {limit} s; the server's log is {self.log_path}")

    def log_in(self):
        self.wait_for("the server", START_LIMIT, lambda: self.call("GET", "/api/v2/monitor/health"))
        self.token = self.call("POST", "/auth/token", {"username": USER, "password": PASSWORD})["access_token"]

    def run_dag(self, dag_id):
        def known():
            dags = self.call("GET", f"/api/v2/dags?dag_id_pattern={dag_id}")["dags"]
            return any(dag["dag_id"] == dag_id for dag in dags)

        self.wait_for(f"the DAG {dag_id}", START_LIMIT, known)
        run = self.start_run(dag_id)
        say(f"{dag_id}: {run['dag_run_id']}")
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run['dag_run_id']}"
        seen = {}

        def finished():
            for task in self.call("GET", path + "/taskInstances")["task_instances"]:
                if seen.get(task["task_id"]) != task["state"]:
                    seen[task["task_id"]] = task["state"]
                    say(f"  {task['task_id']}: {task['state']}")
            state = self.call("GET", path)["state"]
            return state if state in ("success", "failed") else None

        state = self.wait_for("the end of the run", RUN_LIMIT, finished)
        if state != "success":
            raise DemoFailed(f"the run failed\n{self.failure_logs(path)}")
        return run["logical_date"][:10]

    def start_run(self, dag_id):
        """Today's scheduled run where it is still due: the first thing that a DAG does once it is not paused. Else one of our own. (Two at
        once would fight for the containers' names.)"""
        known = {run["dag_run_id"] for run in self.call("GET", f"/api/v2/dags/{dag_id}/dagRuns")["dag_runs"]}
        next_due = self.call("GET", f"/api/v2/dags/{dag_id}")["next_dagrun_run_after"]
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.call("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": False})
        if next_due and next_due <= now:

            def created():
                runs = self.call("GET", f"/api/v2/dags/{dag_id}/dagRuns")["dag_runs"]
                return next((run for run in runs if run["dag_run_id"] not in known), None)

            return self.wait_for("today's scheduled run", START_LIMIT, created)
        return self.call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": now})

    def failure_logs(self, path):
        texts = []
        for task in self.call("GET", path + "/taskInstances")["task_instances"]:
            if task["state"] == "failed":
                log = self.call("GET", f"{path}/taskInstances/{task['task_id']}/logs/{task['try_number']}")
                lines = [line["event"] if isinstance(line, dict) else line for line in log["content"]]
                texts.append("\n".join([f"--- log of {task['task_id']} ---", *lines]))
        return "\n".join(texts)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise DemoFailed(f"gale did not stop within 30 s of SIGTERM; its log is {self.log_path}") from None


def print_topics(result):
    topics = json.loads(result.read_text())
    predictions = json.loads(result.with_name(result.name.replace("result__", "labels__")).read_text())
    titles = {}
    for row in predictions.values():
        titles.setdefault(row["label"], []).append(row["title"])
    width = max([len(topic) for topic in topics] + [5])
    room = max(40, shutil.get_terminal_size((120, 20)).columns - width - 12)
    print(f"\n{'topic':{width}}  news  headlines\n{'-' * width}  ----  {'-' * min(room, 60)}")
    for topic, summaries in topics.items():
        headlines = "; ".join(titles.get(topic, []))
        print(f"{topic:{width}}  {len(summaries):4}  {headlines if len(headlines) <= room else headlines[: room - 1] + '…'}")


def main():
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__.split("\n")[0])
    parser.add_argument("--exit", action="store_true", help="stop the server at the end")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--local", action="store_true", help="without Docker, even where there is an engine")
    arguments = parser.parse_args()

    make_folders()
    docker = not arguments.local and has_docker_engine()
    if docker:
        say("a Docker engine is here: running financial_news in containers")
        build_images()
    else:
        say("running financial_news_local, which needs no Docker engine" + ("" if arguments.local else ": none answers here"))
    feed_url, feed = os.environ.get("NEWS_FEED_URL"), None
    if not feed_url and not has_internet():
        feed, feed_url = serve_sample(bridge_address() if docker else "127.0.0.1")
        say(f"no internet: serving our own sample of 30 news at {feed_url}")
    helpers = [feed] if feed else []
    try:
        server = Server(arguments.port, feed_url)
        helpers.append(server.process)
        server.log_in()
        day = server.run_dag("financial_news" if docker else "financial_news_local")
        result = DATA / "predict" / f"result__{day}.json"
        print_topics(result)
        print(f"\nresult  {result}\nreport  {result.with_name(f'report__{day}.html')}")
        if not arguments.exit:
            pids = " ".join(str(process.pid) for process in helpers)
            print(f"server  {server.base}  user {USER}, password {PASSWORD}; stop it with: kill {pids}")
            helpers.clear()
        elif (code := server.stop()) != 0:
            raise DemoFailed(f"gale ended with exit code {code}; its log is {server.log_path}")
    finally:
        for process in helpers:
            process.terminate()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DemoFailed as error:
        say(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
