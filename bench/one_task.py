#!/usr/bin/env python3
"""Where the time of one task goes, in microseconds, and what the floor below it is.

Runs a DAG of one task many times on a Gale of its own and takes each step from what Gale itself records: the run's and
the task instance's times and the task's log. Beside it, on the same disk, what the steps are made of: a commit that is
synced, fork and exec of a program, fork and end of a Python. Medians.
"""
import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from run import ROOT, seconds
from servers import Gale, wait_for

STEPS = (
    ("triggered", "the request, and the commit of the run"),
    ("queued", "the scheduler takes it up, decides, commits"),
    ("begun", "to the worker, which opens the task's log"),
    ("started", "the worker starts the process: of Python, a fork of the warm one"),
    ("ended", "the task itself, to the process's end"),
    ("done", "the report, the decision that the run is over, the commit"),
    ("seen", "until the client hears of it (it asks every 0.5 ms)"),
)


def one_run(server, dag_id):
    """The moments of one run, in seconds since the epoch."""
    path = f"/api/v2/dags/{dag_id}/dagRuns"
    moments = {"posted": time.time()}
    run = server.call("POST", path, {"logical_date": None})
    done = wait_for(dag_id, lambda: (seen := server.call("GET", f"{path}/{run['dag_run_id']}"))["state"] == "success" and seen, 30, 0.0005)
    moments["seen"] = time.time()
    (task,) = server.call("GET", f"{path}/{run['dag_run_id']}/taskInstances")["task_instances"]
    log = server.call("GET", f"{path}/{run['dag_run_id']}/taskInstances/{task['task_id']}/logs/1?full_content=true")
    begun = next(line for line in log["content"] if "begins on" in line["event"])
    return moments | {
        "triggered": seconds(run["queued_at"]),
        "queued": seconds(task["queued_when"]),
        "begun": seconds(begun["timestamp"]),
        "started": seconds(task["start_date"]),
        "ended": seconds(task["end_date"]),
        "done": seconds(done["end_date"]),
    }


def steps(server, dag_id, runs):
    """Median microseconds of each step, and of the whole."""
    for _ in range(5):
        one_run(server, dag_id)
    taken = [one_run(server, dag_id) for _ in range(runs)]
    before, result = "posted", {}
    for name, _ in STEPS:
        result[name] = round(statistics.median(moments[name] - moments[before] for moments in taken) * 1e6)
        before = name
    result["whole"] = round(statistics.median(moments["seen"] - moments["posted"] for moments in taken) * 1e6)
    return result


def median_us(work, count=200):
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return round(statistics.median(times) * 1e6)


def synced_commit(folder):
    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE t (x)")
    return median_us(lambda: database.execute("INSERT INTO t VALUES (1)"))


def program(*command):
    def work():
        pid = os.posix_spawn(command[0], command, {})
        os.waitpid(pid, 0)

    return median_us(work)


# In a process of its own: what is forked is a bare Python, or one that holds what a task needs.
FORKS = """
import os, statistics, sys, time
if sys.argv[1] == "warm":
    from gale.fork_server import preload, prepare_to_serve
    preload()
    prepare_to_serve()
times = []
for _ in range(200):
    begun = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    times.append(time.perf_counter() - begun)
print(round(statistics.median(times) * 1e6))
"""


def forked_python(kind):
    python = ROOT / ".venv" / "bin" / "python"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "python")}
    return int(subprocess.run([python, "-c", FORKS, kind], check=True, capture_output=True, text=True, env=environment).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=Path, default=ROOT / os.environ.get("GALE_BUILD", "build/release") / "bin", help="folder with gale")
    parser.add_argument("--runs", type=int, default=50, help="runs of each")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options = parser.parse_args()
    result = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for column, dag_id, tries in [("bash", "one_bash", "1"), ("Python", "one_python", "1"), ("Python, kept", "one_python", "1000")]:
            server = Gale(folder / column.replace(", ", "_"), options.bin / "gale")
            server.environment["GALE_MAX_TASKS_PER_CHILD"] = tries
            try:
                server.start()
                result[column] = steps(server, dag_id, options.runs)
            finally:
                server.stop()
        floor = {
            "a synced commit (SQLite, WAL)": synced_commit(folder),
            "fork, exec and end of `true`": program("/bin/true"),
            "fork, exec and end of `bash -c true`": program("/bin/bash", "-c", "true"),
            "fork and end of a bare Python": forked_python("bare"),
            "fork and end of a Python that holds what a task needs": forked_python("warm"),
        }
    if options.json:
        print(json.dumps({"steps": result, "floor": floor}, indent=2))
        return 0
    print(f"| until | what happens | {' | '.join(result)} |\n|---|---|{'--:|' * len(result)}")
    for name, what in (*STEPS, ("whole", "from the request to the answer")):
        print(f"| {name} | {what} | {' | '.join(str(figures[name]) for figures in result.values())} |")
    print("\n| floor | µs |\n|---|--:|")
    for what, figure in floor.items():
        print(f"| {what} | {figure} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
