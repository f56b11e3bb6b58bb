"""The fork server: `python -m gale.fork_server --control-fd N [--dags-folder D]`.

A process without threads that has imported the authoring API once, and forks for each piece of work that arrives on
its control socket (docs/reference/task_protocol.md): to parse a file, to become a file's zygote, and in a zygote to
run one try. Between requests it only waits and reaps. It does not outlive its parent.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
import traceback

MAX_MESSAGE = 256 * 1024
MAX_DESCRIPTORS = 16
MAX_TEXT = 100_000
# What forked children would otherwise import again and again.
PRELOADED = (
    "airflow.sdk.execution_time.runner",
    "airflow.sdk.execution_time.templates",
    "airflow.sdk.execution_time.cron",
    "airflow.sdk.definitions.decorators",
    "airflow.sdk.definitions.param_schema",
    "airflow.sdk.bases.sensor",
    "airflow.decorators",
    "airflow.models",
    "airflow.providers.standard.operators.bash",
    "airflow.providers.standard.operators.branch",
    "airflow.providers.standard.operators.empty",
    "airflow.providers.standard.operators.latest_only",
    "airflow.providers.standard.operators.python",
    "airflow.providers.standard.operators.trigger_dagrun",
    "airflow.providers.standard.decorators.python",
    "airflow.providers.docker.operators.docker",
    "airflow.utils.dates",
    "gale.dag_file",
    "gale.kept_child",
    "gale.parse_file",
    "gale.task_runner",
    "pendulum",
    "configparser",
    "traceback",
    "warnings",
    "zoneinfo",
)


# Found once: looking a function up costs each child more than calling it.
_prctl = ctypes.CDLL(None, use_errno=True).prctl


def _on_parent_death(number: int) -> None:
    pr_set_pdeathsig = 1
    if _prctl(pr_set_pdeathsig, number, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")


def die_with_parent(parent: int) -> None:
    """For children of a fork server, which has one thread: SIGKILL when it ends; at once if it has ended already."""
    _on_parent_death(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def die_with_core() -> None:
    """For the root: ends when the process that started it ends.

    The kernel sends the signal when the *thread* that forked us ends, so a handler looks whether the process is gone.
    """
    parent = os.getppid()

    def look(signum, frame):
        if os.getppid() != parent:
            os._exit(1)

    signal.signal(signal.SIGUSR2, look)
    _on_parent_death(signal.SIGUSR2)
    look(None, None)


class ForkServer:
    """Serves one control socket. In a zygote `dags` holds the file's DAGs by id; in the root it is None."""

    def __init__(
        self, control: socket.socket, dags_folder: str | None, dags: dict | None = None, sources: dict | None = None
    ):
        self._control = control
        self._sources = sources or {}
        self._dags_folder = dags_folder
        self._dags = dags
        self._children: dict[int, int] = {}  # pid to request id
        self._wake_read, self._wake_write = os.pipe()
        for fd in (self._wake_read, self._wake_write):
            os.set_blocking(fd, False)

    # --- the loop ------------------------------------------------------------------------------------

    def serve(self) -> None:
        """Until the control socket ends. A zygote then waits for its tries; the root leaves at once."""
        signal.signal(signal.SIGCHLD, lambda signum, frame: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self._send({"op": "ready", "pid": os.getpid()})
        poller = select.poll()
        poller.register(self._control.fileno(), select.POLLIN)
        poller.register(self._wake_read, select.POLLIN)
        listening = True
        while listening or (self._dags is not None and self._children):
            ready = {fd for fd, _ in poller.poll()}
            if self._wake_read in ready:
                self._drain_wakeups()
            self._reap()
            if listening and self._control.fileno() in ready and not self._serve_one():
                poller.unregister(self._control.fileno())
                listening = False

    def _drain_wakeups(self) -> None:
        try:
            while os.read(self._wake_read, 4096):
                pass
        except BlockingIOError:
            pass

    def _send(self, message: dict) -> None:
        try:
            self._control.sendall(json.dumps(message).encode())
        except (BrokenPipeError, ConnectionResetError):
            pass  # the core is gone; the loop sees the end of the socket

    def _reap(self) -> None:
        while self._children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            request_id = self._children.pop(pid, None)
            if request_id is not None:
                self._send({"op": "exited", "id": request_id, "pid": pid, "status": status})

    def _serve_one(self) -> bool:
        """Reads and serves one request; False at the end of the socket."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self._control, MAX_MESSAGE, MAX_DESCRIPTORS)
        except ConnectionResetError:
            return False
        if not data:
            return False
        request: dict = {}
        try:
            request = json.loads(data)
            self._dispatch(request, descriptors)
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            self._send({"op": "error", "id": request.get("id") if isinstance(request, dict) else None,
                        "message": f"the request {data[:200]!r} could not be served: {text}"})  # fmt: skip
        finally:
            for fd in descriptors:
                try:
                    os.close(fd)
                except OSError:
                    pass
        return True

    def _dispatch(self, request: dict, descriptors: list[int]) -> None:
        operation = request.get("op")
        wanted = {"parse": (1,), "zygote": (1,), "run": (4, 5)}.get(operation)
        if wanted is None:
            raise ValueError(f"unknown op {operation!r}")
        if len(descriptors) not in wanted:
            raise ValueError(f"op {operation!r} needs {wanted[0]} descriptors, got {len(descriptors)}")
        if operation == "run" and self._dags is None:
            raise ValueError("op 'run' goes to the zygote of a file, not to the root")
        if operation == "run" and request.get("mode", "run") not in ("run", "render"):
            raise ValueError(f"unknown mode {request['mode']!r}")
        if operation == "zygote" and self._dags is not None:
            raise ValueError("op 'zygote' goes to the root")
        if operation == "run" and self._is_stale():
            self._send({"op": "stale", "id": request["id"]})
            return
        work = {"parse": self._parse, "zygote": self._zygote, "run": self._run}[operation]
        self._fork(request, descriptors, work)

    # --- forking -------------------------------------------------------------------------------------

    def _fork(self, request: dict, descriptors: list[int], work) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid != 0:
            self._children[pid] = request["id"]
            self._send({"op": "started", "id": request["id"], "pid": pid})
            return
        code = 1
        try:
            self._become_child(parent)
            code = work(request, descriptors)
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            _flush_and_exit(code)

    def _become_child(self, parent: int) -> None:
        die_with_parent(parent)
        signal.set_wakeup_fd(-1)
        for name in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGUSR2):
            signal.signal(name, signal.SIG_DFL)
        self._control.close()
        os.close(self._wake_read)
        os.close(self._wake_write)
        self._children = {}

    # --- what children do ----------------------------------------------------------------------------

    def _folder(self, request: dict) -> str | None:
        return request.get("dags_folder") or self._dags_folder

    def _parse(self, request: dict, descriptors: list[int]) -> int:
        from gale.parse_file import encode, parse

        with os.fdopen(descriptors[0], "wb") as result:
            result.write(encode(parse(request["path"], self._folder(request))))
        return 0

    def _zygote(self, request: dict, descriptors: list[int]) -> int:
        from gale.dag_file import DagFileError, load

        control = socket.socket(fileno=descriptors[0])
        try:
            dags, _ = load(request["path"], self._folder(request))
        except DagFileError as error:
            control.sendall(json.dumps({"op": "import_error", "traceback": str(error)[-MAX_TEXT:]}).encode())
            return 1
        sources = _modification_times(_modules_beside(request["path"], self._folder(request)))
        prepare_to_serve()
        ForkServer(control, self._folder(request), {dag.dag_id: dag for dag in dags}, sources).serve()
        return 0

    def _run(self, request: dict, descriptors: list[int]) -> int:
        os.setsid()
        if len(descriptors) == 5:
            from gale.kept_child import serve

            with socket.socket(fileno=descriptors[4]) as control:
                return serve(control, request, descriptors[:4], self._dags, self._is_stale)
        from gale.task_runner import run_in_child

        return run_in_child(request.get("mode", "run"), descriptors, self._dags)

    def _is_stale(self) -> bool:
        return _modification_times(self._sources) != self._sources


def _modules_beside(path: str, dags_folder: str | None) -> list[str]:
    """The files of the modules that a DAG file has imported from its own folder or the dags folder, itself included."""
    folders = tuple(os.path.join(folder, "") for folder in {os.path.dirname(path), dags_folder} if folder)
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return sorted({path, *(file for file in files if file and file.startswith(folders))})


def _modification_times(paths) -> dict[str, int | None]:
    times = {}
    for path in paths:
        try:
            times[path] = os.stat(path).st_mtime_ns
        except OSError:
            times[path] = None
    return times


def _flush_and_exit(code: int) -> None:
    """Ends a child without the parent's exit handlers."""
    for stream in (sys.__stdout__, sys.__stderr__):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass  # nobody reads it any more
    os._exit(code)


def leave_working_directory_out() -> None:
    """`python -m` puts the working directory first on sys.path; what lies there is not for DAG files to import."""
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    wanted = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if sys.path and sys.path[0] in ("", os.getcwd()) and os.getcwd() != own and os.getcwd() not in wanted:
        sys.path.pop(0)


def prepare_to_serve() -> None:
    """What is alive now stays for good: the collector need not touch, and so copy, its pages in children."""
    gc.collect()
    gc.freeze()


def preload() -> None:
    import importlib

    for name in PRELOADED:
        importlib.import_module(name)
    from gale.warm_up import warm_up

    warm_up()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="gale.fork_server", description=__doc__.splitlines()[0])
    parser.add_argument("--control-fd", type=int, required=True, help="SOCK_SEQPACKET unix socket to the core")
    parser.add_argument("--dags-folder", help="added to sys.path of every DAG file")
    options = parser.parse_args(arguments)
    die_with_core()
    control = socket.socket(fileno=options.control_fd)
    control.set_inheritable(False)
    leave_working_directory_out()
    preload()
    # A .pyc counts as fresh when the second and the size agree: a file edited twice in a second would be read as it was.
    sys.dont_write_bytecode = True
    prepare_to_serve()
    ForkServer(control, options.dags_folder).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
