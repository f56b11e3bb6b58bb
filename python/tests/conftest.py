"""The C++ side of the fork server, in Python, for tests."""

from __future__ import annotations

import json
import os
import pathlib
import select
import socket
import struct
import subprocess
import sys
import threading

import msgpack
import pytest

PYTHON_FOLDER = pathlib.Path(__file__).resolve().parent.parent
TIMEOUT = 30


class ControlSocket:
    """Sends operations, sorts what comes back."""

    def __init__(self, sock: socket.socket):
        self.sock = sock
        self.sock.settimeout(TIMEOUT)
        self.seen: list[dict] = []

    def send(self, message: dict, descriptors: list[int] = ()) -> None:
        socket.send_fds(self.sock, [json.dumps(message).encode()], list(descriptors))

    def receive(self) -> dict | None:
        data = self.sock.recv(1 << 20)
        return json.loads(data) if data else None

    def wait_for(self, op: str, id=None) -> dict:
        """The first message of this kind, from the past or to come."""

        def fits(message):
            return message["op"] == op and (id is None or message.get("id") == id)

        for message in self.seen:
            if fits(message):
                self.seen.remove(message)
                return message
        while True:
            message = self.receive()
            assert message is not None, f"the control socket ended while waiting for {op}"
            if fits(message):
                return message
            self.seen.append(message)


def startup_details(dag_id="d", task_id="t", **changes) -> dict:
    run = {
        "dag_id": dag_id,
        "run_id": "manual__2026-01-02T00:00:00+00:00",
        "logical_date": "2026-01-02T00:00:00+00:00",
        "data_interval_start": "2026-01-02T00:00:00+00:00",
        "data_interval_end": "2026-01-03T00:00:00+00:00",
        "run_after": "2026-01-03T00:00:00+00:00",
        "start_date": "2026-01-03T00:00:01+00:00",
        "end_date": None,
        "clear_number": 0,
        "run_type": "scheduled",
        "state": "running",
        "conf": {},
        "triggering_user_name": None,
        "consumed_asset_events": [],
        "partition_key": None,
    }
    run.update(changes.pop("dag_run", {}))
    return {
        "type": "StartupDetails",
        "ti": {
            "id": "01990000-0000-7000-8000-000000000001",
            "task_id": task_id,
            "dag_id": dag_id,
            "run_id": run["run_id"],
            "try_number": changes.pop("try_number", 1),
            "map_index": -1,
            "dag_version_id": "1",
            "hostname": "here",
            "queue": "default",
            "pool_slots": 1,
            "priority_weight": 1,
        },
        "dag_rel_path": "a.py",
        "bundle_info": {"name": "dags-folder", "version": None},
        "start_date": "2026-01-03T00:00:02+00:00",
        "ti_context": {
            "dag_run": run,
            "max_tries": changes.pop("max_tries", 0),
            "task_reschedule_count": changes.pop("task_reschedule_count", 0),
            "should_retry": changes.pop("should_retry", False),
            "xcom_keys_to_clear": changes.pop("xcom_keys_to_clear", []),
            "variables": [],
            "connections": [],
        },
        "sentry_integration": "",
        **changes,
    }


