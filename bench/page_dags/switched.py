"""Paused and unpaused: a change that shows on the page."""
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("switched", schedule=None):
    EmptyOperator(task_id="only")
