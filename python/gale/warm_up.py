"""Runs a small task several times before the first fork, so that the interpreter has adapted to this code and filled
its caches once: a child writes less into the pages that it shares, and each page written is copied."""

from __future__ import annotations

import logging
import os
import sys

RUNS = 8


class _Nobody:
    """A supervisor that agrees to everything."""

    def request(self, body: dict) -> dict:
        from gale.comms import encode

        encode([1, body])
        return {}


def _startup(dag_id: str, task_id: str) -> dict:
    moment = "2026-01-01T00:00:00+00:00"
    run = dict.fromkeys(("logical_date", "data_interval_start", "data_interval_end", "run_after", "start_date"), moment)
    return {
        "ti": {"id": "", "dag_id": dag_id, "task_id": task_id, "run_id": "warm_up", "try_number": 1},
        "start_date": moment,
        "ti_context": {"dag_run": {**run, "dag_id": dag_id, "run_id": "warm_up", "conf": {}}},
    }


def warm_up() -> None:
    """Leaves logging, environment and streams as they were."""
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.sdk import DAG
    from airflow.sdk.execution_time import supervisor
    from airflow.sdk.execution_time.runner import run_try
    from gale import task_log

    with DAG("warm_up") as dag:
        task = PythonOperator(task_id="task", python_callable=lambda text: None, op_args=["{{ ds }} {{ data_interval_end | ts }}"])
    root = logging.getLogger()
    before = (root.handlers[:], root.level, dict(os.environ), sys.stdout, sys.stderr, supervisor.set_channel(_Nobody()))
    with open(os.devnull, "wb", buffering=0) as nowhere:
        try:
            for _ in range(RUNS):
                task_log.route(task_log.LogChannel(nowhere.fileno()))
                _, error = run_try(_startup(dag.dag_id, task.task_id), task, test_mode=True)
                if error is not None:
                    raise error
                task_log.drain()
        finally:
            root.handlers[:], level, environment, sys.stdout, sys.stderr, channel = before
            root.setLevel(level)
            logging.captureWarnings(False)
            supervisor.set_channel(channel)
            for name in set(os.environ) - set(environment):
                del os.environ[name]