class Try:
    """One try as the supervisor sees it: its requests, its output, its end."""

    def __init__(self, control: ControlSocket, request_id: int, startup: dict, mode="run", store=None, further=()):
        """`further`: for a child that is to be kept, its end of the socket on which it hears of its next tries."""
        self.control = control
        self.id = request_id
        self.requests: list[dict] = []
        self.store = {"variables": {}, "connections": {}, "xcoms": {}} | (store or {})
        self.frames: list[list] = []
        mine, theirs = socket.socketpair()
        self._sock = mine
        pipes = [os.pipe() for _ in range(3)]
        control.send(
            {"op": "run", "id": request_id, "mode": mode}, [theirs.fileno(), *(write for _, write in pipes), *further]
        )
        theirs.close()
        for _, write in pipes:
            os.close(write)
        self._pipes = dict(zip(("stdout", "stderr", "logs"), (read for read, _ in pipes)))
        self._output = {name: b"" for name in self._pipes}
        self._send([0, startup])

    def _send(self, frame: list) -> None:
        body = msgpack.packb(frame)
        self._sock.sendall(struct.pack(">I", len(body)) + body)

    def answer(self, body: dict):
        kind, store = body["type"], self.store
        if kind == "GetVariable":
            if body["key"] in store["variables"]:
                value = store["variables"][body["key"]]
                return {"type": "VariableResult", "key": body["key"], "value": value}
            return {"type": "ErrorResponse", "error": "VARIABLE_NOT_FOUND", "detail": {"key": body["key"]}}
        if kind == "GetConnection":
            if body["conn_id"] in store["connections"]:
                return {"type": "ConnectionResult", "conn_id": body["conn_id"], **store["connections"][body["conn_id"]]}
            return {"type": "ErrorResponse", "error": "CONNECTION_NOT_FOUND", "detail": {}}
        if kind == "GetXCom":
            value = store["xcoms"].get((body["task_id"], body["key"]))
            return {"type": "XComResult", "key": body["key"], "value": value}
        if kind == "SetXCom":
            store["xcoms"][body["task_id"], body["key"]] = body["value"]
        if kind in store.get("answers", {}):
            return store["answers"][kind]
        return None

    def _serve_frame(self, buffer: bytes) -> bytes:
        while len(buffer) >= 4:
            (size,) = struct.unpack(">I", buffer[:4])
            if len(buffer) < 4 + size:
                break
            frame, buffer = msgpack.unpackb(buffer[4 : 4 + size], timestamp=3), buffer[4 + size :]
            self.frames.append(frame)
            self.requests.append(frame[1])
            self._send([frame[0], self.answer(frame[1]), None])
        return buffer

    def pump(self, until=None) -> Try:
        """Serves until the child closed everything, or `until(self)` holds."""
        open_fds = {fd: name for name, fd in self._pipes.items() if fd >= 0}
        buffer = b""
        if self._sock.fileno() >= 0:
            open_fds[self._sock.fileno()] = "requests"
        while open_fds:
            ready, _, _ = select.select(list(open_fds), [], [], TIMEOUT)
            assert ready, f"nothing from the try in {TIMEOUT} s; so far {self.requests}"
            for fd in ready:
                try:
                    data = os.read(fd, 65536)
                except ConnectionResetError:
                    data = b""
                name = open_fds[fd]
                if not data:
                    del open_fds[fd]
                elif name == "requests":
                    buffer = self._serve_frame(buffer + data)
                else:
                    self._output[name] += data
            if until is not None and until(self):
                return self
        return self

    def finish(self) -> Try:
        self.pump()
        self.status = self.control.wait_for("exited", self.id)["status"]
        self.close()
        return self

    def close(self) -> None:
        self._sock.close()
        for fd in self._pipes.values():
            os.close(fd)

    @property
    def stdout(self) -> str:
        return self._output["stdout"].decode()

    @property
    def stderr(self) -> str:
        return self._output["stderr"].decode()

    @property
    def logs(self) -> list[dict]:
        return [json.loads(line) for line in self._output["logs"].decode().splitlines()]

    @property
    def events(self) -> list[str]:
        return [line["event"] for line in self.logs]

    @property
    def log_text(self) -> str:
        return self._output["logs"].decode()

    @property
    def types(self) -> list[str]:
        return [request["type"] for request in self.requests]

    @property
    def last(self) -> dict:
        return self.requests[-1]


class Server:
    """A running root fork server."""

    def __init__(self, dags_folder: pathlib.Path, env: dict | None = None):
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.folder = dags_folder
        environment = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW")}
        environment |= {"PYTHONPATH": str(PYTHON_FOLDER), "AIRFLOW_HOME": str(dags_folder)} | (env or {})
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gale.fork_server", "--control-fd", str(theirs.fileno()),
             "--dags-folder", str(dags_folder)],
            pass_fds=[theirs.fileno()], env=environment, stderr=subprocess.PIPE,
        )  # fmt: skip
        theirs.close()
        self.control = ControlSocket(mine)
        self.pid = self.control.wait_for("ready")["pid"]
        self._ids = iter(range(1, 1_000_000))
        self._stderr = b""
        self._reader = threading.Thread(target=self._read_stderr, daemon=True)
        self._reader.start()

    def _read_stderr(self) -> None:
        self._stderr = self.process.stderr.read()

    def next_id(self) -> int:
        return next(self._ids)

    def write(self, name: str, text: str) -> pathlib.Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def start_parse(self, path) -> tuple[int, int]:
        read, write = os.pipe()
        request_id = self.next_id()
        message = {"op": "parse", "id": request_id, "path": str(path), "dags_folder": str(self.folder)}
        self.control.send(message, [write])
        os.close(write)
        return request_id, read

    def finish_parse(self, request_id: int, read: int) -> tuple[dict | None, int]:
        with os.fdopen(read, "rb") as file:
            data = file.read()
        status = self.control.wait_for("exited", request_id)["status"]
        return (json.loads(data) if data else None), status

    def parse(self, path) -> tuple[dict | None, int]:
        return self.finish_parse(*self.start_parse(path))

    def zygote(self, path) -> ControlSocket:
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        message = {"op": "zygote", "id": self.next_id(), "path": str(path), "dags_folder": str(self.folder)}
        self.control.send(message, [theirs.fileno()])
        theirs.close()
        return ControlSocket(mine)

    def ready_zygote(self, path) -> ControlSocket:
        control = self.zygote(path)
        message = control.receive()
        assert message["op"] == "ready", message
        return control

    def run(self, text: str, task_id="t", store=None, mode="run", zygote=None, **changes) -> Try:
        """Writes a DAG file, runs one try of a task of DAG `d` in it."""
        control = zygote or self.ready_zygote(self.write("a.py", text))
        return Try(control, self.next_id(), startup_details(task_id=task_id, **changes), mode, store).finish()

    def stop(self) -> None:
        self.control.sock.close()
        self.process.wait(TIMEOUT)
        self._reader.join(TIMEOUT)


@pytest.fixture
def server(tmp_path):
    running = Server(tmp_path)
    yield running
    running.stop()
