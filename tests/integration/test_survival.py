"""kill -9, SIGTERM and restarts: finished work stays finished, nothing runs twice at once, nothing acknowledged is lost."""

import os
import signal
from pathlib import Path

from conftest import wait_for

# Each run of a task appends begin and end to a file: overlaps and repetitions can be seen.
MARKED = """
from datetime import timedelta
from airflow.sdk import DAG, task
from airflow.providers.standard.operators.bash import BashOperator
with DAG("marked", schedule=None, default_args={{"retries": 3, "retry_delay": timedelta(milliseconds=10)}}):
    first = BashOperator(task_id="first", bash_command="echo first >> {marks}")
    slow = BashOperator(
        task_id="slow",
        bash_command="echo begin >> {marks}; while [ ! -e {gate} ]; do sleep 0.02; done; echo end >> {marks}",
    )
    @task
    def last():
        open("{marks}", "a").write("last\\n")
    first >> slow >> last()
"""


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return False


def start_marked(gale):
    marks, gate = gale.home / "marks", gale.home / "gate"
    gale.write_dag("marked.py", MARKED.format(marks=marks, gate=gate))
    gale.start()
    run_id = gale.trigger("marked", "one")
    wait_for("the slow task", lambda: marks.exists() and "begin" in marks.read_text())
    wait_for("its state", lambda: gale.states("marked", run_id)["slow"] == "running")
    return marks, gate, run_id


def test_tasks_outlive_a_killed_server_and_are_adopted(gale):
    marks, gate, run_id = start_marked(gale)
    worker = gale.worker_pid()
    gale.stop(sig=signal.SIGKILL)
    gale.start()
    assert gale.worker_pid() == worker
    gate.touch()
    assert gale.finish("marked", run_id) == "success"
    assert marks.read_text().split() == ["first", "begin", "end", "last"]
    assert gale.tasks("marked", run_id)["slow"]["try_number"] == 1


def test_a_task_that_ends_while_there_is_no_server_is_not_run_again(gale):
    marks, gate, run_id = start_marked(gale)
    gale.stop(sig=signal.SIGKILL)
    gate.touch()
    wait_for("the task's end", lambda: "end" in marks.read_text())
    gale.start()
    assert gale.finish("marked", run_id) == "success"
    assert marks.read_text().split() == ["first", "begin", "end", "last"]


def test_a_stopped_server_lets_its_tasks_end_and_takes_their_reports_at_the_next_start(gale):
    marks, gate, run_id = start_marked(gale)
    assert gale.stop() == 0
    gate.touch()
    wait_for("the worker's end", lambda: gale.worker_pid() is None)
    gale.start()
    assert gale.finish("marked", run_id) == "success"
    assert marks.read_text().split() == ["first", "begin", "end", "last"]


def test_after_a_restart_new_tasks_begin_while_an_old_one_still_runs(gale):
    marks, gate, run_id = start_marked(gale)
    assert gale.stop() == 0
    gale.start()
    gale.write_dag("other.py", MARKED.format(marks=gale.home / "others", gate="/").replace('"marked"', '"other"'))
    assert gale.finish("other", gale.trigger("other")) == "success"
    gate.touch()
    assert gale.finish("marked", run_id) == "success"
    assert marks.read_text().split() == ["first", "begin", "end", "last"]


def test_a_killed_worker_takes_its_tasks_along_and_they_are_retried(gale):
    marks, gate, run_id = start_marked(gale)
    os.kill(gale.worker_pid(), signal.SIGKILL)
    wait_for("the second begin", lambda: marks.read_text().count("begin") == 2)
    gate.touch()
    assert gale.finish("marked", run_id) == "success"
    # One end: the first try's process is gone, it did not go on beside the second.
    assert marks.read_text().split() == ["first", "begin", "begin", "end", "last"]
    assert gale.tasks("marked", run_id)["slow"]["try_number"] == 2


