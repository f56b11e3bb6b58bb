"""A year of runs, written into a stopped server's database: what a home page has to count after a year of 1,000 runs a day.

Nothing of the product writes history, and to run 365,000 DAGs takes longer than a benchmark may. The rows are those that
finished runs leave; the triggers that tell the page of changes are off meanwhile, since nobody listens.
"""
import random
import sqlite3
import time
import uuid

DAY_US = 86_400_000_000
FAILED_SHARE = 0.04
TASKS = ("extract", "check", "transform", "load")


def task_rows(row, run, begun, seconds, failed):
    """The instances of one run, one after the other; of a failed one the last task failed."""
    step = int(seconds * 1_000_000 / len(TASKS))
    for at, task_id in enumerate(TASKS):
        start = begun + at * step
        state = "failed" if failed and at == len(TASKS) - 1 else "success"
        yield (str(uuid.UUID(int=row * 8 + at)), run, task_id, state, start, start, start, start + step)


def year_of_runs(dags, now_us, runs_a_day, days):
    """(run's row without its id, its start, its seconds, failed), oldest first. The same for each call."""
    draw = random.Random(5)
    gap = DAY_US // runs_a_day
    for number in range(runs_a_day * days):
        dag_id, version = dags[number % len(dags)]
        begun = now_us - (runs_a_day * days - number) * gap
        seconds, failed = draw.uniform(2, 300), draw.random() < FAILED_SHARE
        state = "failed" if failed else "success"
        run = (dag_id, f"seeded__{number:07}", state, begun, begun, begun, begun + int(seconds * 1_000_000), version)
        yield run, begun, seconds, failed


def seed_year(database, runs_a_day=1000, days=365):
    """How many runs it has written for the DAGs many_0000 … many_0099."""
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        dags = connection.execute(
            "SELECT dag_id, max(id) FROM dag_version WHERE dag_id LIKE 'many_00__' GROUP BY dag_id ORDER BY dag_id"
        ).fetchall()
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('dag_run', 'task_instance')"
        ).fetchall()
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -400000")
        connection.execute("BEGIN IMMEDIATE")
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        first = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM dag_run").fetchone()[0]
        count = 0
        tasks = []
        for run, begun, seconds, failed in year_of_runs(dags, time.time_ns() // 1000, runs_a_day, days):
            connection.execute(
                "INSERT INTO dag_run (id, dag_id, run_id, run_type, state, run_after, queued_at, start_date, end_date, triggered_by,"
                " created_dag_version_id) VALUES (?, ?, ?, 'manual', ?, ?, ?, ?, ?, 'rest_api', ?)",
                (first + count, *run),
            )
            tasks += task_rows(first + count, first + count, begun, seconds, failed)
            count += 1
            if len(tasks) >= 40_000:
                insert_tasks(connection, tasks)
                tasks.clear()
        insert_tasks(connection, tasks)
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")
        return count
    finally:
        connection.close()


def insert_tasks(connection, rows):
    connection.executemany(
        "INSERT INTO task_instance (id, dag_run_id, task_id, state, try_number, scheduled_when, queued_when, start_date, end_date, pool,"
        " pool_slots, queue, priority_weight, operator_name)"
        " VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, 'default_pool', 1, 'default', 1, 'EmptyOperator')",
        rows,
    )
