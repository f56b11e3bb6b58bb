"""What the DAG files of parity/dags give here and under Apache Airflow 3.3.2 (parity/refresh.py wrote golden.json)."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

PARITY = pathlib.Path(__file__).resolve().parent / "parity"


@pytest.fixture(scope="module")
def both():
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW")}
    environment["PYTHONPATH"] = str(PARITY.parent.parent)
    done = subprocess.run(
        [sys.executable, str(PARITY / "observe.py")], capture_output=True, text=True, env=environment, check=True
    )
    return json.loads(done.stdout), json.loads((PARITY / "golden.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("dag_id", ["everyday", "groups", "taskflow"])
@pytest.mark.parametrize("part", ["tasks", "downstream", "groups", "labels", "params", "tags", "rendered"])
def test_a_dag_is_what_airflow_makes_of_it(both, dag_id, part):
    ours, theirs = both
    assert ours["dags"][dag_id][part] == theirs["dags"][dag_id][part]


def test_no_dag_is_left_out(both):
    ours, theirs = both
    assert ours["dags"].keys() == theirs["dags"].keys()


def test_xcom_values_cross_as_airflow_writes_them(both):
    ours, theirs = both
    assert ours["xcom_values"] == theirs["xcom_values"]
