"""DockerOperator: runs a command in a container. The worker runs it in C++; its arguments are all there is here."""

from __future__ import annotations

import os
from collections.abc import Container

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.exceptions import UnsupportedByGale


class DockerOperator(BaseOperator):
    template_fields = ("image", "command", "environment", "env_file", "container_name", "mounts", "docker_conn_id")
    template_fields_renderers = {"env_file": "yaml"}
    template_ext = (".sh", ".bash", ".env")

    def __init__(
        self,
        *,
        image: str,
        api_version: str | None = None,
        command: str | list[str] | None = None,
        container_name: str | None = None,
        cpus: float = 1.0,
        docker_url: str | list[str] | None = None,
        environment: dict | None = None,
        private_environment: dict | None = None,
        env_file: str | None = None,
        force_pull: bool = False,
        mem_limit: float | str | None = None,
        host_tmp_dir: str | None = None,
        network_mode: str | None = None,
        tls_ca_cert: str | None = None,
        tls_client_cert: str | None = None,
        tls_client_key: str | None = None,
        tls_verify: bool = True,
        tls_hostname: str | bool | None = None,
        tls_ssl_version: str | None = None,
        mount_tmp_dir: bool = True,
        tmp_dir: str = "/tmp/airflow",
        user: str | int | None = None,
        mounts: list | None = None,
        entrypoint: str | list[str] | None = None,
        working_dir: str | None = None,
        xcom_all: bool = False,
        docker_conn_id: str | None = None,
        dns: list[str] | None = None,
        dns_search: list[str] | None = None,
        auto_remove: str | bool = "never",
        shm_size: int | None = None,
        tty: bool = False,
        hostname: str | None = None,
        privileged: bool = False,
        cap_add: list[str] | None = None,
        extra_hosts: dict[str, str] | None = None,
        retrieve_output: bool = False,
        retrieve_output_path: str | None = None,
        timeout: int = 60,
        device_requests: list | None = None,
        log_opts_max_size: str | None = None,
        log_opts_max_file: str | None = None,
        ipc_mode: str | None = None,
        skip_on_exit_code: int | Container[int] | None = None,
        port_bindings: dict | None = None,
        ulimits: list | None = None,
        labels: dict[str, str] | list[str] | None = None,
        xcom_push: bool | None = None,
        volumes: list[str] | None = None,
        **kwargs,
    ):
        if xcom_push is not None:
            kwargs.setdefault("do_xcom_push", xcom_push)
        super().__init__(**kwargs)
        where = f"task {self.task_id!r}"
        if volumes is not None:
            raise UnsupportedByGale(
                f"{where}: `volumes` is gone since Airflow 2.1; use "
                "mounts=[docker.types.Mount(source=..., target=..., type='bind')]"
            )
        self.image = image
        self.api_version = api_version
        self.command = command
        self.container_name = container_name
        self.cpus = cpus
        self.docker_url = docker_url or os.environ.get("DOCKER_HOST") or "unix://var/run/docker.sock"
        self.environment = environment or {}
        self.private_environment = self._private_environment = private_environment or {}
        self.env_file = env_file
        self.force_pull = force_pull
        self.mem_limit = mem_limit
        self.host_tmp_dir = host_tmp_dir
        self.network_mode = network_mode
        self.tls_ca_cert, self.tls_client_cert, self.tls_client_key = tls_ca_cert, tls_client_cert, tls_client_key
        self.tls_verify, self.tls_hostname, self.tls_ssl_version = tls_verify, tls_hostname, tls_ssl_version
        self.mount_tmp_dir = mount_tmp_dir
        self.tmp_dir = tmp_dir
        self.user = user
        self.mounts = mounts or []
        self.entrypoint = entrypoint
        self.working_dir = working_dir
        self.xcom_all = xcom_all
        self.docker_conn_id = docker_conn_id
        self.dns = dns
        self.dns_search = dns_search
        self.auto_remove = _auto_remove(auto_remove, where)
        self.shm_size = shm_size
        self.tty = tty
        self.hostname = hostname
        self.privileged = privileged
        self.cap_add = cap_add
        self.extra_hosts = extra_hosts
        self.retrieve_output = retrieve_output
        self.retrieve_output_path = retrieve_output_path
        self.timeout = timeout
        self.device_requests = device_requests
        self.log_opts_max_size = log_opts_max_size
        self.log_opts_max_file = log_opts_max_file
        self.ipc_mode = ipc_mode
        if skip_on_exit_code is None:
            self.skip_on_exit_code = []
        elif isinstance(skip_on_exit_code, Container):
            self.skip_on_exit_code = skip_on_exit_code
        else:
            self.skip_on_exit_code = [skip_on_exit_code]
        self.port_bindings = port_bindings or {}
        self.ulimits = ulimits or []
        self.labels = labels
        if self.port_bindings and network_mode == "host":
            raise ValueError(f"{where}: port_bindings cannot be used with network_mode='host'")

    def execute(self, context):
        from airflow.providers.docker.hooks.container_run import run_container

        return run_container(self)

    def on_kill(self) -> None:
        from airflow.providers.docker.hooks.container_run import stop_container

        stop_container(self)


def _auto_remove(value, where: str) -> str:
    if isinstance(value, bool):  # Airflow up to 2.6
        return "success" if value else "never"
    if value not in ("never", "success", "force"):
        raise ValueError(f"{where}: auto_remove must be 'never', 'success' or 'force', got {value!r}")
    return value
