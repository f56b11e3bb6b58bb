"""`gale tasks render`: prints the templated fields of a task, rendered."""

from __future__ import annotations

import json
import sys

from gale import command


def _work(options) -> int:
    from airflow.sdk.exceptions import AirflowException
    from airflow.sdk.execution_time.local_run import render_task

    moment, conf = command.logical_date(options.logical_date), command.json_object(options.conf)
    conf.update(command.json_object(options.task_params, "--task-params"))
    task = command.find_task(command.find_dag(options), options.task_id, options.map_index)
    try:
        fields = render_task(task, logical_date=moment, conf=conf, map_index=options.map_index)
    except AirflowException as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(fields, ensure_ascii=False, indent=2))
        return 0
    for name, value in fields.items():
        print("# " + "-" * 58)
        print(f"# property: {name}")
        print("# " + "-" * 58)
        print(value)
        print()
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = command.parser("gale tasks render", __doc__, with_task=True)
    parser.add_argument("--task-params", help="JSON object with params, over the run's conf")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of sections")
    return command.guarded(_work, parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
