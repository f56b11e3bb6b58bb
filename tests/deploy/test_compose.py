"""deploy/compose, for real: up, the pipeline, kill -9 of every container, down and up again, nothing lost.

The tests go in their order, on one project.
"""

import json
import urllib.parse

import pytest
from stack import PROJECT, USER, run, wait_for

SERVICES = ("postgres", "gale-scheduler", "gale-worker", "gale-dag-processor", "gale-api-server", "docker-proxy")


def test_the_pipeline_runs_and_its_report_is_there(stack):
    stack.wait_for_dag("financial_news")
    runs = stack.call("GET", "/api/v2/dags/financial_news/dagRuns")["dag_runs"]
    # Today's scheduled run is due at once; two together would fight for the containers' names.
    run_id = runs[0]["dag_run_id"] if runs else stack.trigger("financial_news")
    assert stack.finish("financial_news", run_id) == "success", stack.tasks("financial_news", run_id)
    paths = stack.xcom("financial_news", run_id, "news_by_topic")
    report = stack.data / "predict" / paths["report_path"].rpartition("/")[2]
    assert "<h2" in report.read_text()
    assert json.loads((report.parent / paths["result_path"].rpartition("/")[2]).read_text())
    for path in (report, stack.data / "raw"):
        assert path.stat().st_uid == USER
    # And the page gets it.
    results = stack.call("GET", f"/gale/dags/financial_news/dagRuns/{urllib.parse.quote(run_id, safe='')}/results")
    assert report.name in json.dumps(results)


def test_every_part_becomes_healthy(stack):
    def states():
        return {name: one["State"].get("Health", {}).get("Status") for name, one in stack.containers().items()}

    wait_for("health", lambda: all(states()[name] == "healthy" for name in SERVICES))


def test_only_the_proxy_has_the_engines_socket(stack):
    holders = [
        name
        for name, one in stack.containers().items()
        if any("docker.sock" in mount["Source"] + mount["Destination"] for mount in one["Mounts"])
    ]
    assert holders == ["docker-proxy"]
    for name, one in stack.containers().items():
        assert not one["HostConfig"]["Privileged"], name
        if name != "postgres":
            user = one["Config"]["User"]
            assert user == f"{USER}:0" or name in ("docker-proxy", "gale-init") or name.endswith("-image"), (name, user)


def test_tasks_have_no_way_to_the_database_and_its_secrets(stack):
    environment = stack.inside("gale-worker", "env").stdout
    assert "postgresql" not in environment and "FERNET" not in environment
    connect = "import socket; socket.create_connection(('postgres', 5432), 5)"
    assert stack.inside("gale-dag-processor", "python3", "-c", connect).returncode == 0
    assert stack.inside("gale-worker", "python3", "-c", connect, check=False).returncode != 0


def test_dockeroperator_works_with_its_defaults(stack):
    run_id = stack.trigger("containers")
    assert stack.finish("containers", run_id) == "success"
    for task_id in ("native", "python"):
        log = stack.task_log("containers", run_id, task_id)
        assert "without a temporary folder" in log and "--feed_url" in log, log


def test_what_would_reach_the_host_is_refused_with_the_reason(stack):
    run_id = stack.trigger("refused")
    assert stack.finish("refused", run_id) == "failed"
    reasons = {task_id: stack.task_log("refused", run_id, task_id) for task_id in stack.tasks("refused", run_id)}
    assert len(reasons) == 5
    for task_id, log in reasons.items():
        assert "the Docker proxy does not allow" in log, (task_id, log)
    assert "/opt/airflow/data" in reasons["mounts"]


def test_containers_of_others_do_not_exist_for_tasks(stack):
    ask = (
        "import sys, urllib.request, urllib.error\n"
        "try: print(urllib.request.urlopen('http://docker-proxy:2375' + sys.argv[1]).read().decode())\n"
        "except urllib.error.HTTPError as error: print(error.code, error.read().decode())"
    )

    def answer(path):
        return stack.inside("gale-worker", "python3", "-c", ask, path).stdout

    assert answer(f"/containers/{stack.container('postgres')}/json").startswith("404")
    assert answer("/containers/json?all=1").strip() == "[]"
    assert answer("/info").startswith("403")
    assert "ApiVersion" in answer("/version")


@pytest.fixture
def gated(stack):
    """A run whose second task waits for the gate."""
    gate = stack.data / "gate"
    for name in ("gate", "started"):
        (stack.data / name).unlink(missing_ok=True)
    run_id = stack.trigger("gated")
    wait_for("the slow task", (stack.data / "started").exists)
    return gate, run_id


@pytest.mark.parametrize("service", ["gale-scheduler", "gale-api-server", "gale-dag-processor", "docker-proxy", "postgres"])
def test_a_task_outlives_kill_9_of(stack, gated, service):
    gate, run_id = gated
    stack.kill(service)
    gate.touch()
    assert stack.finish("gated", run_id) == "success"
    assert stack.xcom("gated", run_id, "last") == "slow ended in try 1"
    wait_for("health of all parts", stack.is_healthy)


def test_a_task_goes_by_its_retry_rule_after_kill_9_of_the_worker(stack, gated):
    gate, run_id = gated
    stack.kill("gale-worker")
    gate.touch()
    assert stack.finish("gated", run_id) == "success"
    assert stack.xcom("gated", run_id, "last") == "slow ended in try 2"


def test_a_container_runs_after_all_that(stack):
    assert stack.finish("containers", stack.trigger("containers")) == "success"
    left = run("docker", "ps", "-aq", "--filter", f"label=gale.docker_proxy={PROJECT}").stdout
    assert left == ""


def history(stack):
    runs = stack.call("GET", "/api/v2/dags/~/dagRuns?limit=100&order_by=id")["dag_runs"]
    kept = {}
    for one in runs:
        tasks = stack.tasks(one["dag_id"], one["dag_run_id"])
        kept[one["dag_id"], one["dag_run_id"]] = one["state"], {
            name: (task["state"], task["try_number"], task["end_date"]) for name, task in tasks.items()
        }
    return kept


def test_down_and_up_again_loses_nothing(stack):
    stack.call("POST", "/api/v2/variables", {"key": "kept", "value": "for good"})
    (run_id,) = [one for dag, one in history(stack) if dag == "financial_news"][:1]
    before, log = history(stack), stack.task_log("financial_news", run_id, "news_by_topic")
    assert len(before) >= 9
    stack.compose("down", "-t", "10")
    assert stack.containers() == {}
    stack.up()
    wait_for("health of all parts", stack.is_healthy)
    assert history(stack) == before
    assert stack.task_log("financial_news", run_id, "news_by_topic") == log
    assert stack.call("GET", "/api/v2/variables/kept")["value"] == "for good"
    assert stack.finish("gated", stack.trigger("gated")) == "success"
