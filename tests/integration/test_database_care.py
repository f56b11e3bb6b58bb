"""Care of the metadata database: what an upgrade would do, old rows, archives, backups, damage, retention."""

import csv
import os
import sqlite3
import subprocess
import threading
import time

import pytest
from conftest import GALE, PASSWORD, on_sqlite, start_postgres, wait_for

QUICK = """
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator
with DAG("quick", schedule=None, max_active_runs=50):
    BashOperator(task_id="say", bash_command="echo said", do_xcom_push=True)
"""
FUTURE = "2999-01-01"


def finished_runs(gale, count):
    gale.write_dag("quick.py", QUICK)
    runs = [gale.trigger("quick", f"r{number}") for number in range(count)]
    for run in runs:
        assert gale.finish("quick", run) == "success"


def rows(gale, sql):
    with sqlite3.connect(gale.home / "gale.db") as database:
        return database.execute(sql).fetchall()


@on_sqlite
def test_migrate_dry_run_writes_nothing(gale):
    done = gale.run("db", "migrate", "--dry-run")
    assert "Would apply the migrations 1, 2" in done.stdout
    assert not (gale.home / "gale.db").exists()
    gale.run("db", "migrate")
    before = (gale.home / "gale.db").read_bytes()
    assert "nothing to do" in gale.run("db", "migrate", "--dry-run").stdout
    assert (gale.home / "gale.db").read_bytes() == before


@on_sqlite
def test_clean_archives_export_and_drop(server):
    finished_runs(server, 3)
    dry = server.run("db", "clean", "--clean-before-timestamp", FUTURE, "--tables", "dag_run", "--dry-run").stdout
    assert "Found 3 rows" in dry
    refused = server.run("db", "clean", "--clean-before-timestamp", FUTURE, check=False)
    assert refused.returncode == 1 and "not confirmed" in refused.stderr
    assert len(rows(server, "SELECT 1 FROM dag_run")) == 3
    done = server.run("db", "clean", "--clean-before-timestamp", FUTURE, "--tables", "dag_run", "--yes", "--batch-size", "2")
    assert "Finished: 3 rows removed" in done.stdout
    assert rows(server, "SELECT 1 FROM dag_run UNION ALL SELECT 1 FROM task_instance UNION ALL SELECT 1 FROM xcom") == []
    # The server goes on, and its page hears of it through the database.
    assert server.call("GET", "/api/v2/dags/quick/dagRuns")["total_entries"] == 0
    assert server.finish("quick", server.trigger("quick", "after")) == "success"
    events = server.call("GET", "/api/v2/eventLogs?event=cli_db_clean")["event_logs"]
    assert '"dag_run":3' in events[0]["extra"].replace(" ", "")

    folder = server.home / "out"
    missing = server.run("db", "export-archived", "--output-path", str(folder), check=False)
    assert missing.returncode == 1 and "no folder" in missing.stderr
    folder.mkdir()
    server.run("db", "export-archived", "--output-path", str(folder), "--tables", "dag_run")
    (path,) = folder.iterdir()
    assert path.name.startswith("_airflow_deleted__dag_run__") and path.suffix == ".csv"
    with path.open(newline="") as file:
        kept = list(csv.DictReader(file))
    assert sorted(row["run_id"] for row in kept) == ["r0", "r1", "r2"]
    assert {row["state"] for row in kept} == {"success"}
    done = server.run("db", "drop-archived", "--yes")
    assert "Total dropped tables: 4" in done.stdout
    assert rows(server, "SELECT name FROM sqlite_schema WHERE name LIKE '%airflow_deleted%'") == []


def test_clean_says_what_is_wrong(gale):
    gale.run("db", "migrate")
    for arguments, word in [
        (["--clean-before-timestamp", "yesterday"], "yesterday"),
        (["--clean-before-timestamp", FUTURE, "--tables", "variable"], "variable"),
    ]:
        done = gale.run("db", "clean", "--yes", *arguments, check=False)
        assert done.returncode != 0 and word in done.stderr
    assert gale.run("db", "clean", "--yes", check=False).returncode == 2


@on_sqlite
def test_a_backup_under_load_is_whole(server):
    server.write_dag("quick.py", QUICK)
    server.wait_for_dag("quick")
    stop = threading.Event()
    triggered = []

    def load():
        while not stop.is_set():
            triggered.append(server.trigger("quick", f"load{len(triggered)}"))

    thread = threading.Thread(target=load)
    thread.start()
    wait_for("some load", lambda: len(triggered) > 5)
    before = len(triggered)
    target = server.home / "backup.db"
    done = server.run("db", "backup", str(target))
    stop.set()
    thread.join()
    assert "written and checked" in done.stdout
    assert not target.with_name("backup.db-wal").exists()
    assert target.stat().st_mode & 0o077 == 0
    with sqlite3.connect(target) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (count,) = copy.execute("SELECT count(*) FROM dag_run").fetchone()
    assert count >= before
    again = server.run("db", "backup", str(target), check=False)
    assert again.returncode == 1 and "is there already" in again.stderr
    server.run("db", "backup", str(target), "--yes")
    # It is a database to go on with.
    url = f"sqlite:///{target}"
    listed = server.run("dags", "list", AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=url)
    assert "quick" in listed.stdout
    assert [path.name for path in server.home.glob(".backup*")] == []


@on_sqlite
def test_a_backup_that_cannot_be_made_leaves_nothing(gale, tmp_path):
    none = gale.run("db", "backup", str(tmp_path / "b.db"), check=False)
    assert none.returncode == 1 and "no database" in none.stderr
    gale.run("db", "migrate")
    for target in (tmp_path, tmp_path / "missing" / "b.db", gale.home / "gale.db"):
        done = gale.run("db", "backup", str(target), "--yes", check=False)
        assert done.returncode != 0 and str(target if target.exists() else target.parent) in done.stderr
    assert gale.run("db", "check").returncode == 0
    assert list(tmp_path.glob(".*")) == []


