"""Parsing, zygotes and the life of the fork server."""

import os
import pathlib
import select
import signal
import socket
import subprocess
import sys

import pytest
from conftest import PYTHON_FOLDER, ControlSocket, Server, Try, startup_details

ONE = """
from datetime import datetime
from airflow.sdk import DAG
from airflow.operators.empty import EmptyOperator
with DAG("d", start_date=datetime(2026, 1, 1)):
    EmptyOperator(task_id="t")
"""


def test_the_same_file_parsed_twice_gives_the_same_bytes(server):
    path = server.write("a.py", ONE)
    bytes_ = []
    for _ in range(2):
        request_id, read = server.start_parse(path)
        with os.fdopen(read, "rb") as file:
            bytes_.append(file.read())
        server.control.wait_for("exited", request_id)
    assert bytes_[0] == bytes_[1] and b'"dag_id":"d"' in bytes_[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def broken(:\n  pass", "SyntaxError"),
        ("import nothing_like_this", "No module named 'nothing_like_this'"),
        ("raise RuntimeError('at import')", "RuntimeError: at import"),
        ("import sys; sys.exit(4)", "sys.exit(4)"),
        (ONE + "a = DAG('same'); b = DAG('same')", "'same' is used twice"),
        (ONE + "with DAG('c'):\n    a, b = EmptyOperator(task_id='a'), EmptyOperator(task_id='b')\n    a >> b >> a",
         "Cycle detected in DAG 'c'"),
        (ONE + "with DAG('c'):\n    EmptyOperator(task_id='a'); EmptyOperator(task_id='a')", "'a' has already been added"),
        (ONE + "with DAG('c'):\n    EmptyOperator(task_id='a b')", "'a b' is not allowed"),
        (ONE + "with DAG('c'):\n    EmptyOperator(task_id='a', trigger_rule='sometimes')", "'sometimes' does not exist"),
        (ONE + "with DAG('c'):\n    EmptyOperator(task_id='a', colour='red')", "'colour'"),
        (ONE + "DAG('c', schedule='every day')", "DAG 'c': invalid schedule"),
        (ONE + "DAG('c', schedule='@dayly')", "'@dayly' is not a schedule preset"),
        (ONE + "with DAG('c'):\n    EmptyOperator.partial(task_id='m').expand(x=[1])", "(task_id='m'): expand() does not know 'x'"),
        ("from airflow.operators.subdag import SubDagOperator", "TaskGroup"),
        (ONE + "from airflow.models import Variable\nVariable.get('missing')", "AIRFLOW_VAR_MISSING"),
    ],
)  # fmt: skip
def test_a_bad_file_is_an_import_error_that_says_what_is_wrong(server, text, said):
    path = server.write("bad.py", text)
    parsed, status = server.parse(path)
    assert status == 0
    assert parsed["dags"] == []
    assert said in parsed["import_error"] and "bad.py" in parsed["import_error"]
    assert server.parse(server.write("good.py", ONE))[0]["dags"][0]["dag_id"] == "d"


def test_a_crash_while_parsing_leaves_the_server_alive(server):
    parsed, status = server.parse(server.write("crash.py", "import ctypes; ctypes.string_at(0)"))
    assert parsed is None and os.WTERMSIG(status) == signal.SIGSEGV
    assert server.parse(server.write("a.py", ONE))[0]["import_error"] is None


def test_an_endless_loop_can_be_killed_and_the_server_goes_on(server):
    request_id, read = server.start_parse(server.write("loop.py", "while True: pass"))
    os.kill(server.control.wait_for("started", request_id)["pid"], signal.SIGKILL)
    parsed, status = server.finish_parse(request_id, read)
    assert parsed is None and os.WTERMSIG(status) == signal.SIGKILL


def test_a_module_beside_the_file_wins_over_one_of_the_same_name_elsewhere(server):
    for folder in ("one", "two"):
        server.write(f"{folder}/utils.py", f"NAME = '{folder}'")
        server.write(f"{folder}/f.py", ONE.replace("\nfrom airflow.op", "\nfrom utils import NAME\nfrom airflow.op")
                     .replace('DAG("d"', "DAG(NAME"))  # fmt: skip
    server.write("shared.py", "X = 1")
    for folder in ("one", "two"):
        parsed, _ = server.parse(server.folder / folder / "f.py")
        assert parsed["dags"][0]["dag_id"] == folder
    parsed, _ = server.parse(server.write("sub/g.py", "import shared\n" + ONE))
    assert parsed["import_error"] is None


def test_warnings_about_old_names_reach_the_result(server):
    text = "from airflow.operators.dummy_operator import DummyOperator\n" + ONE.replace(
        '"d",', '"d", schedule_interval="@daily", concurrency=3,'
    )
    parsed, _ = server.parse(server.write("old.py", text))
    dag = parsed["dags"][0]
    assert dag["max_active_tasks"] == 3 and dag["schedule"]["expression"] == "@daily"
    assert any("schedule_interval" in text for text in parsed["warnings"])
    assert any("DummyOperator" in text for text in parsed["warnings"])


