"""One Python task, mapped over a thousand items."""
import pendulum
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG


def nothing(item):
    pass


with DAG(
    dag_id="mapped1000_python",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    schedule=None,
    catchup=False,
    max_active_tasks=2000,
):
    PythonOperator.partial(task_id="side", python_callable=nothing).expand(op_args=[[number] for number in range(1000)])
