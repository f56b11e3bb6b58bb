#!/usr/bin/env python3
"""A year of 1,000 runs a day: does it stay fast, and what does it cost to let the old half go meanwhile?

Starts Gale on an empty database and on one with a year of runs of the DAG one_bash (4 task instances and an XCom each),
and measures on both: trigger to success of one_bash, the list of runs, and, on the second, the same while retention removes
what is older than 180 days. Needs 1 GB of disk and Python's own library.
"""
import argparse
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

from run import run_dag
from servers import Gale, wait_for

ROOT = Path(__file__).resolve().parents[1]
DAY_US = 86_400_000_000
RETENTION_DAYS = 180
INSERT_RUNS = f"""
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :runs)
INSERT INTO dag_run (dag_id, run_id, run_type, state, run_after, queued_at, start_date, end_date, triggered_by, created_dag_version_id)
SELECT 'one_bash', 'year__' || i, 'manual', CASE i % 25 WHEN 0 THEN 'failed' ELSE 'success' END, at, at, at, at + 60000000, 'rest_api',
  (SELECT max(id) FROM dag_version WHERE dag_id = 'one_bash') FROM (SELECT i, :now - (:runs - i) * ({DAY_US} / :a_day) AS at FROM n)
"""
INSERT_TASKS = """
INSERT INTO task_instance (id, dag_run_id, task_id, state, try_number, start_date, end_date, pool, pool_slots, queue, priority_weight, operator_name)
SELECT r.id || '-' || t.name, r.id, t.name, r.state, 1, r.start_date, r.end_date, 'default_pool', 1, 'default', 1, 'BashOperator'
FROM dag_run r, (SELECT 'a' AS name UNION ALL SELECT 'b' UNION ALL SELECT 'c' UNION ALL SELECT 'only') t WHERE r.run_id LIKE 'year__%'
"""
INSERT_XCOMS = """
INSERT INTO xcom (dag_run_id, task_id, map_index, key, value, timestamp)
SELECT id, 'only', -1, 'return_value', '"some value of a task"', end_date FROM dag_run WHERE run_id LIKE 'year__%'
"""


def seed(path, a_day, days):
    """Nothing of the product writes history; the triggers that tell a page of changes are off, since nobody listens."""
    with sqlite3.connect(path, isolation_level=None) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN IMMEDIATE")
        for name, _ in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        values = {"runs": a_day * days, "a_day": a_day, "now": time.time_ns() // 1000}
        for statement in (INSERT_RUNS, INSERT_TASKS, INSERT_XCOMS):
            database.execute(statement, values if statement is INSERT_RUNS else {})
        for _, statement in triggers:
            database.execute(statement)
        database.execute("COMMIT")


def lists(server, count=20):
    """Median milliseconds of the runs' first page, newest first."""
    times = []
    for _ in range(count):
        begun = time.monotonic()
        server.call("GET", "/api/v2/dags/one_bash/dagRuns?limit=50&order_by=-run_after")
        times.append((time.monotonic() - begun) * 1000)
    return round(statistics.median(times), 2)


def tries(server, count=20):
    """Milliseconds of one_bash from its trigger to its success: the median and the worst."""
    times = sorted(run_dag(server, "one_bash")[0] * 1000 for _ in range(count))
    return {"median_ms": round(statistics.median(times), 1), "worst_ms": round(times[-1], 1)}


def measure(server):
    tries(server, 3)  # warms up
    return {"one_bash": tries(server), "list_ms": lists(server)}


def rows_left(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        cut = time.time_ns() // 1000 - RETENTION_DAYS * DAY_US
        return database.execute("SELECT count(*) FROM dag_run WHERE start_date < ?", (cut,)).fetchone()[0]


def retention(server):
    """While half of the year goes: the same figures, and how many runs go in a second."""
    path = server.home / "gale.db"
    begun, before = time.monotonic(), rows_left(path)
    busy = tries(server, 50)
    listed = lists(server)
    seconds = time.monotonic() - begun
    gone = before - rows_left(path)
    if not 0 < gone < before:
        print(f"growth: {gone} of {before} runs went while it was measured: the figures are not of retention alone", file=sys.stderr)
    wait_for("the end of the old half", lambda: rows_left(path) == 0, 1800, 1)
    return {"one_bash": busy, "list_ms": listed, "runs_a_second": round(gone / seconds)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--gale", type=Path, default=ROOT / "build/release/bin/gale")
    arguments.add_argument("--runs-a-day", type=int, default=1000)
    arguments.add_argument("--days", type=int, default=365)
    options = arguments.parse_args()
    result = {"load": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory(prefix="gale_growth_") as folder:
        server = Gale(Path(folder) / "home", options.gale)
        try:
            server.start("one_bash")
            result["empty"] = measure(server)
            server.stop()
            begun = time.monotonic()
            seed(server.home / "gale.db", options.runs_a_day, options.days)
            result["seeding_s"] = round(time.monotonic() - begun, 1)
            result["database_mb"] = round((server.home / "gale.db").stat().st_size / 1e6)
            result["start"] = server.start("one_bash")
            result["year"] = measure(server)
            server.stop()
            server.environment["AIRFLOW__DATABASE__DAG_RUN_RETENTION_DAYS"] = str(RETENTION_DAYS)
            server.start("one_bash")
            result["year, retention at work"] = retention(server)
        finally:
            server.stop()
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
