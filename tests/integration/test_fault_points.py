"""The server or the worker crashes, fails or is in doubt at each labelled place; the run ends well all the same.

GALE_FAULT_STEP=1 tries every passage of a point instead of a sample.
"""

import os
import signal

import pytest
from conftest import Answer, wait_for

DAG = """
import datetime
from airflow.sdk import DAG, task
from airflow.providers.standard.operators.bash import BashOperator
MARKS = {marks!r}

def mark(name, context):
    with open(MARKS, "a") as out:
        out.write(f"{{name}} {{context['ti'].try_number}}\\n")

with DAG("chain", schedule="@once", start_date=datetime.datetime(2026, 1, 1),
         default_args={{"retries": 5, "retry_delay": datetime.timedelta(0)}}):
    @task
    def number(**context):
        mark("number", context)
        return 7

    @task
    def doubled(value, **context):
        mark("doubled", context)
        return 2 * value

    BashOperator(task_id="first", bash_command="echo first $AIRFLOW_CTX_TRY_NUMBER >> {marks}") >> (n := number())
    doubled(n)
"""

SERVER_POINTS = {
    "store.write": [1, 2, 4, 7, 11, 16, 22, 30],
    "store.read": [1, 3, 9, 20, 40],
    "store.commit": [2, 5, 9, 14, 20, 27],
    "store.committed": [1, 3, 6, 10, 15, 21, 28],
    "scheduler.applied": [1, 2, 3, 4, 6, 8],
    "executor.start": [1, 2, 3],
    "executor.report": [1, 2, 3],
}
WORKER_POINTS = {
    "worker.spawned": [1],
    "worker.exited": [1],
    "worker.report": [1, 2, 3],
    "worker.acknowledged": [1, 2, 3],
}


def passages(point, numbers):
    if os.environ.get("GALE_FAULT_STEP"):
        numbers = range(1, numbers[-1] + 1, int(os.environ["GALE_FAULT_STEP"]))
    return [(point, number) for number in numbers]


def every(points):
    return [case for point, numbers in points.items() for case in passages(point, numbers)]


def keep_alive(gale, faults):
    """Starts a server. A fault at its start may end it, by a signal or with a word; then one without faults comes up."""
    try:
        return gale.start(**faults)
    except (AssertionError, Answer, OSError):
        process, log = gale.servers[-1]
        if process.poll() is None:  # one request failed, the log-in
            gale.stop(process, signal.SIGKILL)
        code, text = process.wait(30), log.read_text()
        assert code == -signal.SIGKILL or "fault point" in text or "committed is unknown" in text, (code, text)
    return gale.start()


def end_of_the_run(gale, faults):
    """Asks until the run has ended, and starts the server again when it is gone."""

    def ended():
        process, _ = gale.servers[-1]
        if process.poll() is not None:
            keep_alive(gale, faults)
        try:
            runs = gale.call("GET", "/api/v2/dags/chain/dagRuns")["dag_runs"]
        except (Answer, OSError):
            return None
        return runs if runs and runs[0]["state"] in ("success", "failed") else None

    return wait_for("the end of the run", ended, 60)


def check_invariants(gale, runs, marks):
    assert [run["state"] for run in runs] == ["success"], gale.log()[-3000:]
    run_id = runs[0]["dag_run_id"]
    tasks = gale.tasks("chain", run_id)
    assert {name: task["state"] for name, task in tasks.items()} == dict.fromkeys(("first", "number", "doubled"), "success")
    written = [line.split()[0] for line in marks.read_text().splitlines()]
    # A task may have run again when its try was lost; none began before the one before it.
    assert list(dict.fromkeys(written)) == ["first", "number", "doubled"], written
    for name, task in tasks.items():
        path = f"{gale.run_path('chain', run_id)}/taskInstances/{name}"
        tries = gale.call("GET", path + "/tries")["task_instances"]
        assert [one["state"] for one in tries].count("success") == 1, tries
        assert gale.task_log("chain", run_id, name, task["try_number"])
    entry = gale.call("GET", f"{gale.run_path('chain', run_id)}/taskInstances/doubled/xcomEntries/return_value")
    assert str(entry["value"]) == "14"
    return written


def drive(gale, faults):
    marks = gale.home / "marks"
    gale.write_dag("chain.py", DAG.format(marks=str(marks)))
    faults = {"GALE_FAULTS": faults, "GALE_FAULTS_ONCE": str(gale.home / "crashed")}
    keep_alive(gale, faults)
    return check_invariants(gale, end_of_the_run(gale, faults), marks)


@pytest.mark.parametrize(("point", "number"), every(SERVER_POINTS))
def test_the_server_crashes(gale, point, number):
    written = drive(gale, f"{point}=crash@{number}")
    assert written == ["first", "number", "doubled"], "the worker lived on: no try was lost"


@pytest.mark.parametrize(("point", "number"), every(WORKER_POINTS))
def test_the_worker_crashes(gale, point, number):
    drive(gale, f"{point}=crash@{number}")
    assert (gale.home / "crashed").exists(), "the point was never passed"


@pytest.mark.parametrize(
    ("point", "number"),
    [case for name in ("store.write", "store.read", "store.commit") for case in passages(name, SERVER_POINTS[name])],
)
def test_the_store_fails(gale, point, number):
    assert drive(gale, f"{point}=error@{number}") == ["first", "number", "doubled"]


@pytest.mark.parametrize(
    ("point", "number"),
    passages("store.committed", SERVER_POINTS["store.committed"]) + passages("scheduler.told", SERVER_POINTS["scheduler.applied"]),
)
def test_the_store_is_in_doubt(gale, point, number):
    """It was committed, and the caller is told that this is unknown."""
    assert drive(gale, f"{point}=doubt@{number}") == ["first", "number", "doubled"]


def test_a_fault_that_cannot_be_read_is_named(gale):
    done = gale.run("version", check=False, GALE_FAULTS="store.write=explode")
    assert done.returncode == 2
    assert "store.write=explode" in done.stderr