def test_a_zygote_that_cannot_import_its_file_says_so_and_exits(server):
    zygote = server.zygote(server.write("bad.py", "raise RuntimeError('at import')"))
    message = zygote.receive()
    assert message["op"] == "import_error" and "at import" in message["traceback"]
    assert os.WEXITSTATUS(server.control.wait_for("exited", 1)["status"]) == 1


def test_a_hundred_tries_run_at_once(server):
    text = ONE + """
from airflow.sdk import task
with DAG("many"):
    @task(task_id="t")
    def t(ti=None): return ti.try_number
    t()
"""
    zygote = server.ready_zygote(server.write("a.py", text))
    tries = [Try(zygote, n, startup_details("many", try_number=n)) for n in range(1, 101)]
    assert [t.finish().requests[1]["value"] for t in tries] == list(range(1, 101))
    assert not any("exited" == m["op"] for m in zygote.seen)


def children_of(pid: int) -> list[str]:
    return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_no_zombie_is_left(server):
    for n in range(5):
        server.parse(server.write("a.py", ONE))
    assert children_of(server.pid) == []


def test_unusable_requests_are_answered_and_the_server_goes_on(server):
    for message in ({"op": "dance", "id": 1}, {"op": "parse", "id": 2, "path": "x"}, {"op": "run", "id": 3}):
        server.control.send(message)
        assert server.control.wait_for("error")["message"]
    server.control.sock.send(b"not json")
    assert "not json" in server.control.wait_for("error")["message"]
    assert server.parse(server.write("a.py", ONE))[0]["import_error"] is None


def test_the_end_of_the_control_socket_ends_the_root_and_its_children(tmp_path):
    server = Server(tmp_path)
    request_id, read = server.start_parse(server.write("loop.py", "while True: pass"))
    pid = server.control.wait_for("started", request_id)["pid"]
    server.stop()
    assert server.process.returncode == 0
    with os.fdopen(read, "rb") as file:
        assert file.read() == b""  # the killed child closed it
    assert not pathlib.Path(f"/proc/{pid}").exists() or "Z" in pathlib.Path(f"/proc/{pid}/stat").read_text()


def test_a_retired_zygote_lets_its_tries_finish(server):
    text = ONE + """
from airflow.sdk import task, Variable
with DAG("w"):
    @task(task_id="t")
    def t(): return Variable.get("go", default="late")
    t()
"""
    zygote = server.ready_zygote(server.write("a.py", text))
    running = Try(zygote, 1, startup_details("w"))
    zygote.wait_for("started", 1)
    zygote.sock.shutdown(1)  # no more requests
    assert running.finish().last["type"] == "SucceedTask"
    assert zygote.receive() is None


def test_a_user_module_imported_by_the_file_is_fresh_in_each_parse(server):
    server.write("helper.py", "N = 1")
    path = server.write("a.py", "from helper import N\n" + ONE.replace('"d"', 'f"d{N}"'))
    assert server.parse(path)[0]["dags"][0]["dag_id"] == "d1"
    server.write("helper.py", "N = 22")
    assert server.parse(path)[0]["dags"][0]["dag_id"] == "d22"


def test_what_lies_in_the_working_directory_is_not_imported(tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "stray.py").write_text("")
    monkeypatch.chdir(elsewhere)
    (tmp_path / "dags").mkdir()
    server = Server(tmp_path / "dags")
    parsed, _ = server.parse(server.write("a.py", "import stray"))
    server.stop()
    assert "No module named 'stray'" in parsed["import_error"]


LAUNCHER = """
import signal, subprocess, sys, threading
server = []
def start():
    server.append(subprocess.Popen([sys.executable, "-m", "gale.fork_server", "--control-fd", sys.argv[1]],
                                   pass_fds=[int(sys.argv[1])]))
thread = threading.Thread(target=start)
thread.start(); thread.join()
print(server[0].pid, flush=True)
signal.pause()
"""


def test_the_server_outlives_the_thread_that_started_it_and_not_the_process(tmp_path):
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = os.environ | {"PYTHONPATH": str(PYTHON_FOLDER)}
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(theirs.fileno())], pass_fds=[theirs.fileno()], env=environment,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    pid = int(launcher.stdout.readline())
    control = ControlSocket(mine)
    control.wait_for("ready")  # the thread has ended by now; the server still answers
    control.send({"op": "dance", "id": 1})
    assert control.wait_for("error", 1)
    watch = os.pidfd_open(pid)
    launcher.kill()
    launcher.wait()
    ended, _, _ = select.select([watch], [], [], 30)  # the test holds both ends: there is no EOF
    os.close(watch)
    theirs.close()
    mine.close()
    assert ended


def test_the_server_has_no_threads(server):
    assert len(os.listdir(f"/proc/{server.pid}/task")) == 1


def test_the_api_imports_fast_and_small():
    code = (
        ""
        "from airflow.sdk import DAG, task\n"
        "from airflow.providers.standard.operators.python import PythonOperator\n"
        "from airflow.providers.standard.operators.bash import BashOperator\n"
        "import sys; assert 'pendulum' not in sys.modules and 'jinja2' not in sys.modules\n"
        "print(next(l.split()[1] for l in open('/proc/self/status') if l.startswith('VmRSS')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 30 * 1024
