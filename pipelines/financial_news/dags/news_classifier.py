"""Loads the day's financial news, labels them by topic and groups them for a report."""

import os
from pathlib import Path

from airflow.decorators import dag
from airflow.operators.python_operator import PythonOperator
from airflow.providers.docker.operators.docker import DockerOperator
from airflow.utils.dates import days_ago
from docker.types import Mount
from utils import aggregate_predictions

# The data folder as this process sees it, and as the Docker engine does (another path when
# the scheduler itself runs in a container).
DATA_DIR = os.environ.get("FINANCIAL_NEWS_DATA") or str(Path(__file__).resolve().parents[1] / "data")
HOST_DATA_DIR = os.environ.get("FINANCIAL_NEWS_HOST_DATA") or DATA_DIR
CONTAINER_DATA_DIR = "/opt/airflow/data/"
DOCKER_URL = os.environ.get("DOCKER_URL") or os.environ.get("DOCKER_HOST") or "unix://var/run/docker.sock"

FEED = {name: os.environ[name] for name in ["NEWS_FEED_URL"] if os.environ.get(name)}

docker_args = {
    "docker_url": DOCKER_URL,
    "api_version": "1.30",
    "network_mode": os.environ.get("FINANCIAL_NEWS_NETWORK") or "bridge",
    "mount_tmp_dir": False,
    "mounts": [Mount(source=HOST_DATA_DIR, target=CONTAINER_DATA_DIR, type="bind")],
    # The name is free again for the retry.
    "auto_remove": "force",
    # The files belong to whoever runs the scheduler; for root the image's own user stays.
    "user": f"{os.getuid()}:{os.getgid()}" if os.getuid() else None,
    "retries": 1,
}


@dag("financial_news", start_date=days_ago(0), schedule="@daily", catchup=False)
def financial_news():
    news_load = DockerOperator(
        task_id="news_load",
        image="data-loader:latest",
        container_name="task__news_load",
        command=["data_load", "--data_path", CONTAINER_DATA_DIR + "raw/data__{{ ds }}.csv"],
        environment=FEED,
        **docker_args,
    )

    news_label = DockerOperator(
        task_id="news_label",
        image="model-prediction:latest",
        container_name="task__news_label",
        command=[
            "model_predict",
            "--data_path",
            CONTAINER_DATA_DIR + "raw/data__{{ ds }}.csv",
            "--pred_path",
            CONTAINER_DATA_DIR + "predict/labels__{{ ds }}.json",
        ],
        **docker_args,
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


financial_news()
