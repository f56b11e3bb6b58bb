"""A hundred Python tasks with nothing between them."""
import pendulum
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG


def nothing():
    pass


with DAG(
    dag_id="wide100_python",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    schedule=None,
    catchup=False,
    max_active_tasks=2000,
):
    for number in range(100):
        PythonOperator(task_id=f"side_{number}", python_callable=nothing)
