"""Several gale servers on one PostgreSQL: as many homes as machines, one folder of DAGs and one of logs."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from conftest import ROOT, Gale, wait_for

sys.path.insert(0, str(ROOT / "tests"))
import postgres_server


class Postgres:
    def __init__(self, folder):
        self.folder = Path(folder)
        postgres_server.start(self.folder)
        # It is killed here: what it acknowledged must be with the kernel at least.
        self.sql("ALTER SYSTEM SET synchronous_commit = on")
        self.sql("SELECT pg_reload_conf()")

    def restart(self):
        postgres_server.restart(self.folder)

    def stop(self):
        postgres_server.stop(self.folder)

    def sql(self, text, database="postgres"):
        command = [postgres_server.find_program("psql"), "-h", str(self.folder), "-U", "gale", "-d", database]
        done = subprocess.run([*command, "-XAtqc", text], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return [line.split("|") for line in done.stdout.splitlines()]

    def create(self, name):
        self.sql(f"CREATE DATABASE {name}")

    def url(self, name):
        return f"postgresql+psycopg2://gale@/{name}?host={self.folder}"


class Gate:
    """A TCP port before PostgreSQL's socket that can be closed: what stands is cut, what comes is refused."""

    def __init__(self, folder):
        self.target = str(next(Path(folder).glob(".s.PGSQL.*[0-9]")))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_open = True
        self.pairs = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                if not self.is_open:
                    client.close()
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.target)
                self.pairs.append((client, server))
                for one, other in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    @staticmethod
    def _pump(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        self.is_open = False
        for pair in self.pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self.pairs.clear()

    def heal(self):
        self.is_open = True

    def close(self):
        self.cut()
        self.listener.close()

    def url(self, name):
        return f"postgresql+psycopg2://gale@127.0.0.1:{self.port}/{name}"


class Cluster:
    def __init__(self, folder, postgres, database):
        self.folder, self.postgres, self.database = folder, postgres, database
        postgres.create(database)
        self.nodes = {}
        self.front = self.add("front")
        self.front.run("db", "migrate")
        self.front.start(role="dag-processor")
        self.front.start(role="api-server")

    def add(self, name, url=None, **environment):
        """A machine: its home, with nothing started."""
        node = Gale(self.folder / name)
        node.dags = self.folder / "dags"
        node.dags.mkdir(exist_ok=True)
        node.environment |= {
            "AIRFLOW__CORE__DAGS_FOLDER": str(node.dags),
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(self.folder / "logs"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url or self.postgres.url(self.database),
            **environment,
        }
        self.nodes[name] = node
        return node

    def start(self, name, **environment):
        """Starts the machine's scheduler; returns when it is alive to the others."""
        node = self.nodes[name]
        process = node.start(role="scheduler", **environment)
        wait_for(f"scheduler {name}", lambda: process.poll() is None and self.is_alive(name))
        return process

    def sql(self, text):
        return self.postgres.sql(text, self.database)

    def node_id(self, name):
        path = self.nodes[name].home / "run" / "node_id"
        return path.read_text().strip() if path.exists() else ""

    def is_alive(self, name):
        return bool(self.sql(f"SELECT 1 FROM scheduler WHERE node_id = '{self.node_id(name)}' AND is_running = 1"))

    def led_by(self, name):
        return {row[0] for row in self.sql(f"SELECT dag_id FROM dag_lease WHERE node_id = '{self.node_id(name)}'")}

    def process(self, name):
        return self.nodes[name].servers[-1][0]

    def kill(self, name, with_worker=False):
        worker = self.nodes[name].worker_pid() if with_worker else None
        self.nodes[name].stop(sig=signal.SIGKILL)
        if worker:
            os.kill(worker, signal.SIGKILL)

    def log(self):
        return "\n".join(f"--- {name}\n{node.log()[-3000:]}" for name, node in self.nodes.items())

    def close(self):
        for node in reversed(self.nodes.values()):
            for process, _ in node.servers:
                with contextlib.suppress(OSError):
                    process.send_signal(signal.SIGCONT)
            node.close()

    # --- what must hold whatever happened
    def violations(self):
        found = []
        for dag_id, date, count in self.sql(
            "SELECT dag_id, logical_date, count(*) FROM dag_run WHERE logical_date IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1"
        ):
            found.append(f"{count} runs of {dag_id} at {date}")
        for row in self.sql(
            "SELECT r.dag_id, r.run_id, t.task_id FROM task_instance t JOIN dag_run r ON r.id = t.dag_run_id "
            "JOIN task_instance_history h ON (h.dag_run_id, h.task_id, h.map_index) = (t.dag_run_id, t.task_id, t.map_index) "
            "WHERE t.state = 'success' AND h.state = 'success' AND r.clear_number = 0"
        ):
            found.append(f"two successes: {row}")
        for row in self.sql(
            "SELECT r.dag_id, r.run_id, t.task_id, t.state FROM task_instance t JOIN dag_run r ON r.id = t.dag_run_id "
            "WHERE r.state IN ('success', 'failed') AND (t.state IS NULL OR t.state IN ('queued', 'running', 'scheduled'))"
        ):
            found.append(f"the run ended, its task did not: {row}")
        return found
