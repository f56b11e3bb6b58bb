"""Ten thousand tasks that no process runs: the scheduler and the store alone."""
import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG(
    dag_id="wide10000_empty",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    schedule=None,
    catchup=False,
    max_active_tasks=2000,
):
    for number in range(10000):
        EmptyOperator(task_id=f"side_{number}")
