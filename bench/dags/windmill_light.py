"""Windmill's light suite: 40 times fibo(10), one after the other."""
import pendulum
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG


def fibo(n):
    return n if n < 2 else fibo(n - 1) + fibo(n - 2)


with DAG(
    dag_id="windmill_light",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    schedule=None,
    catchup=False,
    max_active_tasks=2000,
):
    previous = None
    for number in range(40):
        task = PythonOperator(task_id=f"fibo_{number}", python_callable=fibo, op_args=[10])
        if previous:
            previous >> task
        previous = task
