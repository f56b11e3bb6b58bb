#!/usr/bin/env python3
"""One DAG of 1,000 tasks with a few runs, opened in Chromium on Gale's page and on Apache Airflow's.

    .venv-build/bin/python bench/page_beside.py VENV [--runs 3]

VENV holds apache-airflow and psycopg2-binary. Both servers get the same file and the same runs; each view is opened by
its address in three new browser profiles, first Airflow's, then Gale's, with nothing else running.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from run import ROOT, run_dag
from servers import Airflow, Gale, Postgres

DAG = "grid_1000"


def only_the_dag(server):
    for path in (server.home / "dags").glob("*.py"):
        path.unlink()
    (server.home / "dags" / f"{DAG}.py").write_text((ROOT / "bench" / "page_dags" / f"{DAG}.py").read_text())


def measure(server, kind, runs, *log_in):
    only_the_dag(server)
    try:
        server.start(first_dag=DAG)
        for _ in range(runs):
            run_dag(server, DAG)
        node = ROOT / ".venv-build" / "bin" / "node"
        done = subprocess.run([node, Path(__file__).with_suffix(".mjs"), kind, server.base, *log_in],
                              capture_output=True, text=True, timeout=900)  # fmt: skip
    finally:
        server.stop()
    if done.returncode:
        sys.exit(f"bench: page_beside.mjs ended with {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("venv", type=Path, help="an environment with apache-airflow and psycopg2-binary")
    parser.add_argument("--bin", type=Path, default=ROOT / "build" / "release" / "bin", help="folder with gale")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        postgres = Postgres(folder / "postgres")
        try:
            airflow = measure(Airflow(folder / "airflow", options.venv, postgres), "airflow", options.runs)
        finally:
            postgres.stop()
        server = Gale(folder / "gale", options.bin / "gale")
        gale = measure(server, "gale", options.runs, "admin", server.password)
    print("| | Gale | Airflow | Airflow / Gale |\n|---|--:|--:|--:|")
    for view in gale:
        ours, theirs = gale[view]["median_ms"], airflow[view]["median_ms"]
        print(f"| {view} of 1,000 tasks, {options.runs} run(s) | {ours} ms | {theirs} ms | {theirs / ours:.1f}× |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
