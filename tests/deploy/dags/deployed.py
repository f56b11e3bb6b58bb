"""What the tests of the compose file run."""

from datetime import timedelta

from airflow.providers.docker.operators.docker import DockerOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, task
from docker.types import Mount

DATA = "/opt/airflow/data"
RETRIES = {"retries": 3, "retry_delay": timedelta(milliseconds=100)}

# Runs until the test lets it go; says which try it was.
with DAG("gated", schedule=None, default_args=RETRIES):
    first = BashOperator(task_id="first", bash_command="echo begin")
    slow = BashOperator(
        task_id="slow",
        bash_command=f"touch {DATA}/started; while [ ! -e {DATA}/gate ]; do sleep 0.1; done; echo {{{{ ti.try_number }}}}",
    )

    @task
    def last(tries):
        return f"slow ended in try {tries}"

    first >> slow
    last(slow.output)


class OfTheirOwn(DockerOperator):
    """A subclass runs in Python, with the docker package."""

    def execute(self, context):
        return super().execute(context)


with DAG("containers", schedule=None):
    # With DockerOperator's defaults, a temporary folder among them.
    for name, operator in (("native", DockerOperator), ("python", OfTheirOwn)):
        operator(task_id=name, image="data-loader:latest", command=["data_load", "--help"], auto_remove="force")

with DAG("refused", schedule=None):
    wanted = {
        "mounts": {"mounts": [Mount(source="/", target="/host", type="bind")]},
        "database": {"mounts": [Mount(source="galetest_postgres-db-volume", target="/host", type="volume")]},
        "privileged": {"privileged": True},
        "network": {"network_mode": "host"},
        "backend": {"network_mode": "galetest_backend"},
    }
    for name, options in wanted.items():
        DockerOperator(task_id=name, image="data-loader:latest", command=["data_load", "--help"], mount_tmp_dir=False,
                       auto_remove="force", **options)  # fmt: skip
