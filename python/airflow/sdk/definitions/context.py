"""The context of a running try: what templates, callbacks and python callables see."""

from __future__ import annotations

import contextlib

from airflow.sdk.exceptions import AirflowException

KNOWN_CONTEXT_KEYS = {
    "conn", "dag", "dag_run", "data_interval_end", "data_interval_start", "ds", "ds_nodash", "exception",
    "expanded_ti_count", "inlets", "inlet_events", "logical_date", "macros", "map_index_template", "outlets",
    "outlet_events", "params", "partition_date", "partition_key", "prev_data_interval_start_success",
    "prev_data_interval_end_success", "prev_start_date_success", "prev_end_date_success", "reason", "run_id",
    "start_date", "task", "task_instance", "ti", "task_instance_key_str", "task_reschedule_count",
    "templates_dict", "test_mode", "triggering_asset_events", "try_number", "ts", "ts_nodash",
    "ts_nodash_with_tz", "var",
    # Airflow 1 and 2
    "conf", "execution_date", "next_ds", "next_ds_nodash", "next_execution_date", "prev_ds", "prev_ds_nodash",
    "prev_execution_date", "prev_execution_date_success", "tomorrow_ds", "tomorrow_ds_nodash", "yesterday_ds",
    "yesterday_ds_nodash",
}  # fmt: skip


class Lazy:
    """A context value that is asked for only when someone reads it."""

    def __init__(self, compute):
        self._compute = compute

    def get(self):
        if self._compute is not None:
            self._value, self._compute = self._compute(), None
        return self._value


class RemoteLazy(Lazy):
    """A lazy value that the supervisor must be asked for; `**context` gets a RemoteProxy of it."""


def _delegated(name: str):
    def method(self, *args):
        return getattr(object.__getattribute__(self, "_lazy").get(), name)(*args)

    return method


class RemoteProxy:
    """Behaves as the value, and asks for it at the first use: most functions with `**context` never do."""

    def __init__(self, lazy: RemoteLazy):
        object.__setattr__(self, "_lazy", lazy)

    def __getattribute__(self, name: str):
        return getattr(object.__getattribute__(self, "_lazy").get(), name)

    for _name in ("str", "repr", "format", "hash", "eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "radd", "rsub"):
        locals()[f"__{_name}__"] = _delegated(f"__{_name}__")

    def __bool__(self) -> bool:
        return bool(object.__getattribute__(self, "_lazy").get())


class Context(dict):
    """A dict whose Lazy values are computed when they are read."""

    def __getitem__(self, key):
        value = super().__getitem__(key)
        return value.get() if isinstance(value, Lazy) else value

    def get(self, key, default=None):
        return self[key] if key in self else default

    def pop(self, key, *default):
        value = super().pop(key, *default)
        return value.get() if isinstance(value, Lazy) else value

    def items(self):
        return [(key, self[key]) for key in self]

    def values(self):
        return [self[key] for key in self]

    def __iter__(self):
        return super().__iter__()

    def raw_items(self):
        """Items with the lazy ones as they are."""
        return dict.items(self)

    def argument(self, key):
        """The value for `**context` of a function."""
        value = super().__getitem__(key)
        return RemoteProxy(value) if isinstance(value, RemoteLazy) else self[key]

    def copy(self):
        return Context(dict(self.raw_items()))


_current: list = []


@contextlib.contextmanager
def set_current_context(context):
    _current.append(context)
    try:
        yield context
    finally:
        _current.pop()


def get_current_context():
    """The context of the try that runs now; AirflowException outside of one."""
    if not _current:
        raise AirflowException(
            "get_current_context() was called outside a running task: call it inside a task's function, "
            "or inside execute() of an operator"
        )
    return _current[-1]


class _ParsingContext:
    def __init__(self, dag_id=None, task_id=None):
        self.dag_id = dag_id
        self.task_id = task_id


def get_parsing_context() -> _ParsingContext:
    """Which DAG and task a file is parsed for; both None, as one parse serves all of them."""
    return _ParsingContext()


def context_merge(context, *args, **kwargs) -> None:
    context.update(*args, **kwargs)


def context_copy_partial(source, keys):
    return Context({key: value for key, value in dict.items(source) if key in keys})
