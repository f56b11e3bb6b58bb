"""1,000 tasks in 40 layers of 25, each task after two of the layer before: for the page's grid and graph."""
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

LAYERS, WIDTH = 40, 25

with DAG("grid_1000", schedule=None, max_active_runs=16, max_active_tasks=1000) as dag:
    before = []
    for layer in range(LAYERS):
        tasks = [EmptyOperator(task_id=f"layer_{layer:02}_task_{number:02}") for number in range(WIDTH)]
        for number, task in enumerate(tasks):
            for parent in before[number : number + 2]:
                parent >> task
        before = tasks
