"""What the `test` and `render` commands share: their arguments, and finding the DAG in its file."""

from __future__ import annotations

import argparse
import json
import os
import sys

from gale.dag_file import DagFileError, load


class UsageError(Exception):
    """`args[0]` says what the user gave and what is wrong with it."""


def parser(prog: str, doc: str, *, with_task: bool) -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(prog=prog, description=doc.splitlines()[0])
    result.add_argument("--file", required=True, help="the DAG file")
    result.add_argument("--dags-folder", help="added to sys.path")
    result.add_argument("--dag-id", required=True)
    if with_task:
        result.add_argument("--task-id", required=True)
        result.add_argument("--map-index", type=int, default=-1, help="which instance of a mapped task")
    result.add_argument("--logical-date", help="ISO 8601; now, if not given")
    result.add_argument("--conf", help="JSON object with the run's conf")
    result.add_argument("--env-vars", help="JSON object of environment variables to set")
    return result


def find_dag(options):
    dags, notes = load(options.file, options.dags_folder)
    for note in notes:
        print(note, file=sys.stderr)
    for dag in dags:
        if dag.dag_id == options.dag_id:
            return dag
    known = ", ".join(dag.dag_id for dag in dags) or "no DAG"
    raise UsageError(f"DAG {options.dag_id!r} is not in {options.file}; the file has {known}")


def find_task(dag, task_id: str, map_index: int = -1):
    if not dag.has_task(task_id):
        raise UsageError(f"task {task_id!r} is not in DAG {dag.dag_id!r}; it has {', '.join(sorted(dag.task_ids))}")
    task = dag.get_task(task_id)
    has_instances = task.is_mapped or task.get_closest_mapped_task_group() is not None
    if has_instances and map_index < 0:
        raise UsageError(f"task {task_id!r} is mapped: give --map-index, 0 for its first instance")
    if not has_instances and map_index >= 0:
        raise UsageError(f"task {task_id!r} is not mapped; leave out --map-index")
    return task


def logical_date(text: str | None):
    if not text:
        return None
    from airflow.sdk.timezone import parse

    try:
        return parse(text)
    except Exception as error:
        raise UsageError(f"--logical-date {text!r} is not a date: {error}; write it as 2026-01-31") from None


def json_object(text: str | None, option: str = "--conf") -> dict:
    if not text:
        return {}
    try:
        value = json.loads(text)
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise UsageError(f"{option} {text!r} must be a JSON object")
    return value


def guarded(work, options) -> int:
    """Runs `work(options)`; what the user caused becomes a message and exit code 2 (a file that fails: 1)."""
    try:
        os.environ.update({name: str(value) for name, value in json_object(options.env_vars, "--env-vars").items()})
        return work(options)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except DagFileError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
