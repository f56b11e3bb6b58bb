#!/usr/bin/env python3
"""The figures of bench/README.md: Gale alone or, with --airflow, beside Apache Airflow in the same run.

Needs nothing but Python's own library. Measures start, memory at rest, the time of each DAG in bench/dags from
its trigger to success, and the classifier's. Prints a Markdown table, or JSON with --json.
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
import urllib.error
from pathlib import Path

from servers import Airflow, BenchError, Gale, GaleOnPostgres, Postgres, wait_for

ROOT = Path(__file__).resolve().parents[1]
# DAG: runs on Gale, runs on Airflow. The large ones would keep Airflow busy for minutes.
RUNS = {
    "one_python": (12, 3),
    "one_bash": (12, 2),
    "chain10_bash": (7, 1),
    "wide100_python": (5, 1),
    "wide100_bash": (5, 0),
    "windmill_light": (5, 1),
    "windmill_long": (3, 1),
    "mapped1000_python": (3, 0),
    "wide1000_bash": (3, 0),
    "wide10000_empty": (3, 0),
}
# The bounds: seconds, milliseconds, megabytes.
TARGETS = {
    "one_python": 0.04, "chain10_bash": 0.12, "wide100_python": 1, "wide100_bash": 0.5, "windmill_light": 0.5,
    "wide1000_bash": 3, "wide10000_empty": 2, "healthy_ms": 1000, "pss_mb": 80, "idle_percent": 0.1, "classifier": 3,
}  # fmt: skip
KNOWN_DAGS = 1000
NAPS_TARGET_S = 10.5  # 950 a second
NAP_DAGS = Path(__file__).parent / "nap_dags"
RUN_LIMIT_S = 240


def progress(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def run_dag(server, dag_id):
    """One run, trigger to success: its seconds, and where the median task instance's went."""
    path = f"/api/v2/dags/{dag_id}/dagRuns"
    triggered, begun = time.time(), time.monotonic()
    run = f"{path}/{server.call('POST', path, {'logical_date': None})['dag_run_id']}"
    done = wait_for(
        f"the end of {dag_id}",
        lambda: (seen := server.call("GET", run))["state"] in ("success", "failed") and seen,
        RUN_LIMIT_S,
        server.poll_s,
    )
    wall = time.monotonic() - begun
    if done["state"] != "success":
        raise BenchError(f"{dag_id} on {server.name} ended as {done['state']}")
    tasks = server.call("GET", f"{run}/taskInstances?limit=100")["task_instances"]
    ended = max((seconds(t["end_date"]) for t in tasks if t["end_date"]), default=triggered)
    parts = {"after_last_task": wall - (ended - triggered)}
    timed = [[seconds(t[n]) for n in ("queued_when", "start_date", "end_date")] for t in tasks
             if t["queued_when"] and t["start_date"] and t["end_date"]]  # fmt: skip
    if timed:
        parts["to_first_queued"] = min(q for q, _, _ in timed) - triggered
        parts["queued_to_start"] = statistics.median(s - q for q, s, _ in timed)
        parts["start_to_end"] = statistics.median(e - s for _, s, e in timed)
    return wall, parts


def measure_dag(server, dag_id, runs):
    try:
        results = [run_dag(server, dag_id) for _ in range(runs)]
    except (BenchError, urllib.error.URLError, TimeoutError) as error:
        # The other figures stay good; the table shows this one as failed, and the exit code is not 0.
        progress(f"{server.name}: {dag_id} failed: {error}")
        return {"error": str(error)}
    walls = [wall for wall, _ in results]
    progress(f"{server.name}: {dag_id}: " + ", ".join(f"{wall:.3f}" for wall in walls) + " s")
    later = results[1:] or results
    names = sorted(set.intersection(*(set(parts) for _, parts in later)))
    return {
        "first_s": round(walls[0], 4),
        "median_s": round(statistics.median(wall for wall, _ in later), 4),
        "walls_s": [round(wall, 4) for wall in walls],
        "parts_ms": {n: round(statistics.median(parts[n] for _, parts in later) * 1000, 1) for n in names},
    }


def at_rest(server):
    """Memory after five seconds in which nobody asks it for anything."""
    time.sleep(5)
    return server.pss_mb()


def measure_server(server, column, only, idle_s):
    try:
        progress(f"{server.name}: start")
        result = server.start()
        result["at_rest"] = at_rest(server)
        progress(f"{server.name}: {result}")
        result["dags"] = {}
        for dag_id, runs in RUNS.items():
            if not runs[column] or (only and dag_id not in only):
                continue
            if dag_id == "windmill_long":
                result["fibo_cpu_s"] = measure_fibo()  # just before, as the machine's speed varies
            result["dags"][dag_id] = measure_dag(server, dag_id, runs[column])
        result["after_runs"] = at_rest(server)
        result["idle"] = server.idle(idle_s)
        progress(f"{server.name}: idle: {result['idle']}")
        return result
    finally:
        server.stop()


