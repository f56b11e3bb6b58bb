"""Broken files, wrong ids, a port in use, a newer database: a clear message, and the rest goes on."""

import os
import socket
import sqlite3
import subprocess

import pytest
from conftest import GALE, Answer, on_sqlite, wait_for

GOOD = "from airflow.sdk import DAG\nfrom airflow.providers.standard.operators.empty import EmptyOperator\n" \
       "with DAG('good', schedule=None):\n    EmptyOperator(task_id='t')\n"

BROKEN = {
    "syntax": ("from airflow import DAG\nwith DAG('x'\n", ["SyntaxError"]),
    "import": ("from airflow import DAG\nimport no_such_module\n", ["no_such_module"]),
    "cycle": (
        "from airflow.sdk import DAG\nfrom airflow.providers.standard.operators.empty import EmptyOperator\n"
        "with DAG('c', schedule=None):\n    a, b = EmptyOperator(task_id='a'), EmptyOperator(task_id='b')\n    a >> b >> a\n",
        ["cycle", "a"],
    ),
    "cron": ("from airflow.sdk import DAG\nwith DAG('cron', schedule='61 * * * *'):\n    pass\n", ["61"]),
    "endless": ("from airflow import DAG\nwhile True:\n    pass\n", ["dagbag_import_timeout"]),
    "crash": ("from airflow import DAG\nimport ctypes\nctypes.string_at(0)\n", ["SIGSEGV"]),
    "exit": ("from airflow import DAG\nimport os\nos._exit(3)\n", ["3"]),
}


def import_errors(gale):
    found = gale.call("GET", "/api/v2/importErrors?limit=100")["import_errors"]
    return {os.path.basename(error["filename"]): error["stack_trace"] for error in found}


def test_every_broken_file_is_an_import_error_and_the_good_one_runs(gale):
    for name, (source, _) in BROKEN.items():
        gale.write_dag(f"{name}.py", source)
    gale.write_dag("good.py", GOOD)
    gale.start(AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT="2")
    assert gale.finish("good", gale.trigger("good")) == "success"
    errors = wait_for("all errors", lambda: len(e := import_errors(gale)) == len(BROKEN) and e)
    for name, (_, words) in BROKEN.items():
        for word in words:
            assert word in errors[f"{name}.py"], f"{name}: {errors[f'{name}.py']}"
    gale.write_dag("syntax.py", GOOD.replace("good", "mended"))
    gale.wait_for_dag("mended")
    assert "syntax.py" not in import_errors(gale)


def test_two_files_with_one_dag_id(server):
    server.write_dag("good.py", GOOD)
    server.wait_for_dag("good")
    server.write_dag("copy.py", GOOD)
    error = wait_for("the error", lambda: import_errors(server).get("copy.py"))
    assert "good" in error and "good.py" in error and "copy.py" in error


def test_a_template_with_an_unknown_name_fails_with_its_name(server):
    server.write_dag("template.py", """
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator
with DAG("template", schedule=None):
    BashOperator(task_id="t", bash_command="echo {{ no_such_name }}")
""")
    run_id = server.trigger("template")
    assert server.finish("template", run_id) == "failed"
    log = server.task_log("template", run_id, "t")
    assert "no_such_name" in log and "bash_command" in log


@pytest.mark.parametrize(
    "method, path, body, status",
    [
        ("GET", "/api/v2/dags/nope", None, 404),
        ("GET", "/api/v2/dags/good/dagRuns/nope", None, 404),
        ("GET", "/api/v2/nope", None, 404),
        ("POST", "/api/v2/dags/nope/dagRuns", {"logical_date": None}, 404),
        ("POST", "/api/v2/dags/good/dagRuns", {}, 422),
        ("POST", "/api/v2/dags/good/dagRuns", {"logical_date": "soon"}, 422),
        ("POST", "/api/v2/dags/good/dagRuns", {"logical_date": None, "dag_run_id": "../x"}, 400),
    ],
)
def test_wrong_requests_get_airflows_statuses(server, method, path, body, status):
    server.write_dag("good.py", GOOD)
    server.wait_for_dag("good")
    with pytest.raises(Answer) as refused:
        server.call(method, path, body)
    assert refused.value.status == status, refused.value
    assert "detail" in refused.value.body


def test_a_run_id_twice_is_a_conflict(server):
    server.write_dag("good.py", GOOD)
    server.trigger("good", "same")
    with pytest.raises(Answer) as refused:
        server.trigger("good", "same")
    assert refused.value.status == 409


def run_standalone(gale, *arguments, **environment):
    return subprocess.run(
        [GALE, "standalone", *arguments], env={**gale.environment, **environment}, capture_output=True, text=True, timeout=30
    )


def test_a_port_in_use(gale):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run_standalone(gale, "--host", "127.0.0.1", "--port", str(port))
    assert done.returncode == 1 and str(port) in done.stderr and "in use" in done.stderr


@on_sqlite
def test_a_database_of_a_newer_schema_is_left_alone(gale):
    gale.run("db", "migrate")
    with sqlite3.connect(gale.home / "gale.db") as database:
        columns = [row[1] for row in database.execute("pragma table_info(schema_migrations)")]
        first = dict(zip(columns, database.execute("select * from schema_migrations").fetchone()))
        first["number"] = 999
        names, marks = ", ".join(first), ", ".join("?" * len(first))
        database.execute(f"insert into schema_migrations ({names}) values ({marks})", list(first.values()))
    done = run_standalone(gale, "--port", "0")
    assert done.returncode == 1 and "999" in done.stderr


@on_sqlite
def test_a_database_that_is_none(gale):
    (gale.home / "gale.db").write_text("this is no database, but a letter to my aunt" * 100)
    done = run_standalone(gale, "--port", "0")
    assert done.returncode == 1 and "gale.db" in done.stderr


def test_a_wrong_setting_is_named(gale):
    done = run_standalone(gale, AIRFLOW__CORE__PARALLELISM="many")
    assert done.returncode == 2 and "AIRFLOW__CORE__PARALLELISM" in done.stderr


def test_no_docker_engine(gale):
    gale.write_dag("docker.py", """
from airflow.sdk import DAG
from airflow.providers.docker.operators.docker import DockerOperator
with DAG("docker", schedule=None):
    DockerOperator(task_id="t", image="data-loader:latest", docker_url="unix://%s/none.sock", auto_remove="force")
""" % gale.home)
    gale.start()
    run_id = gale.trigger("docker")
    assert gale.finish("docker", run_id) == "failed"
    assert "none.sock" in gale.task_log("docker", run_id, "t")
