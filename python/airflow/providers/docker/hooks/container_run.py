"""Runs a DockerOperator in Python, with the docker package: for subclasses, callbacks, env_file and dag.test()."""

from __future__ import annotations

import contextlib
import tempfile

from airflow.sdk.exceptions import AirflowException, AirflowSkipException


def _client(operator):
    import docker

    tls = False
    if operator.tls_ca_cert or operator.tls_client_cert:
        tls = docker.tls.TLSConfig(
            ca_cert=operator.tls_ca_cert,
            client_cert=(operator.tls_client_cert, operator.tls_client_key) if operator.tls_client_cert else None,
            verify=operator.tls_verify,
            assert_hostname=operator.tls_hostname,
        )
    urls = operator.docker_url if isinstance(operator.docker_url, list) else [operator.docker_url]
    problem = None
    for url in urls:
        for version in dict.fromkeys([operator.api_version or "auto", "auto"]):
            try:
                client = docker.APIClient(base_url=url, version=version, tls=tls, timeout=operator.timeout)
                client.version()
                if version != (operator.api_version or "auto"):
                    operator.log.info("The engine does not serve API %s; using %s", operator.api_version,
                                      client.api_version)  # fmt: skip
                return client
            except docker.errors.DockerException as error:
                problem = error
    raise AirflowException(
        f"task {operator.task_id!r}: no Docker engine answers at {', '.join(urls)}: {problem}"
    ) from problem


def _environment(operator) -> dict:
    values = {}
    if operator.env_file:
        from io import StringIO

        from dotenv import dotenv_values

        values.update(dotenv_values(stream=StringIO(operator.env_file)))
    return {**values, **operator.environment, **operator.private_environment}


def _command(value):
    import ast

    if isinstance(value, str) and value.strip().startswith("["):
        return ast.literal_eval(value)
    return value


def _log_config(operator):
    from docker.types import LogConfig

    options = {"max-size": operator.log_opts_max_size, "max-file": operator.log_opts_max_file}
    return LogConfig(config={key: value for key, value in options.items() if value is not None})


def _create(operator, client, mounts, environment) -> dict:
    o = operator
    host = client.create_host_config(
        auto_remove=False, mounts=mounts, network_mode=o.network_mode, shm_size=o.shm_size, dns=o.dns,
        dns_search=o.dns_search, cpu_shares=round(o.cpus * 1024), mem_limit=o.mem_limit, cap_add=o.cap_add,
        extra_hosts=o.extra_hosts, privileged=o.privileged, device_requests=o.device_requests,
        log_config=_log_config(o), ipc_mode=o.ipc_mode, port_bindings=o.port_bindings or None,
        ulimits=o.ulimits or None,
    )  # fmt: skip
    return client.create_container(
        command=_command(o.command), name=o.container_name, environment=environment, image=o.image, user=o.user,
        entrypoint=_command(o.entrypoint), working_dir=o.working_dir, tty=o.tty, hostname=o.hostname,
        ports=list(o.port_bindings) or None, labels=o.labels, host_config=host,
    )  # fmt: skip


def _pull_if_needed(operator, client) -> None:
    if operator.force_pull or not client.images(name=operator.image):
        operator.log.info("Pulling image %s", operator.image)
        for line in client.pull(operator.image, stream=True, decode=True):
            if "error" in line:
                raise AirflowException(f"task {operator.task_id!r}: cannot pull {operator.image}: {line['error']}")


def _follow(operator, client, container_id: str) -> list[str]:
    lines, rest = [], ""
    for chunk in client.logs(container_id, stream=True, follow=True, stdout=True, stderr=True):
        *whole, rest = (rest + chunk.decode("utf-8", "replace")).split("\n")
        for line in whole:
            operator.log.info("%s", line.rstrip())
            lines.append(line.rstrip())
    if rest:
        operator.log.info("%s", rest)
        lines.append(rest)
    return lines


def run_container(operator):
    """The last log line (all with xcom_all) if the task pushes XComs; AirflowException names image and exit code."""
    with contextlib.ExitStack() as stack:
        from docker.errors import APIError

        client = operator._client = _client(operator)
        stack.callback(client.close)
        mounts, environment = list(operator.mounts), _environment(operator)
        if operator.mount_tmp_dir:
            from docker.types import Mount

            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="airflowtmp", dir=operator.host_tmp_dir))
            mounts.append(Mount(operator.tmp_dir, folder, "bind"))
            environment["AIRFLOW_TMP_DIR"] = operator.tmp_dir
        _pull_if_needed(operator, client)
        try:
            container = operator._container = _create(operator, client, mounts, environment)
        except APIError as error:
            # The engine is on another machine, or this is a container: as in Airflow, the task then runs without.
            if not operator.mount_tmp_dir or folder not in str(error):
                raise
            operator.log.warning("Running without a temporary folder, because the Docker engine cannot mount this one: "
                                 "%s. Set mount_tmp_dir=False to do so without this warning.", error)  # fmt: skip
            del environment["AIRFLOW_TMP_DIR"]
            container = operator._container = _create(operator, client, mounts[:-1], environment)
        code = None
        try:
            client.start(container["Id"])
            lines = _follow(operator, client, container["Id"])
            code = client.wait(container["Id"])["StatusCode"]
        finally:
            if operator.auto_remove == "force" or (operator.auto_remove == "success" and code == 0):
                client.remove_container(container["Id"], force=True)
        if code in operator.skip_on_exit_code:
            raise AirflowSkipException(f"Docker container returned exit code {code}. Skipping.")
        if code != 0:
            raise AirflowException(
                f"task {operator.task_id!r}: the container of image {operator.image} failed with exit code {code}"
            )
        if not operator.do_xcom_push or not lines:
            return None
        return lines if operator.xcom_all else lines[-1]


def stop_container(operator) -> None:
    """Stops the container that a killed try left running."""
    container, client = getattr(operator, "_container", None), getattr(operator, "_client", None)
    if container is not None and client is not None:
        operator.log.info("Stopping docker container")
        client.stop(container["Id"])