@on_sqlite
def test_damage_is_named(gale):
    gale.run("db", "migrate")
    assert "All of it can be read" in gale.run("db", "check", "--deep").stdout
    path = gale.home / "gale.db"
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO dag_code VALUES (77, 'f', 's')")
    done = gale.run("db", "check", "--deep", check=False)
    assert done.returncode == 1 and "dag_code" in done.stderr and "restore a backup" in done.stderr
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'log_by_time'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    done = gale.run("db", "check", "--deep", check=False)
    assert done.returncode == 1 and "restore a backup" in done.stderr
    backup = gale.run("db", "backup", str(gale.home / "b.db"), check=False)
    assert backup.returncode == 1 and "damaged" in backup.stderr
    assert not (gale.home / "b.db").exists()


@on_sqlite
def test_the_shell_is_the_databases_own(gale):
    gale.run("db", "migrate")
    done = subprocess.run(
        [GALE, "db", "shell"], input="SELECT 6 * 7;\n", env=gale.environment, capture_output=True, text=True, timeout=30
    )
    assert done.stdout.strip() == "42", done.stderr
    missing = gale.run("db", "shell", check=False, PATH="/nonexistent")
    assert missing.returncode == 1 and "sqlite3" in missing.stderr and "install" in missing.stderr


@on_sqlite
def test_what_is_too_old_goes_by_itself(gale):
    gale.start()
    finished_runs(gale, 2)
    gale.stop()
    log = gale.home / "logs" / "dag_id=quick" / "run_id=r0" / "task_id=say" / "attempt=1.log"
    old = time.time() - 40 * 86400
    os.utime(log, (old, old))
    with sqlite3.connect(gale.home / "gale.db") as database:
        database.execute("UPDATE dag_run SET start_date = start_date - 40 * 86400 * 1000000 WHERE run_id = 'r0'")
    gale.start(
        AIRFLOW__DATABASE__DAG_RUN_RETENTION_DAYS="30",
        AIRFLOW__LOGGING__TASK_LOG_RETENTION_DAYS="30",
        AIRFLOW__DATABASE__RETENTION_CHECK_INTERVAL="1",
    )
    wait_for("the old run's end", lambda: rows(gale, "SELECT run_id FROM dag_run") == [("r1",)])
    wait_for("the old log's end", lambda: not log.exists())
    assert (gale.home / "logs" / "dag_id=quick" / "run_id=r1").exists()
    events = gale.call("GET", "/api/v2/eventLogs?event=retention")["event_logs"]
    assert any("dag_run" in event["extra"] for event in events)
    assert "went from dag_run" in gale.log()


def test_the_workers_log_does_not_grow_for_ever(gale):
    gale.start(AIRFLOW__DATABASE__RETENTION_CHECK_INTERVAL="1")
    finished_runs(gale, 1)
    log, older = gale.home / "run" / "worker.log", gale.home / "run" / "worker.log.1"
    with log.open("a") as file:
        file.write("an early line\n" + "x" * 11_000_000 + "\nthe last line\n")
    wait_for("the rotation", older.exists)
    wait_for("the emptied log", lambda: log.stat().st_size < 1_000_000)
    kept = older.read_text()
    assert kept.endswith("the last line\n") and len(kept) == 10 << 20
    assert gale.finish("quick", gale.trigger("quick", "after")) == "success"


def test_wrong_retention_is_refused(gale):
    done = gale.run("db", "migrate", check=False, AIRFLOW__DATABASE__DAG_RUN_RETENTION_DAYS="-1")
    assert done.returncode == 2 and "dag_run_retention_days" in done.stderr


@pytest.fixture
def postgres(gale):
    url = start_postgres()()
    gale.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = url
    gale.run("db", "migrate")
    return url


def test_postgresql_is_cared_for_too(gale, postgres, tmp_path):
    assert "All of it can be read" in gale.run("db", "check", "--deep").stdout
    gale.start()
    finished_runs(gale, 2)
    gale.stop()
    backup = tmp_path / "backup.dump"
    assert "written and checked" in gale.run("db", "backup", str(backup)).stdout
    assert backup.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.glob(".backup*")] == []
    listed = subprocess.run(["pg_restore", "--list", backup], capture_output=True, text=True, check=True).stdout
    assert "TABLE DATA public dag_run" in listed
    again = gale.run("db", "backup", str(backup), check=False)
    assert again.returncode != 0 and "is there already" in again.stderr

    def ask(sql):
        done = subprocess.run([GALE, "db", "shell"], input=sql, env=gale.environment, capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "2" in ask("SELECT count(*) FROM dag_run;")
    gale.run("db", "clean", "--clean-before-timestamp", FUTURE, "--tables", "dag_run", "--yes", "--batch-size", "1")
    assert "0" in ask("SELECT count(*) FROM task_instance;")
    gale.run("db", "export-archived", "--output-path", str(tmp_path), "--drop-archives", "--yes", "--tables", "dag_run")
    (path,) = tmp_path.glob("_airflow_deleted__dag_run__*.csv")
    with path.open(newline="") as file:
        assert sorted(row["run_id"] for row in csv.DictReader(file)) == ["r0", "r1"]
    missing = gale.run("db", "backup", str(tmp_path / "other"), check=False, PATH="/nonexistent")
    assert missing.returncode != 0 and "pg_dump" in missing.stderr and "install" in missing.stderr
    assert PASSWORD not in missing.stderr
