"""Hours of trouble: two schedulers on one PostgreSQL, tasks all the time, and every 20 s something dies.

    bench/soak.py                          # one hour or 50,000 task instances, whichever is later
    bench/soak.py --minutes 3 --tasks 2000

Ends with the invariants (tests/integration/cluster.py) and the memory of each process over time; the exit code is 0
when nothing was violated, every run succeeded and no process grew without end. The random seed is printed.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "integration"))
from cluster import Cluster, Postgres
from conftest import Answer

DAGS = """
import datetime
from airflow.sdk import DAG, task
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
DEFAULTS = {"retries": 20, "retry_delay": datetime.timedelta(0)}
for i in range(6):
    with DAG(f"wide_{i}", schedule=None, max_active_runs=50, default_args=DEFAULTS):
        EmptyOperator(task_id="begin") >> [BashOperator(task_id=f"t{n}", bash_command="sleep 0.0$((RANDOM % 10))", pool="shared" if n % 4 == 0 else "default_pool")
                                           for n in range(18)] >> EmptyOperator(task_id="end")
with DAG("due", schedule=datetime.timedelta(seconds=5), start_date=datetime.datetime(2026, 1, 1), catchup=False, default_args=DEFAULTS):
    BashOperator(task_id="a", bash_command="true")
for i in range(2):
    with DAG(f"python_{i}", schedule=None, max_active_runs=50, default_args=DEFAULTS):
        @task
        def seven():
            return 7

        @task
        def twice(value):
            return 2 * value

        twice(seven())
"""
KINDS = [*(f"wide_{i}" for i in range(6)), "python_0", "python_1"]
POOL_SLOTS = 5


def pss(pid):
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Soak:
    def __init__(self, cluster, seed):
        self.cluster, self.random = cluster, random.Random(seed)
        self.runs, self.troubles, self.memory = [], [], {}
        self.pool_breaches = 0
        self.back = []  # (when, what): what was taken away and comes back

    def call(self, *arguments):
        """The API server waits for its database; what it cannot answer is asked again."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.cluster.front.call(*arguments)
            except (Answer, OSError) as error:
                if isinstance(error, Answer) and error.status < 500 or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def trigger(self):
        dag_id = self.random.choice(KINDS)
        run_id = f"soak_{len(self.runs)}"
        try:
            self.call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"dag_run_id": run_id, "logical_date": None})
        except Answer as error:
            if error.status != 409:  # an answer that got lost: the run is there
                raise
        self.runs.append((dag_id, run_id))

    def active(self):
        (row,) = self.cluster.sql("SELECT count(*) FROM dag_run WHERE state IN ('queued', 'running')")
        return int(row[0])

    def tasks_done(self):
        (row,) = self.cluster.sql("SELECT count(*) FROM task_instance WHERE state = 'success'")
        return int(row[0])

    def check_pool(self):
        rows = self.cluster.sql(
            "SELECT coalesce(sum(pool_slots), 0) FROM task_instance WHERE pool = 'shared' AND state IN ('queued', 'running')"
        )
        self.pool_breaches += int(rows[0][0]) > POOL_SLOTS

    def trouble(self, now):
        name = self.random.choice(["a", "b"])
        process = self.cluster.process(name)
        kind = self.random.choice(["kill", "kill", "stop", "worker", "machine", "postgres", "terminate", "backends"])
        if process.poll() is not None or any(what == name for _, what in self.back):
            return
        self.troubles.append(kind)
        if kind == "postgres":
            self.cluster.postgres.restart()
        elif kind == "backends":
            self.cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL")
        elif kind == "worker":
            pid = self.cluster.nodes[name].worker_pid()
            if pid:
                signal_process(pid, signal.SIGKILL)
        elif kind == "stop":
            process.send_signal(signal.SIGSTOP)
            self.back.append((now + self.random.uniform(1, 8), name))
        else:
            if kind == "terminate":
                self.cluster.nodes[name].stop()
            else:
                self.cluster.kill(name, with_worker=kind == "machine")
            self.back.append((now + self.random.uniform(0, 8), name))

    def bring_back(self, now):
        for due, name in list(self.back):
            if due > now:
                continue
            self.back.remove((due, name))
            process = self.cluster.process(name)
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
            else:
                self.cluster.nodes[name].start(role="scheduler")

    def measure(self):
        for name, node in self.cluster.nodes.items():
            for process, log in node.servers:
                if process.poll() is None:
                    role = f"{name} {log.name.split('.')[0]}"
                    self.memory.setdefault(role, {}).setdefault(process.pid, []).append(pss(process.pid))

    def run(self, seconds, tasks):
        start = time.monotonic()
        next_trouble, next_measure = start + 20, start
        while time.monotonic() < start + seconds or self.tasks_done() < tasks:
            now = time.monotonic()
            self.bring_back(now)
            # Not until there are twelve: runs may end as fast as they are triggered, and nothing would die then.
            for _ in range(12 - self.active()):
                self.trigger()
            self.check_pool()
            if now >= next_trouble:
                self.trouble(now)
                next_trouble = now + 20
            if now >= next_measure:
                self.measure()
                next_measure = now + 30
                print(f"{now - start:6.0f} s: {len(self.runs)} runs, {self.tasks_done()} tasks done, {len(self.troubles)} troubles", flush=True)
            time.sleep(0.2)
        self.call("PATCH", "/api/v2/dags/due", {"is_paused": True})
        while self.back:
            self.bring_back(time.monotonic() + 60)
        for name in ("a", "b"):
            if self.cluster.process(name).poll() is not None:
                self.cluster.nodes[name].start(role="scheduler")
        deadline = time.monotonic() + 120
        while self.active() and time.monotonic() < deadline:
            time.sleep(0.2)
        self.measure()
        return time.monotonic() - start


