"""100 shell commands with nothing between them."""
import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    dag_id="wide100_bash",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    schedule=None,
    catchup=False,
    max_active_tasks=2000,
):
    for number in range(100):
        BashOperator(task_id=f"side_{number}", bash_command="true")
