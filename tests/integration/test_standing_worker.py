"""A worker that somebody else keeps, as a container or a unit of its own: roles apart, and either may restart."""

import os
import signal
import socket
import time
import urllib.error
import urllib.request

from conftest import wait_for
from test_survival import MARKED

APART = {"GALE_START_WORKER": "False"}


def start_apart(gale):
    marks, gate = gale.home / "marks", gale.home / "gate"
    gale.write_dag("marked.py", MARKED.format(marks=marks, gate=gate))
    gale.environment |= APART
    gale.run("db", "migrate")
    scheduler = gale.start(role="scheduler")
    gale.start(role="dag-processor")
    gale.start(role="api-server")
    return marks, gate, scheduler


def test_the_scheduler_starts_none_and_waits_for_it(gale):
    marks, gate, _ = start_apart(gale)
    gate.touch()
    run_id = gale.trigger("marked", "one")
    wait_for("the first task", lambda: gale.states("marked", run_id)["first"] == "scheduled")
    assert gale.worker_pid() is None
    gale.start(role="worker")
    assert gale.finish("marked", run_id) == "success"
    assert marks.read_text().split() == ["first", "begin", "end", "last"]


def test_its_tasks_go_on_over_restarts_of_the_scheduler(gale):
    marks, gate, scheduler = start_apart(gale)
    worker = gale.start(role="worker")
    run_id = gale.trigger("marked", "one")
    wait_for("the slow task", lambda: marks.exists() and "begin" in marks.read_text())
    for sig in (signal.SIGKILL, signal.SIGTERM):
        gale.stop(scheduler, sig)
        scheduler = gale.start(role="scheduler")
        wait_for("its heartbeat", lambda: gale.health()["scheduler"]["status"] == "healthy")
    assert worker.poll() is None
    gate.touch()
    assert gale.finish("marked", run_id) == "success"
    assert marks.read_text().split() == ["first", "begin", "end", "last"]


def test_one_that_waits_without_a_scheduler_stays(gale):
    """It outlasts its lease, which ends tries only."""
    gale.environment |= APART | {"GALE_WORKER_LEASE": "0.2"}
    gale.run("db", "migrate")
    worker = gale.start(role="worker")
    log = gale.servers[-1][1]
    wait_for("the worker", lambda: (gale.home / "run" / "worker.lock").exists())
    since = time.monotonic()
    wait_for("several leases", lambda: time.monotonic() - since > 1)
    assert worker.poll() is None, log.read_text()
    gate = gale.home / "gate"
    gate.touch()
    gale.write_dag("marked.py", MARKED.format(marks=gale.home / "marks", gate=gate))
    for role in ("scheduler", "dag-processor", "api-server"):
        gale.start(role=role)
    assert gale.finish("marked", gale.trigger("marked", "one")) == "success"


def test_the_scheduler_tells_its_health_by_http(gale):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    gale.environment |= APART | {
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "True",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(port),
    }
    gale.run("db", "migrate")
    scheduler = gale.start(role="scheduler")

    def status(path="/health"):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    wait_for("health", lambda: status() == 200)
    assert status("/api/v2/dags") == 404
    assert gale.stop(scheduler) == 0
    assert status() is None


def test_jobs_check_tells_who_is_alive(gale):
    gale.run("db", "migrate")
    nobody = gale.run("jobs", "check", "--job-type", "SchedulerJob", check=False)
    assert nobody.returncode == 1 and "SchedulerJob" in nobody.stderr
    gale.environment |= APART
    scheduler = gale.start(role="scheduler")

    def alive(*arguments):
        return gale.run("jobs", "check", *arguments, check=False).returncode == 0

    wait_for("a live scheduler", lambda: alive("--job-type", "SchedulerJob", "--local"))
    assert alive("--job-type", "SchedulerJob", "--hostname", os.uname().nodename)
    assert not alive("--job-type", "SchedulerJob", "--hostname", "another")
    assert not alive("--job-type", "DagProcessorJob")
    assert gale.stop(scheduler) == 0
    assert not alive("--job-type", "SchedulerJob")
    wrong = gale.run("jobs", "check", "--job-type", "LocalJob", check=False)
    assert wrong.returncode == 2
