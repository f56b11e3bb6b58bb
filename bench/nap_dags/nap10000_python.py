"""Windmill's scaling test: 10,000 × sleep(0.1), a hundred at a time."""
import time

import pendulum
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG


def nap(seconds):
    time.sleep(seconds)


with DAG(
    dag_id="nap10000_python",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    schedule=None,
    catchup=False,
    max_active_tasks=2000,
):
    for number in range(10000):
        PythonOperator(task_id=f"nap_{number}", python_callable=nap, op_args=[0.1])
