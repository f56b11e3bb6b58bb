"""Several tries in one child, through a real fork server."""

import os
import signal
import socket

import pytest
from conftest import ControlSocket, Try, startup_details

FILE = """
import atexit, os, random, signal, sys, threading, warnings
from airflow.sdk import DAG, task, get_current_context
from airflow.exceptions import AirflowSkipException

def surroundings():
    mask = os.umask(0)
    os.umask(mask)
    return {"folder": os.getcwd(), "mask": mask, "path": sys.path[:], "arguments": sys.argv[:],
            "variables": sorted(name for name in os.environ if not name.startswith("AIRFLOW_CTX_")),
            "handlers": [str(signal.getsignal(number)) for number in (signal.SIGUSR1, signal.SIGALRM, signal.SIGHUP)],
            "filters": len(warnings.filters), "timer": signal.getitimer(signal.ITIMER_REAL)[0], "pid": os.getpid()}

with DAG("d", schedule=None):
    @task
    def shows():
        return surroundings()
    @task
    def changes():
        os.environ["MINE"] = "1"
        del os.environ["HOME"]
        os.chdir("/")
        os.umask(0)
        sys.path.insert(0, "/mine")
        sys.argv[:] = ["mine"]
        warnings.simplefilter("error")
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, lambda *_: None)
        signal.setitimer(signal.ITIMER_REAL, 1000)
        random.seed(1)
    @task
    def skips(): raise AirflowSkipException("nothing to do")
    @task
    def draws():
        drawn = random.random()
        random.seed(1)
        return drawn
    @task
    def registers(): atexit.register(print, "at its end")
    @task
    def prints(): print("to the log"); os.write(1, b"to stdout\\n")
    shows(), changes(), skips(), draws(), registers(), prints()
"""


class Kept:
    """A kept child of a zygote, from its first try on."""

    def __init__(self, server):
        self.server = server
        self.zygote = server.ready_zygote(server.write("a.py", FILE))
        self.control = None

    def run(self, task_id: str) -> Try:
        """One try; `ended` says whether the child is there for another."""
        number, further, to = self.server.next_id(), [], self.control
        if to is None:
            mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self.control, further, to = ControlSocket(mine), [theirs.fileno()], self.zygote
        one = Try(to, number, startup_details(task_id=task_id), further=further)
        if further:
            theirs.close()
        self.first = number if further else self.first
        one.pump()
        said = self.control.receive()
        while said is not None and said["op"] == "started":
            said = self.control.receive()
        one.ended = said is not None and said == {"op": "ended", "id": number, "status": 0}
        one.close()
        return one

    def value(self, task_id: str):
        (push,) = (request for request in self.run(task_id).requests if request["type"] == "SetXCom")
        return push["value"]


@pytest.fixture
def kept(server):
    return Kept(server)


def test_what_a_try_changes_of_its_process_is_put_back(kept):
    before = kept.value("shows")
    assert kept.run("changes").ended
    assert kept.value("shows") == before


def test_a_skipped_try_keeps_its_child_and_its_state(kept):
    pid = kept.value("shows")["pid"]
    skipped = kept.run("skips")
    assert skipped.ended and skipped.last["state"] == "skipped"
    assert kept.value("shows")["pid"] == pid


def test_a_seed_of_one_try_is_not_the_next_ones(kept):
    drawn = {kept.value("draws") for _ in range(3)}
    assert len(drawn) == 3


def test_output_goes_to_its_own_try(kept):
    for one in (kept.run("prints"), kept.run("prints")):
        assert one.events.count("to the log") == 1
        assert one.stdout == "to stdout\n"


def test_an_exit_function_of_a_task_runs_at_the_end_of_its_try(kept):
    kept.run("shows")
    one = kept.run("registers")
    assert not one.ended
    assert "at its end" in one.events
    assert kept.zygote.wait_for("exited", kept.first)["status"] == 0


def test_sigterm_between_two_tries_ends_the_child(kept):
    pid = kept.value("shows")["pid"]
    os.kill(pid, signal.SIGTERM)
    assert os.WTERMSIG(kept.zygote.wait_for("exited", kept.first)["status"]) == signal.SIGTERM


def test_the_end_of_the_socket_ends_a_waiting_child(kept):
    kept.run("shows")
    kept.control.sock.close()
    assert kept.zygote.wait_for("exited", kept.first)["status"] == 0