def measure_starts(folder, binary, count=5):
    """Start to healthy on a new AIRFLOW_HOME, `count` times."""
    starts = []
    for number in range(count):
        server = Gale(folder / f"start_{number}", binary)
        try:
            starts.append(server.start())
        finally:
            server.stop()
    return {name: round(statistics.median(s[name] for s in starts)) for name in starts[0]}


def measure_start_with_many(folder, binary):
    """Start to healthy where a thousand DAGs are known."""
    server = Gale(folder / "many", binary)
    text = (server.home / "dags" / "one_bash.py").read_text()
    for path in (server.home / "dags").glob("*.py"):
        path.unlink()
    for number in range(KNOWN_DAGS):
        (server.home / "dags" / f"known_{number}.py").write_text(text.replace("one_bash", f"known_{number}"))
    try:
        server.start(first_dag="known_0")
        server.stop()
        return server.start(first_dag="known_0")
    finally:
        server.stop()


def measure_naps(folder, binary, tasks_per_child):
    """10,000 naps of 0.1 s, a hundred at a time: tasks a second."""
    server = Gale(folder / f"naps_{tasks_per_child}", binary, dags=NAP_DAGS, parallelism=100)
    server.environment["GALE_MAX_TASKS_PER_CHILD"] = str(tasks_per_child)
    try:
        server.start(first_dag="nap10000_python")
        server.call("PATCH", "/api/v2/pools/default_pool?update_mask=slots", {"slots": 100})
        result = measure_dag(server, "nap10000_python", 2)
        return result if "error" in result else result | {"tasks_a_second": round(10_000 / result["median_s"])}
    finally:
        server.stop()


def measure_fibo():
    """CPU seconds that windmill_long's ten calls take in a Python of their own: what no engine can go below."""
    code = "def fibo(n):\n    return n if n < 2 else fibo(n - 1) + fibo(n - 2)\n" \
           "import time\nbegun = time.process_time()\nfor _ in range(10):\n    fibo(33)\nprint(time.process_time() - begun)"  # fmt: skip
    python = ROOT / ".venv" / "bin" / "python"
    command = [python if python.exists() else sys.executable, "-c", code]
    return round(statistics.median(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(3)), 3)


