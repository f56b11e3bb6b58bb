"""Imports a DAG file as Airflow does and gives its DAGs."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import traceback
import warnings

from airflow.sdk.definitions.contextmanager import DagContext, TaskGroupContext
from airflow.sdk.definitions.dag import DAG
from airflow.sdk.exceptions import AirflowDagDuplicatedIdException

MAX_WARNINGS = 100


class DagFileError(Exception):
    """The file could not be imported; `args[0]` is the text to show."""


def module_name(path: str) -> str:
    digest = hashlib.sha1(path.encode()).hexdigest()
    return f"unusual_prefix_{digest}_{os.path.splitext(os.path.basename(path))[0]}"


def _prepare_path(path: str, dags_folder: str | None) -> None:
    """The file's own folder first, so that its neighbours win; then the dags folder."""
    folders = [os.path.dirname(path)]
    if dags_folder:
        os.environ["GALE_DAGS_FOLDER"] = dags_folder
        folders.append(os.path.abspath(dags_folder))
    for folder in reversed(folders):
        if folder in sys.path:
            sys.path.remove(folder)
        sys.path.insert(0, folder)


def _short_traceback(path: str) -> str:
    """The current exception, from the first frame of the DAG file on."""
    kind, error, frames = sys.exc_info()
    frame = frames
    while frame is not None and frame.tb_frame.f_code.co_filename != path:
        frame = frame.tb_next
    return "".join(traceback.format_exception(kind, error, frame or _last_resort(error, frames)))


def _last_resort(error, frames):
    # A syntax error names its place itself; the import machinery's frames say nothing.
    return None if isinstance(error, SyntaxError) else frames


def _collect(module) -> list[DAG]:
    found: list[DAG] = []
    for value in [*vars(module).values(), *DagContext.registered]:
        if isinstance(value, DAG) and not any(known is value for known in found):
            found.append(value)
    by_id: dict[str, DAG] = {}
    for dag in found:
        if dag.dag_id in by_id:
            raise AirflowDagDuplicatedIdException(
                f"the DAG id {dag.dag_id!r} is used twice in this file; each DAG needs an id of its own"
            )
        by_id[dag.dag_id] = dag
    return [by_id[dag_id] for dag_id in sorted(by_id)]


def load(path: str, dags_folder: str | None = None) -> tuple[list[DAG], list[str]]:
    """DAGs by id, and warnings. DagFileError carries the traceback of what went wrong, naming the file."""
    path = os.path.abspath(path)
    _prepare_path(path, dags_folder)
    name = module_name(path)
    DagContext.registered.clear()
    DagContext.stack.clear()
    TaskGroupContext.stack.clear()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        try:
            spec = importlib.util.spec_from_file_location(name, path)
            if spec is None or spec.loader is None:
                raise DagFileError(f"{path} is not a Python file (its name must end in .py)")
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            spec.loader.exec_module(module)
            dags = _collect(module)
            for dag in dags:
                dag.fileloc = path
                dag.validate()
        except DagFileError:
            raise
        except SystemExit as error:
            raise DagFileError(
                f"{path} called sys.exit({error.code!r}) while it was imported; "
                "put such code under `if __name__ == '__main__':`\n" + _short_traceback(path)
            ) from error
        except BaseException as error:
            sys.modules.pop(name, None)
            raise DagFileError(f"{path} could not be imported:\n{_short_traceback(path)}") from error
    return dags, _texts(caught, path)


def _texts(caught, path: str) -> list[str]:
    texts: list[str] = []
    for warning in caught:
        where = f"{os.path.basename(path)}:{warning.lineno}: " if warning.filename == path else ""
        text = f"{where}{warning.category.__name__}: {warning.message}"
        if text not in texts and len(texts) < MAX_WARNINGS:
            texts.append(text)
    return texts
