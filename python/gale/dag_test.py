"""`gale dags test`: runs all tasks of a DAG in this process. Exit code 1 if the run failed."""

from __future__ import annotations

import sys

from gale import command


def _work(options) -> int:
    moment, conf = command.logical_date(options.logical_date), command.json_object(options.conf)
    result = command.find_dag(options).test(
        logical_date=moment, run_conf=conf, mark_success_pattern=options.mark_success_pattern
    )
    for (task_id, map_index), state in result.instance_states.items():
        print(f"{task_id}: {state}" if map_index < 0 else f"{task_id}[{map_index}]: {state}")
    print(f"{result.dag_id} {result.run_id}: {result.state}")
    return 0 if result.state == "success" else 1


def main(arguments: list[str] | None = None) -> int:
    parser = command.parser("gale dags test", __doc__, with_task=False)
    parser.add_argument("--mark-success-pattern", help="tasks whose id matches are not run but marked success")
    return command.guarded(_work, parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