def measure_classifier(folder, binaries, model):
    """Seconds of a whole process that labels the 30 sample news, median of 5; None where it was not built."""
    predict, load = binaries / "model_predict", binaries / "data_load"
    if not (predict.exists() and load.exists()):
        return None
    sample = ROOT / "pipelines" / "financial_news" / "sample" / "serve_sample.py"
    with subprocess.Popen([sys.executable, sample, "--host", "127.0.0.1", "--port", "0"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True) as feed:  # fmt: skip
        try:
            url = feed.stdout.readline().split()[-1]
            table = folder / "news.csv"
            subprocess.run([load, "--data_path", table, "--feed_url", url], check=True, capture_output=True)
        finally:
            feed.terminate()
    command = [predict, "--data_path", table, "--pred_path", folder / "labels.json", *(["--model", model] if model else [])]
    walls = []
    for _ in range(5):
        begun = time.monotonic()
        subprocess.run(command, check=True, capture_output=True)
        walls.append(time.monotonic() - begun)
    news = len(json.loads((folder / "labels.json").read_text()))
    return {"median_s": round(statistics.median(walls), 3), "walls_s": [round(w, 3) for w in walls], "news": news}


def rows(result):
    """(what, unit, Gale first, Gale, Gale on PostgreSQL, Airflow, target)"""
    gale, on_postgres, airflow = result["gale"], result["gale_on_postgres"], result.get("airflow")
    starts, many, classifier, naps = result["starts"], result["many"], result["classifier"], result["naps"]
    targets = TARGETS | {"windmill_long": round(gale["fibo_cpu_s"] * 1.05, 3) if "fibo_cpu_s" in gale else None}

    def of_postgres(*keys):
        value = on_postgres
        for key in keys:
            value = value.get(key) if value else None
        return value

    def of_airflow(*keys):
        value = airflow
        for key in keys:
            value = value.get(key) if value else None
        return value

    yield ("start to healthy", "ms", gale["healthy_ms"], starts["healthy_ms"], of_postgres("healthy_ms"),
           of_airflow("healthy_ms"), TARGETS["healthy_ms"])  # fmt: skip
    yield f"the same, {KNOWN_DAGS:,} DAGs known", "ms", None, many["healthy_ms"], None, None, TARGETS["healthy_ms"]
    yield ("start to first DAG listed", "ms", gale["first_dag_ms"], starts["first_dag_ms"], of_postgres("first_dag_ms"),
           of_airflow("first_dag_ms"), None)  # fmt: skip
    for what, keys, unit, target in [
        ("PSS at rest", ("at_rest", "pss_mb"), "MB", TARGETS["pss_mb"]),
        ("PSS after the runs", ("after_runs", "pss_mb"), "MB", None),
        ("idle: share of a core", ("idle", "cpu_percent"), "%", TARGETS["idle_percent"]),
        ("idle: to disk", ("idle", "written_kb_s"), "KB/s", None),
    ]:
        yield what, unit, None, gale[keys[0]][keys[1]], of_postgres(*keys), of_airflow(*keys), target
    for dag_id, figures in gale["dags"].items():
        beside = of_airflow("dags", dag_id, "median_s")
        if of_airflow("dags", dag_id, "error"):
            beside = "failed"
        yield (dag_id, "s", figures.get("first_s"), figures.get("median_s", "failed"),
               of_postgres("dags", dag_id, "median_s"), beside, targets.get(dag_id))  # fmt: skip
    for tasks_per_child, figures in (naps or {}).items():
        yield (f"nap10000_python, 100 slots, {tasks_per_child} tries a process", "s", figures.get("first_s"), figures.get("median_s", "failed"),
               None, None, NAPS_TARGET_S)  # fmt: skip
    if classifier:
        yield f"classifier, {classifier['news']} news", "s", None, classifier["median_s"], None, None, TARGETS["classifier"]


def table(result):
    def cell(value, unit):
        if isinstance(value, str):
            return value
        return "" if value is None else f"{value:.3f} {unit}" if unit == "s" else f"{value:g} {unit}"

    yield "| | Gale, first run | Gale | Gale on PostgreSQL | Airflow | Airflow / Gale | target | met |"
    yield "|---|--:|--:|--:|--:|--:|--:|---|"
    for what, unit, first, ours, on_postgres, theirs, target in rows(result):
        ratio = f"{theirs / ours:.0f}×" if isinstance(theirs, (int, float)) and isinstance(ours, (int, float)) else ""
        met = "" if target is None else "yes" if not isinstance(ours, str) and ours < target else "**no**"
        cells = [cell(first, unit), cell(ours, unit), cell(on_postgres, unit), cell(theirs, unit), ratio, "" if target is None else f"< {target:g} {unit}"]
        yield f"| {what} | {' | '.join(cells)} | {met} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=Path, default=ROOT / os.environ.get("GALE_BUILD", "build/release") / "bin",
                        help="folder with gale, data_load and model_predict")  # fmt: skip
    parser.add_argument("--gale", type=Path, help="the gale binary, if it is elsewhere")
    parser.add_argument("--model", type=Path, help="the classifier's model folder; default: the one it finds itself")
    parser.add_argument("--airflow", metavar="VENV", help="an environment with apache-airflow and psycopg2: measure it too")
    parser.add_argument("--dag", action="append", choices=RUNS, help="only this DAG; may be given again")
    parser.add_argument("--idle", type=float, default=60, help="seconds of rest over which idle use is taken")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    binary = (arguments.gale or arguments.bin / "gale").resolve()
    if not binary.exists():
        parser.error(f"no {binary}: run ./dev build, or name the binary with --gale")
    result = {"date": datetime.date.today().isoformat(), "cpus": os.cpu_count(), "load_before": os.getloadavg()[0]}
    try:
        with tempfile.TemporaryDirectory(prefix="gale-bench-") as name:
            measure(Path(name), binary, arguments, result)
    except (BenchError, subprocess.CalledProcessError) as error:
        sys.exit(f"bench: {error}")
    print(json.dumps(result, indent=1) if arguments.json else "\n".join(table(result)))
    servers = [result["gale"], result["gale_on_postgres"], result.get("airflow", {"dags": {}})]
    return 1 if any("error" in figures for server in servers for figures in server["dags"].values()) else 0


def measure(folder, binary, arguments, result):
    only, idle_s = arguments.dag, arguments.idle
    result["classifier"] = measure_classifier(folder, arguments.bin.resolve(), arguments.model)
    result["gale"] = measure_server(Gale(folder / "gale", binary), 0, only, idle_s)
    result["starts"] = measure_starts(folder, binary)
    result["many"] = measure_start_with_many(folder, binary)
    result["naps"] = {count: measure_naps(folder, binary, count) for count in (1, 1000)} if not only else None
    postgres = Postgres(folder / "postgres")
    try:
        result["gale_on_postgres"] = measure_server(GaleOnPostgres(folder / "gale_on_postgres", binary, postgres), 0, only, idle_s)
        if arguments.airflow:
            result["airflow"] = measure_server(Airflow(folder / "airflow", arguments.airflow, postgres), 1, only, idle_s)
    finally:
        postgres.stop()
    result["load_after"] = os.getloadavg()[0]


if __name__ == "__main__":
    sys.exit(main())
