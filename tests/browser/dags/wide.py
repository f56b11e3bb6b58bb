"""200 tasks: a grid and a graph that one must scroll."""
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TaskGroup

with DAG("wide", description="Ten groups of twenty tasks", tags=["shape", "large"], max_active_tasks=64):
    start = EmptyOperator(task_id="start")
    for group in range(10):
        with TaskGroup(f"group_{group}"):
            before = start
            for number in range(20):
                each = EmptyOperator(task_id=f"task_{number}")
                (before if number % 5 else start) >> each
                before = each