def test_both_killed_at_once(gale):
    marks, gate, run_id = start_marked(gale)
    task = gale.tasks("marked", run_id)["slow"]["pid"]
    os.kill(gale.worker_pid(), signal.SIGKILL)
    gale.stop(sig=signal.SIGKILL)
    # The task dies with its worker, which on a busy machine takes a moment to die itself.
    wait_for("the task's end", lambda: not is_running(task))
    gate.touch()
    gale.start()
    assert gale.finish("marked", run_id) == "success"
    assert marks.read_text().split().count("end") == 1


def test_clearing_a_running_task_ends_its_try_before_the_next_begins(gale):
    marks, gate, run_id = start_marked(gale)
    body = {"dry_run": False, "dag_run_id": run_id, "task_ids": ["slow"], "only_failed": False}
    gale.call("POST", "/api/v2/dags/marked/clearTaskInstances", body)
    wait_for("the second begin", lambda: marks.read_text().count("begin") == 2)
    gate.touch()
    assert gale.finish("marked", run_id) == "success"
    assert marks.read_text().split() == ["first", "begin", "begin", "end", "last"]


def test_roles_of_their_own_share_one_database(gale):
    gale.run("db", "migrate")
    marks, gate = gale.home / "marks", gale.home / "gate"
    gate.touch()
    gale.write_dag("marked.py", MARKED.format(marks=marks, gate=gate))
    scheduler = gale.start(role="scheduler")
    processor = gale.start(role="dag-processor")
    server = gale.start(role="api-server")
    run_id = gale.trigger("marked", "apart")
    assert gale.finish("marked", run_id) == "success"
    for process in (server, processor, scheduler):
        assert gale.stop(process) == 0


# What a worker's process imports for its tries waits for the gate; parsing the file does not (no Task SDK there).
IMPORTS_LATE = """
import os, time
from airflow.sdk import DAG, task
WORKER = os.environ.get("GALE_WORKER_ID")
while WORKER and not os.path.exists("{gate}"):
    open("{home}/importing", "w").close()
    time.sleep(0.01)
with DAG("late", schedule=None, max_active_tasks=500):
    @task
    def mark(number):
        open("{home}/ran." + str(number), "w").close()
    for number in range({count}):
        mark.override(task_id=f"mark_{{number}}")(number)
"""


def start_late(gale, count):
    gate = gale.home / "gate"
    gale.write_dag("late.py", IMPORTS_LATE.format(gate=gate, home=gale.home, count=count))
    gale.start(AIRFLOW__CORE__PARALLELISM="500")
    run_id = gale.trigger("late", "one")
    wait_for("the import in the worker", (gale.home / "importing").exists)
    return gate, run_id


def test_a_crowd_of_tries_waits_for_one_import(gale):
    gate, run_id = start_late(gale, 400)
    wait_for("all tries queued", lambda: set(gale.states("late", run_id).values()) == {"queued"})
    gate.touch()
    assert gale.finish("late", run_id) == "success"
    assert len(list(gale.home.glob("ran.*"))) == 400


def test_a_try_that_is_ended_while_its_file_is_imported_never_runs(gale):
    gate, run_id = start_late(gale, 1)
    path = f"/api/v2/dags/late/dagRuns/{run_id}/taskInstances/mark_0"
    wait_for("the try", lambda: gale.states("late", run_id)["mark_0"] == "queued")
    gale.call("PATCH", path, {"new_state": "failed"})
    assert gale.finish("late", run_id) == "failed"
    gate.touch()
    gale.call("POST", "/api/v2/dags/late/clearTaskInstances", {"dag_run_id": run_id, "dry_run": False})
    assert gale.finish("late", run_id) == "success"
    logs = list((gale.home / "logs" / "dag_id=late").rglob("attempt=1.log"))
    assert len(logs) == 1 and "Ending the task" in logs[0].read_text()
    assert gale.tasks("late", run_id)["mark_0"]["try_number"] == 2
