"""The Debian package, installed for real: checked, run as its units would run it, installed again, removed, purged."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from stack import BIN, ROOT, run, wait_for

HOME = Path("/var/lib/gale/airflow")
UNITS = ("gale", "gale-worker")
DAG = """
import os, pwd
from airflow.sdk import DAG, task
from airflow.providers.standard.operators.bash import BashOperator
with DAG("hello", schedule=None):
    @task
    def who():
        return pwd.getpwuid(os.getuid()).pw_name
    BashOperator(task_id="bash", bash_command="id -un") >> who()
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    if os.getuid() != 0:
        pytest.skip("installing a package needs root")
    known = run("dpkg-query", "-W", "-f", "${Status}", "gale", check=False).stdout
    if HOME.parent.exists() or "installed" in known:
        pytest.skip("this machine has an installation of Gale, which a test must not touch")
    out = tmp_path_factory.mktemp("package")
    run(sys.executable, ROOT / "deploy" / "debian" / "build_deb.py", "--bin", BIN, "--out", out)
    (built,) = out.glob("gale_*_amd64.deb")
    yield built
    run("dpkg", "--purge", "gale", check=False)
    shutil.rmtree(HOME.parent, ignore_errors=True)


def install(package):
    run("apt-get", "install", "-y", "-qq", "--reinstall", package, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def as_gale(*command, **options):
    environment = ["env", "-i", "PATH=/usr/bin:/bin", "HOME=/var/lib/gale"]
    return ["setpriv", "--reuid=gale", "--regid=gale", "--clear-groups", *environment, *command], options


def start(unit, log):
    """ExecStart with the unit's environment, as its user. No systemd runs in a container, so nothing else of the unit is."""
    text = Path(f"/lib/systemd/system/{unit}.service").read_text()
    variables = [word for line in re.findall(r"^Environment=(.*)$", text, re.M) for word in line.split()]
    command, _ = as_gale(*variables, *re.search(r"^ExecStart=(.*)$", text, re.M)[1].split())
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log.open("w"), stderr=subprocess.STDOUT, start_new_session=True)


def gale(*arguments, check=True):
    command, _ = as_gale("gale", *arguments)
    return run(*command, check=check, cwd="/")


def test_lintian_finds_no_error(package):
    found = run("lintian", "--fail-on", "error", "--allow-root", package, check=False)
    assert found.returncode == 0, found.stdout


def test_it_installs_and_its_units_are_right(package):
    install(package)
    for unit in UNITS:
        path = f"/lib/systemd/system/{unit}.service"
        verified = run("systemd-analyze", "verify", path)
        assert verified.stderr == "", verified.stderr
        assert Path(f"/etc/systemd/system/multi-user.target.wants/{unit}.service").exists()
        exposed = run("systemd-analyze", "security", "--offline=yes", path).stdout
        level = float(re.search(r"exposure level for \S+: ([\d.]+)", exposed)[1])
        assert level < (2 if unit == "gale" else 5), exposed
    config = Path("/etc/gale/airflow.cfg")
    assert config.stat().st_mode & 0o007 == 0 and config.group() == "gale"


def test_the_units_run_tasks_as_gale(package, tmp_path):
    (HOME / "dags" / "hello.py").write_text(DAG)
    log = tmp_path / "gale.log"
    server, worker = start("gale", log), start("gale-worker", tmp_path / "worker.log")
    try:
        wait_for("the server", lambda: "listening on http://127.0.0.1:8080" in log.read_text())
        assert "The first user is" in log.read_text()
        wait_for("the DAG", lambda: "hello" in gale("dags", "list").stdout)
        gale("dags", "unpause", "hello")
        gale("dags", "trigger", "hello", "-r", "one")

        def ended():
            states = gale("tasks", "states-for-dag-run", "hello", "one", "-o", "plain").stdout
            assert "failed" not in states, states + log.read_text()
            return states.count("success") == 2

        wait_for("the run", ended)
        logs = "".join(path.read_text() for path in Path("/var/log/gale").rglob("*.log"))
        assert '"gale"' in logs or " gale" in logs
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    finally:
        for process in (server, worker):
            if process.poll() is None:
                process.terminate()
                process.wait(30)


def test_an_upgrade_keeps_what_was_changed(package):
    config = Path("/etc/gale/airflow.cfg")
    config.write_text(config.read_text().replace("port = 8080", "port = 9090"))
    database = (HOME / "gale.db").read_bytes()
    install(package)
    assert "port = 9090" in config.read_text()
    assert (HOME / "gale.db").read_bytes() == database
    assert gale("dags", "list").stdout.count("hello") >= 1


def test_remove_keeps_the_data_and_purge_leaves_only_dag_files(package):
    run("dpkg", "--remove", "gale")
    assert not Path("/usr/lib/gale").exists() and not Path("/usr/bin/gale").exists()
    assert (HOME / "gale.db").exists()
    run("dpkg", "--purge", "gale")
    assert sorted(path.name for path in HOME.rglob("*")) == ["dags", "hello.py"]
    assert not Path("/etc/gale").exists() and not Path("/var/log/gale").exists()
    for unit in UNITS:
        assert not Path(f"/etc/systemd/system/multi-user.target.wants/{unit}.service").is_symlink()
    shutil.rmtree(HOME.parent)
    install(package)
    run("dpkg", "--purge", "gale")
    assert not HOME.parent.exists()
    assert run("getent", "passwd", "gale", check=False).returncode != 0
