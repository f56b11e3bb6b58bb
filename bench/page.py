#!/usr/bin/env python3
"""The page's figures of bench/README.md: Gale's page in Chromium, with a DAG of 1,000 tasks that ran 100 times, 1,002 DAGs and
a year of 1,000 runs a day (page_seed.py) in the database.

Needs web/node_modules and Chromium (`./dev setup`), and a binary that holds the page. Prints a Markdown table, or JSON with --json.
"""
import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from page_seed import seed_year
from servers import BenchError, Gale, wait_for

ROOT = Path(__file__).resolve().parents[1]
RUNS = 100
RUNS_A_DAY, DAYS = 1000, 365
# Issue 5's bounds.
TARGETS = {
    "first load, compressed": ("KB", 250),
    "first load until it can be used": ("ms", 1000),
    "slowest click until its answer": ("ms", 100),
    "grid of 1,000 tasks × 100 runs opens": ("ms", 500),
    "its frames while it scrolls": ("a second, at least", 58),
    "graph of 1,000 tasks is laid out": ("ms", 2000),
    "its longest blocked main-thread task": ("ms", 100),
    "list of 1,002 DAGs opens": ("ms", 500),
    "dashboard of a day, a year in the database": ("ms", 100),
    "dashboard of a week": ("ms", 100),
    "dashboard of the whole year": ("ms", None),  # the page offers a week at most
    "event to client, median": ("ms", 100),
    "event to screen, median": ("ms", 100),
}


def fill(server):
    """The runs of grid_1000, all ended."""
    path = "/api/v2/dags/grid_1000/dagRuns"
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: server.call("POST", path, {"logical_date": None}), range(RUNS)))
    wait_for("the end of all runs", lambda: server.call("GET", f"{path}?state=success&limit=1")["total_entries"] == RUNS, 300, 0.2)
    print(f"bench: {RUNS} runs of 1,000 tasks in {time.monotonic() - begun:.1f} s", file=sys.stderr)


def dashboard(server, days):
    """Milliseconds of its answer, the median of 9."""
    now = datetime.datetime.now(datetime.timezone.utc)
    start = (now - datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    times = []
    for _ in range(9):
        begun = time.monotonic()
        board = server.call("GET", f"/gale/dashboard?start={start}&end={now.strftime('%Y-%m-%dT%H:%M:%SZ')}")
        times.append((time.monotonic() - begun) * 1000)
    if not sum(board["dag_run_states"].values()) >= RUNS_A_DAY * days * 0.9:
        raise BenchError(f"the dashboard of {days} days counts {board['dag_run_states']}")
    return statistics.median(times)


def seed(server):
    """A year of runs; the server is stopped meanwhile."""
    server.stop()
    begun = time.monotonic()
    count = seed_year(server.home / "gale.db", RUNS_A_DAY, DAYS)
    print(f"bench: {count} runs seeded in {time.monotonic() - begun:.1f} s", file=sys.stderr)


def prepare(server):
    """The server with a year of runs in its database and 100 of grid_1000; a home that has them keeps them."""
    server.start(first_dag="grid_1000")
    runs = "/api/v2/dags/{}/dagRuns?limit=1"
    if server.call("GET", runs.format("many_0000"))["total_entries"] == 0:
        seed(server)
        server.start(first_dag="grid_1000")
    if server.call("GET", runs.format("grid_1000"))["total_entries"] < RUNS:
        fill(server)


def measure(binary, home):
    server = Gale(home, binary, dags=Path(__file__).parent / "page_dags")
    try:
        prepare(server)
        boards = {days: dashboard(server, days) for days in (1, 7, DAYS)}
        node = ROOT / ".venv-build" / "bin" / "node"
        done = subprocess.run(
            [node if node.exists() else "node", Path(__file__).with_suffix(".mjs"), server.base, "admin", server.password],
            capture_output=True, text=True, timeout=600,
        )  # fmt: skip
    finally:
        server.stop()
    if done.returncode:
        raise BenchError(f"page.mjs ended with {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stdout) | {"dashboard": boards}


def figures(result):
    """Target's name: the figure, or the reason why there is none."""
    def of(part, *keys):
        value = result[part]
        if "error" in value:
            return value["error"]
        for key in keys:
            value = value[key]
        return value

    slowest = of("clicks") if isinstance(of("clicks"), str) else max(c["answer_ms"] for c in result["clicks"].values())
    size = of("firstLoad", "bytes")
    values = [
        size if isinstance(size, str) else size / 1024,
        of("firstLoad", "usable_ms"), slowest, of("grid", "open_ms"), of("grid", "frames_per_s"), of("graph", "shown_ms"),
        of("graph", "longest_task_ms"), of("dagList", "open_ms"), *result["dashboard"].values(),
        of("eventToClient", "median_ms"), of("eventToScreen", "median_ms"),
    ]  # fmt: skip
    return dict(zip(TARGETS, values, strict=True))


def table(result):
    yield "| | Gale | target | met |"
    yield "|---|--:|--:|---|"
    for name, value in figures(result).items():
        unit, target = TARGETS[name]
        at_least = unit.endswith("at least")
        if isinstance(value, str):
            yield f"| {name} | not measured: {value} | {target or ''} {unit} | **no** |"
            continue
        if target is None:
            yield f"| {name} | {value:.0f} {unit} | | |"
            continue
        met = value >= target if at_least else value < target
        short = unit.split(",")[0]
        yield f"| {name} | {value:.0f} {short} | {'≥' if at_least else '<'} {target} {short} | {'yes' if met else '**no**'} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=Path, default=ROOT / os.environ.get("GALE_BUILD", "build/release") / "bin", help="folder with gale")
    parser.add_argument("--home", type=Path, help="keep what was seeded in this folder, and use it again")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    binary = (arguments.bin / "gale").resolve()
    if not binary.exists():
        parser.error(f"no {binary}: run ./dev build")
    try:
        with tempfile.TemporaryDirectory(prefix="gale-bench-page-") as folder:
            result = measure(binary, arguments.home or Path(folder) / "gale")
    except (BenchError, subprocess.SubprocessError) as error:
        sys.exit(f"bench: {error}")
    print(json.dumps(result, indent=1) if arguments.json else "\n".join(table(result)))
    return 1 if any("error" in part for part in result.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
