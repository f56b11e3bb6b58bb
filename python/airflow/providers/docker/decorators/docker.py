"""`@task.docker` needs Python inside the image; this version of Gale does not run it."""

from __future__ import annotations

from airflow.sdk.exceptions import UnsupportedByGale


def docker_task(python_callable=None, **kwargs):
    raise UnsupportedByGale("@task.docker is not supported by this version of Gale; use DockerOperator")
