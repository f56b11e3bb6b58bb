"""What the engine promises of DAGs and runs."""

import json

import pytest
from conftest import Answer, wait_for

CHAIN = """
from airflow.sdk import DAG, task
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
with DAG("chain", schedule=None):
    start = EmptyOperator(task_id="start")
    bash = BashOperator(task_id="bash", bash_command="echo from {{ run_id }}; echo to stderr >&2; echo last")
    @task
    def python(line):
        import logging
        print("printed", line)
        logging.getLogger("mine").warning("logged")
        return {"line": line, "n": 1}
    start >> bash >> python(bash.output)
"""


def test_a_chain_of_operators_hands_its_xcoms_on(server):
    server.write_dag("chain.py", CHAIN)
    run_id = server.trigger("chain", "one")
    assert server.finish("chain", run_id) == "success"
    assert server.states("chain", run_id) == {"start": "success", "bash": "success", "python": "success"}
    log = server.task_log("chain", run_id, "bash")
    assert "from one" in log and "to stderr" in log
    log = server.task_log("chain", run_id, "python")
    assert log.index("printed last") < log.index("logged")
    path = server.run_path("chain", run_id) + "/taskInstances/python/xcomEntries/return_value"
    value = server.call("GET", path)["value"]
    assert (json.loads(value) if isinstance(value, str) else value) == {"line": "last", "n": 1}


def test_failures_retry_then_fail_what_comes_after(server):
    server.write_dag("fails.py", """
from datetime import timedelta
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator
with DAG("fails", schedule=None):
    BashOperator(task_id="a", bash_command="exit 3", retries=1, retry_delay=timedelta(milliseconds=10)) >> \\
        BashOperator(task_id="b", bash_command="true") >> \\
        BashOperator(task_id="c", bash_command="true", trigger_rule="all_done")
""")
    run_id = server.trigger("fails")
    assert server.finish("fails", run_id) == "success"
    tasks = server.tasks("fails", run_id)
    assert [tasks[name]["state"] for name in "abc"] == ["failed", "upstream_failed", "success"]
    assert tasks["a"]["try_number"] == 2
    for number in (1, 2):
        assert "exit code 3" in server.task_log("fails", run_id, "a", number)


def test_a_retry_does_not_show_the_xcoms_of_the_try_before(server):
    server.write_dag("leaves.py", """
from datetime import timedelta
from airflow.sdk import DAG, task
with DAG("leaves", schedule=None):
    @task(retries=1, retry_delay=timedelta(milliseconds=10))
    def push(ti=None):
        if ti.try_number == 1:
            ti.xcom_push("left", "by the first try")
            raise RuntimeError("once")
    @task
    def pull(ti=None):
        print("found:", ti.xcom_pull(task_ids="push", key="left"))
    push() >> pull()
""")
    run_id = server.trigger("leaves")
    assert server.finish("leaves", run_id) == "success"
    assert "found: None" in server.task_log("leaves", run_id, "pull")


def test_branches_skip_what_they_do_not_follow(server):
    server.write_dag("branch.py", """
from airflow.sdk import DAG, task
from airflow.providers.standard.operators.empty import EmptyOperator
with DAG("branch", schedule=None):
    @task.branch
    def choose():
        return "left"
    end = EmptyOperator(task_id="end", trigger_rule="none_failed_min_one_success")
    choose() >> [EmptyOperator(task_id="left"), EmptyOperator(task_id="right")] >> end
""")
    run_id = server.trigger("branch")
    assert server.finish("branch", run_id) == "success"
    assert server.states("branch", run_id) == {"choose": "success", "left": "success", "right": "skipped", "end": "success"}


def test_an_execution_timeout_kills_bash_and_python(server):
    server.write_dag("slow.py", """
import time
from datetime import timedelta
from airflow.sdk import DAG, task
from airflow.providers.standard.operators.bash import BashOperator
with DAG("slow", schedule=None, default_args={"execution_timeout": timedelta(milliseconds=300)}):
    BashOperator(task_id="bash", bash_command="sleep 600")
    @task
    def python():
        time.sleep(600)
    python()
""")
    run_id = server.trigger("slow")
    assert server.finish("slow", run_id) == "failed"
    assert set(server.states("slow", run_id).values()) == {"failed"}


def test_pools_and_active_limits_hold(server):
    server.write_dag("narrow.py", """
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator
with DAG("narrow", schedule=None, max_active_tasks=2):
    for i in range(6):
        BashOperator(task_id=f"t{i}", bash_command="sleep 0.2")
""")
    run_id = server.trigger("narrow")
    most = 0

    def ended():
        nonlocal most
        states = list(server.states("narrow", run_id).values())
        most = max(most, states.count("running") + states.count("queued"))
        return server.run_state("narrow", run_id) == "success"

    wait_for("the end", ended)
    assert most == 2


