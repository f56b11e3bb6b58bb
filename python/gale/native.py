"""The definition of a task that the worker runs without Python, or None."""

from __future__ import annotations

from airflow.sdk.definitions.xcom_arg import ResolveMixin
from airflow.sdk.execution_time.rendered_fields import as_json, whole_fields

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
    cls = task.operator_class
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
    if task.map_index_template:
        return True
    return any(_holds_template(getattr(task, name), task.template_ext) for name in task.template_fields)


def _only_known_values(task, fields) -> bool:
    """Fields that are rendered may refer to other tasks; the others may not."""
    return not any(_holds_reference(getattr(task, name)) for name in fields if name not in task.template_fields)


def _holds_reference(value) -> bool:
    if isinstance(value, dict):
        return any(_holds_reference(item) for item in value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(_holds_reference(item) for item in value)
    return isinstance(value, ResolveMixin)


def has_callbacks(task) -> bool:
    from airflow.sdk.bases.operator import BaseOperator

    if any(getattr(task, name, None) for name in _CALLBACKS):
        return True
    hooks = ("pre_execute", "post_execute")
    return any(getattr(task.operator_class, hook) is not getattr(BaseOperator, hook) for hook in hooks)


def _runs_in_python(task) -> bool:
    return has_callbacks(task) or bool(task.run_as_user)


def _exit_codes(value) -> list[int] | None:
    try:
        return sorted(int(code) for code in value)
    except TypeError:  # a container that cannot be listed
        return None


_KINDS = {_BASH: ("bash", _BASH_FIELDS), _DOCKER: ("docker", _DOCKER_FIELDS)}
# What makes an operator of that class need Python.
_NEEDS_PYTHON = {"bash": ("output_processor",), "docker": ("env_file", "retrieve_output")}


def native_definition(task) -> dict | None:
    """See docs/reference/dag_definition.md, "native"."""
    if _runs_in_python(task):
        return None
    if _is_exactly(task, _EMPTY):
        return _empty_definition(task)
    for name, (kind, fields) in _KINDS.items():
        if _is_exactly(task, name):
            return _mapped_definition(task, kind, fields) if task.is_mapped else _fields_definition(task, kind, fields)
    return None


def _empty_definition(task) -> dict | None:
    mapped = task.expand_input.names() if task.is_mapped else set()
    needs_python = mapped is None or mapped & {"pre_execute", "post_execute", "run_as_user"}
    return None if needs_python or task.map_index_template else {"kind": "empty"}


def _mapped_definition(task, kind: str, names) -> dict | None:
    """The fields come with the rendering of each instance. Other arguments may be mapped only if they change nothing."""
    mapped = task.expand_input.names()
    if mapped is None or not mapped <= {*names, "params"}:
        return None
    shared = task.partial_kwargs
    if any(shared.get(name) for name in _NEEDS_PYTHON[kind]):
        return None
    if any(_holds_reference(shared.get(name)) for name in names if name not in task.template_fields):
        return None
    return {"kind": kind, "needs_render": True, "fields": {}}


def _fields_definition(task, kind: str, names) -> dict | None:
    usable = not any(getattr(task, name) for name in _NEEDS_PYTHON[kind])
    codes = _exit_codes(task.skip_on_exit_code)
    if not usable or codes is None or not _only_known_values(task, names):
        return None
    return {"kind": kind, "needs_render": needs_render(task), "fields": _native_fields(task, names, codes)}


def _native_fields(task, names, codes: list[int]) -> dict:
    fields = {name: as_json(getattr(task, name)) for name in names}
    fields["skip_on_exit_code"] = codes
    return fields


def rendered_native_fields(task, *, is_mapped: bool) -> dict:
    """What the worker runs a rendered task with: its templated fields, of a mapped one all that it has."""
    for name, (kind, names) in _KINDS.items():
        if is_mapped and _is_exactly(task, name):
            codes = _exit_codes(task.skip_on_exit_code)
            if codes is None:
                raise TypeError(f"task {task.task_id!r}: skip_on_exit_code {task.skip_on_exit_code!r} cannot be listed")
            return _native_fields(task, names, codes)
    return whole_fields(task)
