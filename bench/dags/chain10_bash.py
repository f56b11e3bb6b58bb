"""Nine hand-overs between shell commands."""
import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    dag_id="chain10_bash",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    schedule=None,
    catchup=False,
    max_active_tasks=2000,
):
    previous = None
    for number in range(10):
        task = BashOperator(task_id=f"step_{number}", bash_command="true")
        if previous:
            previous >> task
        previous = task
