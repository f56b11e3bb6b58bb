"""1,000 DAGs of one file: for the list of DAGs, and to hold a year of runs (page_seed.py)."""
import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

NEVER = pendulum.datetime(2100, 1, 1, tz="UTC")

for number in range(1000):
    with DAG(f"many_{number:04}", schedule="@daily" if number % 2 else None, start_date=NEVER, catchup=False, tags=[f"team_{number % 7}"]):
        before = None
        for task_id in ("extract", "check", "transform", "load"):
            task = EmptyOperator(task_id=task_id)
            if before:
                before >> task
            before = task
