"""The financial_news pipeline for a machine without a Docker engine: the two programs run here."""

import os
from pathlib import Path

from airflow.decorators import dag
from airflow.operators.bash import BashOperator
from airflow.operators.python_operator import PythonOperator
from airflow.utils.dates import days_ago
from utils import aggregate_predictions

PIPELINE = Path(__file__).resolve().parents[1]
DATA_DIR = os.environ.get("FINANCIAL_NEWS_DATA") or str(PIPELINE / "data")
BIN_DIR = os.environ.get("GALE_FINANCIAL_NEWS_BIN") or str(PIPELINE.parents[1] / "build" / "release" / "bin")

bash_args = {
    # Paths go through the environment, so that any character in them is safe. What the programs
    # read themselves (NEWS_FEED_URL) comes from the scheduler's environment.
    "env": {"BIN_DIR": BIN_DIR, "DATA_DIR": DATA_DIR},
    "append_env": True,
    "retries": 1,
}


@dag("financial_news_local", start_date=days_ago(0), schedule="@daily", catchup=False)
def financial_news_local():
    news_load = BashOperator(
        task_id="news_load",
        bash_command='exec "$BIN_DIR/data_load" --data_path "$DATA_DIR/raw/data__{{ ds }}.csv"',
        **bash_args,
    )

    news_label = BashOperator(
        task_id="news_label",
        bash_command='exec "$BIN_DIR/model_predict" ${FINANCIAL_NEWS_MODEL:+--model "$FINANCIAL_NEWS_MODEL"} '
        '--data_path "$DATA_DIR/raw/data__{{ ds }}.csv" --pred_path "$DATA_DIR/predict/labels__{{ ds }}.json"',
        **bash_args,
    )

    news_by_topic = PythonOperator(
        task_id="news_by_topic",
        python_callable=aggregate_predictions,
        op_kwargs={
            "pred_path": DATA_DIR + "/predict/labels__{{ ds }}.json",
            "result_path": DATA_DIR + "/predict/result__{{ ds }}.json",
        },
    )

    news_load >> news_label >> news_by_topic


financial_news_local()
