"""The definition of a task that the worker runs without Python, or None."""

from __future__ import annotations

from airflow.sdk.definitions.xcom_arg import iter_references
from airflow.sdk.execution_time.rendered_fields import as_json

_BASH = "airflow.providers.standard.operators.bash.BashOperator"
_EMPTY = "airflow.providers.standard.operators.empty.EmptyOperator"
_DOCKER = "airflow.providers.docker.operators.docker.DockerOperator"

_CALLBACKS = ("on_execute_callback", "on_failure_callback", "on_success_callback", "on_retry_callback",
              "on_skipped_callback", "_pre_execute_hook", "_post_execute_hook")  # fmt: skip

_BASH_FIELDS = ("bash_command", "env", "append_env", "cwd", "output_encoding", "skip_on_exit_code")
_DOCKER_FIELDS = (
    "image", "command", "entrypoint", "environment", "private_environment", "container_name", "mounts",
    "mount_tmp_dir", "tmp_dir", "host_tmp_dir", "docker_url", "api_version", "network_mode", "auto_remove", "user",
    "working_dir", "mem_limit", "cpus", "shm_size", "privileged", "cap_add", "dns", "dns_search", "extra_hosts",
    "tty", "hostname", "force_pull", "xcom_all", "retrieve_output", "retrieve_output_path", "timeout",
    "tls_ca_cert", "tls_client_cert", "tls_client_key", "tls_verify", "tls_hostname", "tls_ssl_version",
    "skip_on_exit_code", "device_requests", "log_opts_max_size", "log_opts_max_file", "ipc_mode", "ulimits",
    "labels", "port_bindings", "docker_conn_id",
)  # fmt: skip


def _is_exactly(task, name: str) -> bool:
    cls = type(task)
    return f"{cls.__module__}.{cls.__qualname__}" == name


def _holds_template(value, template_ext) -> bool:
    """Whether Jinja would change the value, a template file is named in it, or only a run knows it."""
    if isinstance(value, str):
        marks = ("{{", "{%", "{#")
        # Jinja drops one newline at the end of a template.
        return any(m in value for m in marks) or value.endswith(tuple(template_ext)) or value.endswith("\n")
    if isinstance(value, dict):
        return any(_holds_template(item, template_ext) for item in value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(_holds_template(item, template_ext) for item in value)
    if value is None or isinstance(value, (bool, int, float)):
        return False
    return callable(getattr(value, "resolve", None)) or bool(getattr(value, "template_fields", None)) or callable(value)


def needs_render(task) -> bool:
    return any(_holds_template(getattr(task, name), task.template_ext) for name in task.template_fields)


def _only_known_values(task, fields) -> bool:
    """Fields that are rendered may refer to other tasks; the others may not."""
    untemplated = [name for name in fields if name not in task.template_fields]
    return not any(True for name in untemplated for _ in iter_references(getattr(task, name)))


def has_callbacks(task) -> bool:
    from airflow.sdk.bases.operator import BaseOperator

    if any(getattr(task, name, None) for name in _CALLBACKS):
        return True
    return any(getattr(type(task), hook) is not getattr(BaseOperator, hook) for hook in ("pre_execute", "post_execute"))


def _runs_in_python(task) -> bool:
    return has_callbacks(task) or bool(task.run_as_user)


def _exit_codes(value) -> list[int] | None:
    try:
        return sorted(int(code) for code in value)
    except TypeError:  # a container that cannot be listed
        return None


def native_definition(task) -> dict | None:
    """See docs/reference/dag_definition.md, "native"."""
    if _is_exactly(task, _EMPTY):
        return None if _runs_in_python(task) else {"kind": "empty"}
    if _is_exactly(task, _BASH):
        return _fields_definition(task, "bash", _BASH_FIELDS, usable=task.output_processor is None)
    if _is_exactly(task, _DOCKER):
        return _fields_definition(task, "docker", _DOCKER_FIELDS, usable=not task.env_file and not task.retrieve_output)
    return None


def _fields_definition(task, kind: str, names, usable: bool) -> dict | None:
    codes = _exit_codes(task.skip_on_exit_code)
    if not usable or codes is None or _runs_in_python(task) or not _only_known_values(task, names):
        return None
    fields = {name: as_json(getattr(task, name)) for name in names}
    fields["skip_on_exit_code"] = codes
    return {"kind": kind, "needs_render": needs_render(task), "fields": fields}
