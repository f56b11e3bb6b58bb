"""The command line: Airflow's names, arguments and exit codes."""

import json

import pytest
from conftest import wait_for

HELLO = """
from airflow.sdk import DAG, task
from airflow.providers.standard.operators.bash import BashOperator
with DAG("hello", schedule="@daily", params={"who": "world"}, tags=["t"]):
    BashOperator(task_id="greet", bash_command="echo hello {{ params.who }} on {{ ds }}")
    @task
    def count():
        return 3
    count()
"""


@pytest.fixture
def hello(server):
    server.write_dag("hello.py", HELLO)
    server.wait_for_dag("hello")
    return server


def rows(gale, *arguments, **options):
    return json.loads(gale.run(*arguments, "-o", "json", **options).stdout)


def test_list_and_pause(hello):
    assert [dag["dag_id"] for dag in rows(hello, "dags", "list")] == ["hello"]
    assert rows(hello, "dags", "pause", "hello") == [{"dag_id": "hello", "is_paused": True}]
    assert rows(hello, "dags", "list")[0]["is_paused"] is True
    assert rows(hello, "dags", "unpause", "hel+o", "--treat-dag-id-as-regex")[0]["is_paused"] is False
    assert hello.run("tasks", "list", "hello").stdout.split() == ["count", "greet"]


def test_trigger_reaches_the_server_and_its_states_come_back(hello):
    run = rows(hello, "dags", "trigger", "hello", "--conf", '{"who": "you"}', "--logical-date", "2026-02-03")[0]
    assert run["state"] == "queued"
    assert hello.finish("hello", run["dag_run_id"]) == "success"
    assert "hello you on 2026-02-03" in hello.task_log("hello", run["dag_run_id"], "greet")
    states = rows(hello, "tasks", "states-for-dag-run", "hello", "2026-02-03")
    assert {row["task_id"]: row["state"] for row in states} == {"count": "success", "greet": "success"}
    assert any(r["run_id"] == run["dag_run_id"] for r in rows(hello, "dags", "list-runs", "hello", "--state", "success"))
    assert hello.run("dags", "state", "hello", "2026-02-03").stdout.strip() == "success"
    assert hello.run("tasks", "state", "hello", "greet", "2026-02-03").stdout.strip() == "success"


def test_test_and_render_need_no_server(gale):
    gale.write_dag("hello.py", HELLO)
    done = gale.run("tasks", "test", "hello", "greet", "2026-02-03")
    assert "hello world on 2026-02-03" in done.stdout + done.stderr
    assert "echo hello world on 2026-02-03" in gale.run("tasks", "render", "hello", "greet", "2026-02-03").stdout
    done = gale.run("dags", "test", "hello", "2026-02-03")
    assert "hello world on 2026-02-03" in done.stdout + done.stderr
    gale.write_dag("hello.py", HELLO.replace("echo", "exit 1; echo"))
    assert gale.run("dags", "test", "hello", "2026-02-03", check=False).returncode == 1


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["dags", "trigger", "nope"], 1, ["nope"]),
        (["dags", "trigger", "hello", "--conf", "{"], 2, ["--conf", "JSON"]),
        (["dags", "trigger", "hello", "--logical-date", "soon"], 2, ["'soon'", "2026-01-31"]),
        (["dags", "trigger", "hello", "--run-id", "a b"], 2, ["a b"]),
        (["dags", "list-runs", "nope"], 1, ["nope"]),
        (["dags", "list-runs", "hello", "--state", "odd"], 2, ["odd", "queued"]),
        (["tasks", "states-for-dag-run", "hello", "no-such-run"], 1, ["no-such-run", "list-runs"]),
        (["dags", "explode"], 2, []),
        (["dags", "list", "-o", "xml"], 2, ["xml"]),
    ],
)
def test_mistakes_say_what_where_and_what_to_do(hello, arguments, code, words):
    done = hello.run(*arguments, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    for word in words:
        assert word in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_import_errors_are_listed_and_end_with_1(hello):
    hello.write_dag("broken.py", "from airflow import DAG\nwith DAG('x') as dag\n")
    found = wait_for(
        "the import error",
        lambda: (done := hello.run("dags", "list-import-errors", "-o", "json", check=False)).returncode == 1 and done,
    )
    error = json.loads(found.stdout)[0]
    assert error["filepath"].endswith("broken.py") and "SyntaxError" in error["error"] and "line 2" in error["error"]


def test_the_database_is_checked_before_it_is_used(gale):
    done = gale.run("dags", "list", check=False)
    assert done.returncode == 1 and "gale db migrate" in done.stderr
    assert "migrated" in gale.run("db", "migrate").stdout
    assert "up to date" in gale.run("db", "migrate").stdout
    assert gale.run("db", "check").returncode == 0
    assert gale.run("version").stdout.strip()
