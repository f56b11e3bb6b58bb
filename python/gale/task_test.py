"""`gale tasks test`: runs one task in this process. Exit code 1 if it failed."""

from __future__ import annotations

import sys

from gale import command


def _work(options) -> int:
    from airflow.sdk.execution_time.local_run import run_task

    moment, conf = command.logical_date(options.logical_date), command.json_object(options.conf)
    conf.update(command.json_object(options.task_params, "--task-params"))
    task = command.find_task(command.find_dag(options), options.task_id, options.map_index)
    state = run_task(task, logical_date=moment, conf=conf, map_index=options.map_index)
    print(f"{options.dag_id}.{options.task_id}: {state}")
    return 0 if state in ("success", "skipped") else 1


def main(arguments: list[str] | None = None) -> int:
    parser = command.parser("gale tasks test", __doc__, with_task=True)
    parser.add_argument("--task-params", help="JSON object with params, over the run's conf")
    return command.guarded(_work, parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