def signal_process(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def grown(memory):
    """Processes whose memory at the end is more than half above that of their middle third, and by more than 10 MB."""
    found = []
    for role, processes in memory.items():
        for pid, samples in processes.items():
            if len(samples) < 9:
                continue
            third = len(samples) // 3
            middle, last = statistics.median(samples[third : 2 * third]), statistics.median(samples[-third:])
            if last > 1.5 * middle and last > middle + 10:
                found.append(f"{role} ({pid}): {middle:.0f} MB, then {last:.0f} MB")
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--tasks", type=int, default=50_000, help="task instances at least")
    arguments.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = arguments.parse_args()
    print(f"seed {options.seed}")
    postgres = Postgres(tempfile.mkdtemp(prefix="gale_soak_"))
    with tempfile.TemporaryDirectory(prefix="gale_soak_homes_") as folder:
        cluster = Cluster(Path(folder), postgres, "soak")
        try:
            for name in ("a", "b"):
                cluster.add(name, GALE_WORKER_LEASE="5", AIRFLOW__CORE__KILLED_TASK_CLEANUP_TIME="1")
            cluster.front.write_dag("soak.py", DAGS)
            for dag_id in [*KINDS, "due"]:
                cluster.front.wait_for_dag(dag_id)
            cluster.front.call("POST", "/api/v2/pools", {"name": "shared", "slots": POOL_SLOTS})
            for name in ("a", "b"):
                cluster.start(name)
            soak = Soak(cluster, options.seed)
            seconds = soak.run(options.minutes * 60, options.tasks)
            failed = cluster.sql("SELECT dag_id, run_id, state FROM dag_run WHERE state <> 'success'")
            kept = {tuple(row) for row in cluster.sql("SELECT dag_id, run_id FROM dag_run")}
            lost = [run for run in soak.runs if run not in kept]
            problems = {
                "violations": cluster.violations(),
                "runs that did not succeed": failed,
                "runs that were acknowledged and are gone": lost,
                "pool overfull, times seen": soak.pool_breaches,
                "memory": grown(soak.memory),
            }
            tasks = soak.tasks_done()
            print(f"{seconds:.0f} s, {len(soak.runs)} runs, {tasks} task instances ({tasks / seconds:.0f} a second), troubles: "
                  + ", ".join(f"{soak.troubles.count(kind)} {kind}" for kind in sorted(set(soak.troubles))))
            for role, processes in soak.memory.items():
                peak = max(max(samples) for samples in processes.values())
                print(f"  {role}: {len(processes)} processes, at most {peak:.0f} MB PSS")
            bad = {name: what for name, what in problems.items() if what}
            print(json.dumps(bad, indent=2) if bad else "nothing was violated")
            if bad:
                print(cluster.log())
            return 1 if bad else 0
        finally:
            cluster.close()
            postgres.stop()


if __name__ == "__main__":
    sys.exit(main())
