"""Python processes that run several tries (GALE_MAX_TASKS_PER_CHILD)."""

import os
import signal

import pytest
from conftest import wait_for

FILE = """
import os, subprocess
from airflow.sdk import DAG, Variable, task

SEEN = []

@task
def look(number):
    SEEN.append(number)
    os.environ["LEFT_BY_TRY"] = "yes"
    os.chdir("/")
    return {"pid": os.getpid(), "seen": len(SEEN)}

@task
def clean():
    return {"pid": os.getpid(), "left": os.environ.get("LEFT_BY_TRY"), "folder": os.getcwd(),
            "run_id": os.environ["AIRFLOW_CTX_DAG_RUN_ID"]}

@task
def tell(name):
    subprocess.run(["echo", "it is", Variable.get(name)], check=True)

@task
def wait():
    import time
    time.sleep(1000)

with DAG("shares", schedule=None):
    look(1) >> look.override(task_id="again")(2) >> clean()
with DAG("secrets", schedule=None):
    tell("db_password") >> tell.override(task_id="again")("db_password")
with DAG("waits", schedule=None):
    wait()
"""


@pytest.fixture
def kept(gale):
    gale.write_dag("kept.py", FILE)
    gale.start(GALE_MAX_TASKS_PER_CHILD="20")
    return gale


def returned(server, dag_id, run_id, task_id):
    path = f"{server.run_path(dag_id, run_id)}/taskInstances/{task_id}/xcomEntries/return_value?deserialize=true"
    return server.call("GET", path)["value"]


def test_tries_of_a_file_share_a_process_which_is_put_back_between_them(kept):
    run_id = kept.trigger("shares")
    assert kept.finish("shares", run_id) == "success"
    first, again, clean = (returned(kept, "shares", run_id, name) for name in ("look", "again", "clean"))
    assert first["pid"] == again["pid"] == clean["pid"]
    assert (first["seen"], again["seen"]) == (1, 2)  # modules keep what is written into them
    assert clean["left"] is None and clean["folder"] != "/" and clean["run_id"] == run_id


def test_a_secret_is_masked_in_each_try_that_reads_it(kept):
    kept.call("POST", "/api/v2/variables", {"key": "db_password", "value": "hunter2hunter2"})
    run_id = kept.trigger("secrets")
    assert kept.finish("secrets", run_id) == "success"
    for task_id in ("tell", "again"):
        log = kept.task_log("secrets", run_id, task_id)
        assert "it is ***" in log and "hunter2" not in log


def test_a_try_that_is_ended_takes_its_process_along(kept):
    first = kept.trigger("shares")
    assert kept.finish("shares", first) == "success"
    pid = returned(kept, "shares", first, "clean")["pid"]
    waiting = kept.trigger("waits")
    wait_for("the task to run", lambda: kept.tasks("waits", waiting)["wait"]["pid"] == pid)
    kept.call("PATCH", kept.run_path("waits", waiting), {"state": "failed"})
    assert kept.finish("waits", waiting) == "failed"
    after = kept.trigger("shares")
    assert kept.finish("shares", after) == "success"
    assert returned(kept, "shares", after, "clean")["pid"] != pid


def test_the_worker_is_killed_and_its_kept_processes_with_it(kept):
    first = kept.trigger("shares")
    assert kept.finish("shares", first) == "success"
    worker, pid = kept.worker_pid(), returned(kept, "shares", first, "clean")["pid"]
    os.kill(worker, signal.SIGKILL)
    wait_for("the kept process to end", lambda: not os.path.exists(f"/proc/{pid}"))
    after = kept.trigger("shares")
    assert kept.finish("shares", after) == "success"