def test_a_schedule_makes_its_due_run_and_no_other(server):
    server.write_dag("hourly.py", """
import pendulum
from airflow.sdk import DAG
from airflow.providers.standard.operators.empty import EmptyOperator
now = pendulum.now("UTC").start_of("hour")
with DAG("hourly", schedule="@hourly", start_date=now.subtract(hours=3), catchup=True):
    EmptyOperator(task_id="t")
""")
    server.wait_for_dag("hourly")
    runs = wait_for("four runs", lambda: (r := server.call("GET", "/api/v2/dags/hourly/dagRuns")["dag_runs"]) and len(r) >= 4 and r)
    assert len(runs) == 4
    assert all(run["run_type"] == "scheduled" for run in runs)


def test_a_paused_dag_keeps_its_run_waiting(server):
    server.write_dag("chain.py", CHAIN)
    server.wait_for_dag("chain")
    server.call("PATCH", "/api/v2/dags/chain", {"is_paused": True})
    run_id = server.trigger("chain", "waits")
    assert server.run_state("chain", run_id) == "queued"
    server.call("PATCH", "/api/v2/dags/chain", {"is_paused": False})
    assert server.finish("chain", run_id) == "success"


def test_params_keep_the_order_of_the_file(server):
    server.write_dag(
        "ordered.py",
        """
from airflow.sdk import DAG, Param
with DAG("ordered", schedule=None, params={"source": "feed", "limit": Param(5, type="integer"), "day": "today"}):
    pass
""",
    )
    server.wait_for_dag("ordered")
    assert list(server.call("GET", "/api/v2/dags/ordered/details")["params"]) == ["source", "limit", "day"]


def test_clearing_a_finished_task_runs_it_again_and_what_follows(server):
    server.write_dag("chain.py", CHAIN)
    run_id = server.trigger("chain", "again")
    server.finish("chain", run_id)
    body = {"dry_run": False, "dag_run_id": run_id, "task_ids": ["bash"], "include_downstream": True, "only_failed": False}
    cleared = server.call("POST", "/api/v2/dags/chain/clearTaskInstances", body)["task_instances"]
    assert {task["task_id"] for task in cleared} == {"bash", "python"}
    wait_for("second tries", lambda: {n: t["try_number"] for n, t in server.tasks("chain", run_id).items()}
             == {"start": 1, "bash": 2, "python": 2} and server.run_state("chain", run_id) == "success")


def test_a_changed_file_is_a_new_version_and_a_removed_one_goes(server):
    path = server.write_dag("chain.py", CHAIN)
    server.wait_for_dag("chain")
    server.write_dag("chain.py", CHAIN.replace('task_id="start"', 'task_id="begin"'))

    def has_begin():
        return any(task["task_id"] == "begin" for task in server.call("GET", "/api/v2/dags/chain/tasks")["tasks"])

    wait_for("the new version", has_begin, 5)
    path.unlink()
    wait_for("the DAG to go", lambda: not server.call("GET", "/api/v2/dags")["dags"], 5)


def test_a_module_beside_the_file_is_seen_and_its_change_too(server):
    source = "from airflow.sdk import DAG, task\nfrom words import WORD\nwith DAG('mod', schedule=None):\n" \
             "    @task\n    def say():\n        print(WORD)\n    say()\n"
    server.write_dag("team/words.py", "WORD = 'first'")
    server.write_dag("team/mod.py", source)
    run_id = server.trigger("mod", "one")
    server.finish("mod", run_id)
    assert "first" in server.task_log("mod", run_id, "say")
    server.write_dag("team/words.py", "WORD = 'second'")
    run_id = server.trigger("mod", "two")
    server.finish("mod", run_id)
    assert "second" in server.task_log("mod", run_id, "say")


@pytest.mark.parametrize("token", [None, "no.such.token"])
def test_without_a_right_token_there_is_no_answer(server, token):
    with pytest.raises(Answer) as refused:
        server.call("GET", "/api/v2/dags", token=token)
    assert refused.value.status == 401


def test_secrets_are_masked_in_logs(server):
    server.write_dag("mask.py", """
from airflow.sdk import DAG, task, Variable
with DAG("mask", schedule=None):
    @task
    def show():
        print("value:", Variable.get("api_key"))
    show()
""")
    server.call("POST", "/api/v2/variables", {"key": "api_key", "value": "hunter2hunter2"})
    run_id = server.trigger("mask")
    assert server.finish("mask", run_id) == "success"
    log = server.task_log("mask", run_id, "show")
    assert "value: ***" in log and "hunter2" not in log
