"""The servers that are measured: each in a throw-away AIRFLOW_HOME, on a free port, stopped with all its processes."""
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

DAGS = Path(__file__).parent / "dags"
PARALLELISM = 32  # Airflow's default
POSTGRES = Path("/usr/lib/postgresql/15/bin")


class BenchError(Exception):
    """What keeps the benchmark from going on; its text says what to do."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, probe, limit_s, poll_s):
    """The first true value of `probe`, asked every `poll_s` seconds, and less often when it takes long (within half a
    percent of the time: who asks takes CPU from who works); BenchError after `limit_s`."""
    begun = time.monotonic()
    while not (found := probe()):
        waited = time.monotonic() - begun
        if waited > limit_s:
            raise BenchError(f"{what} did not happen within {limit_s} s")
        time.sleep(max(poll_s, waited / 200))
    return found


class Server:
    """A server with Airflow's REST API v2. `poll_s`: how often it is asked while something is awaited."""

    def __init__(self, home, poll_s, dags=DAGS, parallelism=PARALLELISM):
        self.home, self.poll_s, self.port = Path(home), poll_s, free_port()
        self.home.mkdir(parents=True, exist_ok=True)
        self.base, self.token, self.process = f"http://127.0.0.1:{self.port}", None, None
        shutil.copytree(dags, self.home / "dags", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", *self.skipped()))
        # A host's own settings must not leak into either server.
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "PYTHONDONTWRITE"))}
        self.environment = kept | {
            "HOME": str(self.home),
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.home / "dags"),
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__PARALLELISM": str(parallelism),
        }

    def skipped(self):
        return ()

    def call(self, method, path, body=None):
        """Raises urllib's errors; an answer that is no JSON is a ValueError."""
        request = urllib.request.Request(self.base + path, method=method)
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, data, timeout=60) as answer:
            return json.loads(answer.read())

    def start(self, first_dag="one_python", limit_s=180):
        """Starts it; milliseconds from the start of its process to healthy, and to its first DAG in the list."""
        with (self.home / "server.log").open("w") as log:
            begun = time.monotonic()
            self.process = subprocess.Popen(
                self.command(), env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        wait_for("health", self.healthy, limit_s, 0.002)
        healthy = time.monotonic()
        self.token = self.log_in()
        wait_for(f"DAG {first_dag}", lambda: self.has_dag(first_dag), limit_s, self.poll_s)
        seen = time.monotonic()
        for path in sorted((self.home / "dags").glob("*.py")):
            wait_for(f"DAG {path.stem}", lambda path=path: self.has_dag(path.stem), limit_s, 0.1)
        return {"healthy_ms": round((healthy - begun) * 1000), "first_dag_ms": round((seen - begun) * 1000)}

    def healthy(self):
        if self.process.poll() is not None:
            log = (self.home / "server.log").read_text()
            raise BenchError(f"the server ended with {self.process.returncode}:\n{log[-2000:]}")
        try:
            parts = self.call("GET", "/api/v2/monitor/health")
        except (urllib.error.URLError, OSError, ValueError):
            return False
        return all(parts[name]["status"] == "healthy" for name in ("metadatabase", "scheduler", "dag_processor"))

    def has_dag(self, dag_id):
        try:
            return not self.call("GET", f"/api/v2/dags/{dag_id}")["is_paused"]
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return False
            raise

    def processes(self):
        """Pids of the server and of everything it started: by parent, by session, by environment."""
        table = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                environ = (folder / "environ").read_bytes()
            except OSError:
                continue  # it has ended
            ours = f"AIRFLOW_HOME={self.home}\0".encode() in environ or int(fields[3]) == self.process.pid
            table[int(folder.name)] = (int(fields[1]), ours)
        found = {pid for pid, (_, ours) in table.items() if ours}
        while more := {pid for pid, (parent, _) in table.items() if parent in found} - found:
            found |= more
        return found

    def pss_mb(self):
        """Proportional memory of all its processes, and how many they are."""
        total_kb, each = 0, []
        for pid in self.processes():
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
                words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
            except OSError:
                continue
            if pss := re.search(r"^Pss:\s+(\d+) kB", text, re.M):
                total_kb += int(pss[1])
                each.append([round(int(pss[1]) / 1024, 1), " ".join([Path(words[0]).name, *words[1:4]]).strip()[:60]])
        return {"pss_mb": round(total_kb / 1024, 1), "processes": len(each), "each_mb": sorted(each, reverse=True)}

    def used(self):
        """CPU seconds of all its processes so far, and the bytes that they had written to disk."""
        cpu, written = 0.0, 0
        for pid in self.processes():
            try:
                # To the nanosecond, where `stat` has ticks of 10 ms: coarser than what an idle server uses in a minute.
                times = [int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()]
                io = Path(f"/proc/{pid}/io").read_text()
            except OSError:
                continue
            cpu += sum(times) / 1e9
            written += int(re.search(r"^write_bytes: (\d+)", io, re.M)[1])
        return cpu, written

    def idle(self, seconds):
        """What it does while nothing is to be done: percent of a core, and KB a second to disk."""
        cpu, written = self.used()
        time.sleep(seconds)
        cpu_after, written_after = self.used()
        return {
            "seconds": seconds,
            "cpu_percent": round((cpu_after - cpu) / seconds * 100, 3),
            "written_kb_s": round((written_after - written) / 1024 / seconds, 2),
        }

    def stop(self):
        if not self.process:
            return
        started = self.processes()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                print("bench: the server did not stop within 20 s of SIGTERM; killing it", file=sys.stderr)
        for pid in started & self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(10)


class Gale(Server):
    name = "Gale"

    def __init__(self, home, binary, **options):
        super().__init__(home, poll_s=0.005, **options)
        kept = self.home / "password"  # a home that is used again has its administrator already
        if not kept.exists():
            kept.write_text(secrets.token_hex(8))
        self.binary, self.password = binary, kept.read_text()
        self.environment["_AIRFLOW_WWW_USER_PASSWORD"] = self.password

    def command(self):
        return [self.binary, "standalone", "--host", "127.0.0.1", "--port", str(self.port)]

    def log_in(self):
        return self.call("POST", "/auth/token", {"username": "admin", "password": self.password})["access_token"]


class GaleOnPostgres(Gale):
    name = "Gale on PostgreSQL"

    def __init__(self, home, binary, postgres):
        super().__init__(home, binary)
        url = f"postgresql+psycopg2://postgres@127.0.0.1:{postgres.port}/gale"
        self.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = url


class Postgres:
    """A cluster of its own in `folder`; it may not run as root, so root lends it to the user postgres."""

    def __init__(self, folder):
        if not (POSTGRES / "initdb").exists():
            raise BenchError(f"no {POSTGRES}/initdb: apt-get install postgresql-15")
        self.folder, self.port = Path(folder), free_port()
        self.folder.mkdir(parents=True)
        self.prefix = []
        if os.getuid() == 0:
            self.prefix = ["runuser", "-u", "postgres", "--"]
            shutil.chown(self.folder, "postgres")
            self.folder.parent.chmod(0o755)
        self._run("initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self._run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-o", options, "-w", "start")
        for database in ("airflow", "gale"):
            self._run("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "postgres", database)

    def _run(self, program, *arguments):
        command = [*self.prefix, str(POSTGRES / program), *map(str, arguments)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              text=True, cwd="/")  # fmt: skip
        if done.returncode:
            raise BenchError(f"{program} ended with {done.returncode}: {done.stderr[-500:]}")

    def stop(self):
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "fast", "-w", "stop")


class Airflow(Server):
    """Apache Airflow of the environment `venv`, `airflow standalone` with the LocalExecutor on `postgres`."""

    name = "Airflow"

    def __init__(self, home, venv, postgres):
        super().__init__(home, poll_s=0.05)  # asking more often would slow down what is measured
        self.venv = Path(venv).resolve()
        url = f"postgres@127.0.0.1:{postgres.port}/airflow"
        self.environment |= {
            "PATH": f"{self.venv}/bin:{os.environ['PATH']}",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.base}/execution/",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{url}",
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__BASE_URL": self.base,
        }

    def skipped(self):
        return ("wide100_bash.py", "wide1000_bash.py", "wide10000_empty.py")

    def command(self):
        return [str(self.venv / "bin" / "airflow"), "standalone"]

    def log_in(self):
        return self.call("GET", "/auth/token")["access_token"]
