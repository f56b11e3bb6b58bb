"""An Airflow's metadata database is taken over. The databases here have the columns that are read, with values as Airflow
3.3.2 and 2.10.5 wrote them."""

import base64
import hashlib
import hmac
import json
import os
import pickle
import re
import sqlite3
import struct
import subprocess

import pytest
from conftest import on_sqlite, start_postgres, wait_for

KEY = base64.urlsafe_b64encode(b"01234567890123456789012345678901").decode()
DAG = """
from datetime import datetime
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator
with DAG("numbers", schedule="@daily", start_date=datetime(2026, 1, 1), end_date=datetime(2026, 1, 4), catchup=True):
    BashOperator(task_id="one", bash_command="echo one")
"""


def fernet(text, key=KEY):
    """A Fernet token, as Airflow keeps secrets."""
    raw = base64.urlsafe_b64decode(key)
    plain = text.encode()
    plain += bytes([16 - len(plain) % 16]) * (16 - len(plain) % 16)
    iv = b"i" * 16
    command = ["openssl", "enc", "-aes-128-cbc", "-nopad", "-K", raw[16:].hex(), "-iv", iv.hex()]
    token = b"\x80" + struct.pack(">Q", 1_700_000_000) + iv + subprocess.run(command, input=plain, capture_output=True, check=True).stdout
    return base64.urlsafe_b64encode(token + hmac.new(raw[:16], token, hashlib.sha256).digest()).decode()


COMMON = """
CREATE TABLE alembic_version (version_num);
CREATE TABLE variable (id INTEGER PRIMARY KEY, key, val, description, is_encrypted);
CREATE TABLE connection (id INTEGER PRIMARY KEY, conn_id, conn_type, description, host, schema, login, password, port, extra,
    is_encrypted, is_extra_encrypted);
CREATE TABLE slot_pool (id INTEGER PRIMARY KEY, pool, slots, description, include_deferred);
INSERT INTO slot_pool (pool, slots, description, include_deferred) VALUES ('default_pool', 64, 'Default pool', 0), ('small', 3, 'few', 1);
"""
AIRFLOW_3 = COMMON + """
INSERT INTO alembic_version VALUES ('d2f4e1b3c5a7');
CREATE TABLE dag (dag_id, is_paused, is_stale, fileloc, relative_fileloc, owners, dag_display_name, description, timetable_summary,
    timetable_description, max_active_tasks, max_active_runs, last_parsed_time);
CREATE TABLE dag_run (id INTEGER PRIMARY KEY, dag_id, queued_at, logical_date, start_date, end_date, state, run_id, run_type, triggered_by,
    triggering_user_name, conf, data_interval_start, data_interval_end, run_after, clear_number);
CREATE TABLE dag_run_note (dag_run_id, content);
CREATE TABLE task_instance (id, task_id, dag_id, run_id, map_index, start_date, end_date, state, try_number, max_tries, hostname, pool,
    pool_slots, queue, priority_weight, operator, custom_operator_name, queued_dttm, scheduled_dttm, pid);
CREATE TABLE task_instance_history (task_instance_id, task_id, dag_id, run_id, map_index, start_date, end_date, state, try_number, max_tries,
    hostname, pool, pool_slots, queue, priority_weight, operator, custom_operator_name, queued_dttm, scheduled_dttm, pid);
CREATE TABLE xcom (dag_run_id, task_id, map_index, key, dag_id, run_id, value, timestamp);
"""
AIRFLOW_2 = COMMON + """
INSERT INTO alembic_version VALUES ('5f2621c13b39');
CREATE TABLE dag (dag_id, is_paused, is_active, fileloc, owners, dag_display_name, description, schedule_interval, timetable_description,
    max_active_tasks, max_active_runs, last_parsed_time);
CREATE TABLE dag_run (id INTEGER PRIMARY KEY, dag_id, queued_at, execution_date, start_date, end_date, state, run_id, external_trigger, run_type,
    conf, data_interval_start, data_interval_end, clear_number);
CREATE TABLE task_instance (task_id, dag_id, run_id, map_index, start_date, end_date, state, try_number, max_tries, hostname, pool, pool_slots,
    queue, priority_weight, operator, custom_operator_name, queued_dttm, pid);
CREATE TABLE xcom (dag_run_id, task_id, map_index, key, dag_id, run_id, value, timestamp);
"""


def insert(database, table, **values):
    database.execute(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", list(values.values())
    )


def day(number):
    return f"2026-01-{number:02} 00:00:00.000000"


def run_id(number):
    return f"scheduled__2026-01-{number:02}T00:00:00+00:00"


def add_secrets(database):
    insert(database, "variable", key="plain", val=fernet("a value"), description="words", is_encrypted=1)
    insert(database, "variable", key="open", val="as it is", is_encrypted=0)
    insert(database, "connection", conn_id="pg", conn_type="postgres", host="h", schema="db", login="u", password=fernet("s3cr:et"),
           port=5432, extra=fernet('{"sslmode": "require"}'), is_encrypted=1, is_extra_encrypted=1)  # fmt: skip


def task(database, number, **values):
    base = {
        "task_id": "one", "dag_id": "numbers", "run_id": run_id(number), "map_index": -1, "start_date": day(number + 1),
        "end_date": day(number + 1), "state": "success", "try_number": 1, "max_tries": 0, "hostname": "vm", "pool": "default_pool",
        "pool_slots": 1, "queue": "default", "priority_weight": 1, "operator": "BashOperator",
    }  # fmt: skip
    insert(database, values.pop("table", "task_instance"), **{**base, **values})


@pytest.fixture
def airflow_3(tmp_path):
    path = tmp_path / "airflow3.db"
    with sqlite3.connect(path) as database:
        database.executescript(AIRFLOW_3)
        add_secrets(database)
        for dag_id, paused in (("numbers", 0), ("gone", 1)):
            insert(database, "dag", dag_id=dag_id, is_paused=paused, is_stale=0, fileloc=f"/a/{dag_id}.py", relative_fileloc=f"{dag_id}.py",
                   owners="ann, bob", timetable_summary="@daily", max_active_tasks=16, max_active_runs=16, last_parsed_time=day(1))  # fmt: skip
        for number in (1, 2, 3):
            insert(database, "dag_run", dag_id="numbers", queued_at=day(number + 1), logical_date=day(number), start_date=day(number + 1),
                   end_date=day(number + 1), state="running" if number == 3 else "success", run_id=run_id(number), run_type="scheduled",
                   triggered_by="TIMETABLE", conf='{"k": 1}', data_interval_start=day(number), data_interval_end=day(number),
                   run_after=day(number), clear_number=0)  # fmt: skip
            task(database, number, id=f"{number:032x}", try_number=2, state=None if number == 3 else "success")
        task(database, 1, table="task_instance_history", task_instance_id="f" * 32, state="failed")
        insert(database, "xcom", dag_run_id=1, task_id="one", map_index=-1, key="return_value", dag_id="numbers", run_id=run_id(1),
               value='{"a": [1, null]}', timestamp=day(2))  # fmt: skip
        insert(database, "dag_run_note", dag_run_id=1, content="first of all")
    return path


@pytest.fixture
def airflow_2(tmp_path):
    class Thing:
        def __reduce__(self):
            return os.system, ("touch " + str(tmp_path / "executed"),)

    path = tmp_path / "airflow2.db"
    with sqlite3.connect(path) as database:
        database.executescript(AIRFLOW_2)
        add_secrets(database)
        insert(database, "dag", dag_id="numbers", is_paused=0, is_active=1, fileloc="/a/numbers.py", owners="ann", schedule_interval='"@daily"',
               max_active_tasks=16, max_active_runs=16)  # fmt: skip
        confs = {1: {"k": [1, "two"]}, 2: Thing()}
        for number, conf in confs.items():
            insert(database, "dag_run", dag_id="numbers", queued_at=day(number + 1), execution_date=day(number), start_date=day(number + 1),
                   end_date=day(number + 1), state="success", run_id=run_id(number), external_trigger=0, run_type="dataset_triggered" if number == 2
                   else "scheduled", conf=pickle.dumps(conf), data_interval_start=day(number), data_interval_end=day(number + 1), clear_number=0)  # fmt: skip
            task(database, number)
        for key, value in (("json", b'{"x": 1}'), ("pickled", pickle.dumps({"y": (1, 2)})), ("object", pickle.dumps(Thing()))):
            insert(database, "xcom", dag_run_id=1, task_id="one", map_index=-1, key=key, dag_id="numbers", run_id=run_id(1), value=value,
                   timestamp=day(2))  # fmt: skip
    return path


def import_from(gale, path, *arguments, check=True, **environment):
    return gale.run("db", "import-airflow", f"sqlite:///{path}", *arguments, check=check, **environment)


def xcoms(gale):
    with sqlite3.connect(gale.home / "gale.db") as database:
        return {key: json.loads(value) for key, value in database.execute("SELECT key, value FROM xcom")}


@on_sqlite
def test_airflow_3_is_taken_over_and_goes_on(gale, airflow_3):
    own = base64.urlsafe_b64encode(b"x" * 32).decode()
    gale.environment["AIRFLOW__CORE__FERNET_KEY"] = own
    gale.run("db", "migrate")
    before = airflow_3.read_bytes()
    dry = import_from(gale, airflow_3, "--fernet-key", KEY, "--dry-run").stdout
    assert "would come: 2" in dry
    with sqlite3.connect(gale.home / "gale.db") as database:
        assert database.execute("SELECT count(*) FROM dag_run").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM variable").fetchone() == (0,)
    done = import_from(gale, airflow_3, "--fernet-key", KEY).stdout
    assert "have not ended (they are running)" in done
    assert airflow_3.read_bytes() == before
    with sqlite3.connect(gale.home / "gale.db") as database:
        (kept,) = database.execute("SELECT password FROM connection").fetchone()
    assert kept.startswith("gAAAA")  # sealed with the key of this installation

    gale.write_dag("numbers.py", DAG)
    gale.start()
    wait_for("the DAG's own version", lambda: not gale.wait_for_dag("numbers")["is_stale"])
    assert gale.wait_for_dag("numbers")["is_paused"] is False
    assert gale.wait_for_dag("gone")["is_paused"] is True
    assert gale.call("GET", "/api/v2/variables/plain")["value"] == "a value"
    connection = gale.call("GET", "/api/v2/connections/pg")
    assert (connection["login"], connection["port"], json.loads(connection["extra"])) == ("u", 5432, {"sslmode": "require"})
    assert {pool["name"]: pool["slots"] for pool in gale.call("GET", "/api/v2/pools")["pools"]} == {"default_pool": 64, "small": 3}
    run = gale.call("GET", gale.run_path("numbers", run_id(1)))
    assert (run["state"], run["note"], run["conf"]) == ("success", "first of all", {"k": 1})
    assert run["triggered_by"] == "timetable"
    tries = gale.call("GET", gale.run_path("numbers", run_id(1)) + "/taskInstances/one/tries")["task_instances"]
    assert [(one["try_number"], one["state"]) for one in tries] == [(1, "failed"), (2, "success")]
    assert gale.call("GET", gale.run_path("numbers", run_id(1)) + "/taskInstances/one/xcomEntries/return_value")["value"] == {"a": [1, None]}

    # The schedule goes on behind the newest run that came along: what it had done is not done again.
    def due():
        runs = gale.call("GET", "/api/v2/dags/numbers/dagRuns?limit=100")["dag_runs"]
        return runs if len(runs) == 4 and all(one["state"] == "success" for one in runs) else None

    runs = wait_for("the runs that were left", due)
    assert sorted(one["logical_date"][:10] for one in runs) == ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]
    again = import_from(gale, airflow_3, "--fernet-key", KEY).stdout
    assert again.count("taken: 0") == 7


@on_sqlite
def test_airflow_2_comes_as_far_as_it_can_be_read(gale, airflow_2, tmp_path):
    gale.run("db", "migrate")
    done = import_from(gale, airflow_2, "--fernet-key", KEY).stdout
    assert "Airflow 2 database" in done
    assert xcoms(gale) == {"json": {"x": 1}, "pickled": {"y": [1, 2]}}
    assert "1 pickled objects, which cannot be read without running their code" in done
    assert "came without their conf" in done
    assert not (tmp_path / "executed").exists()
    with sqlite3.connect(gale.home / "gale.db") as database:
        found = database.execute("SELECT run_type, conf, logical_date FROM dag_run ORDER BY id").fetchall()
    assert [(kind, json.loads(conf)) for kind, conf, _ in found] == [("scheduled", {"k": [1, "two"]}), ("asset_triggered", {})]
    assert found[0][2] == 1767225600 * 10**6


@on_sqlite
def test_airflow_on_postgresql(gale):
    """The types of its columns are PostgreSQL's: time with zone, boolean, uuid, jsonb, bytea."""
    url = start_postgres()()
    types = {
        "is_encrypted": "boolean", "is_extra_encrypted": "boolean", "include_deferred": "boolean", "is_paused": "boolean", "is_stale": "boolean",
        "logical_date": "timestamptz", "start_date": "timestamptz", "end_date": "timestamptz", "queued_at": "timestamptz", "run_after": "timestamptz",
        "data_interval_start": "timestamptz", "data_interval_end": "timestamptz", "last_parsed_time": "timestamptz", "timestamp": "timestamptz",
        "queued_dttm": "timestamptz", "scheduled_dttm": "timestamptz", "conf": "jsonb", "value": "jsonb", "id": "serial", "port": "int", "slots": "int",
        "map_index": "int", "try_number": "int", "max_tries": "int", "pid": "int", "pool_slots": "int", "priority_weight": "int", "dag_run_id": "int",
        "clear_number": "int", "max_active_tasks": "int", "max_active_runs": "int", "task_instance_id": "uuid",
    }  # fmt: skip
    script = ""
    for table, columns in re.findall(r"CREATE TABLE (\w+) \((.*?)\);", AIRFLOW_3, re.S):
        names = [column.split()[0] for column in columns.split(",")]
        typed = {name: "uuid" if (table, name) == ("task_instance", "id") else types.get(name, "text") for name in names}
        script += f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in typed.items())});\n"
    script += f"""
        INSERT INTO alembic_version VALUES ('d2f4e1b3c5a7');
        INSERT INTO slot_pool (pool, slots, description, include_deferred) VALUES ('small', 3, 'few', true);
        INSERT INTO variable (key, val, is_encrypted) VALUES ('plain', '{fernet("a value")}', true);
        INSERT INTO dag (dag_id, is_paused, is_stale, fileloc, max_active_tasks) VALUES ('numbers', false, false, '/a/numbers.py', 16);
        INSERT INTO dag_run (dag_id, run_id, run_type, state, triggered_by, conf, logical_date, run_after, clear_number) VALUES ('numbers', 'r',
          'manual', 'success', 'REST_API', '{{"k": [1]}}', '2026-01-01 00:00:00.5+02', '2026-01-01 00:00:00.5+02', 0);
        INSERT INTO task_instance (id, task_id, dag_id, run_id, map_index, state, try_number, max_tries, pool, pool_slots, priority_weight)
          VALUES ('01a2143483227f7fa7ac61c4309d908e', 'one', 'numbers', 'r', -1, 'success', 1, 0, 'small', 1, 1);
        INSERT INTO xcom (dag_run_id, task_id, map_index, key, dag_id, run_id, value, timestamp) VALUES (1, 'one', -1, 'k', 'numbers', 'r',
          '{{"a": null}}', now());
    """
    folder = url.partition("host=")[2]
    database = re.search(r"@/(\w+)", url)[1]
    subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", folder, "-U", "gale", "-d", database], input=script, text=True, check=True)
    gale.run("db", "migrate")
    done = gale.run("db", "import-airflow", url, "--fernet-key", KEY, PGTZ="Asia/Tokyo").stdout
    assert "Airflow 3 database" in done and "secret" not in done
    assert xcoms(gale) == {"k": {"a": None}}
    with sqlite3.connect(gale.home / "gale.db") as kept:
        assert kept.execute("SELECT conf, logical_date FROM dag_run").fetchall() == [('{"k":[1]}', 1767218400_500000)]
        assert kept.execute("SELECT id FROM task_instance").fetchone() == ("01a21434-8322-7f7f-a7ac-61c4309d908e",)
        assert kept.execute("SELECT is_paused FROM dag").fetchone() == (0,)
        assert kept.execute("SELECT value FROM variable").fetchone() == ("a value",)


@on_sqlite
def test_a_missing_key_leaves_only_the_secrets(gale, airflow_3):
    gale.run("db", "migrate")
    done = import_from(gale, airflow_3, check=False)
    assert done.returncode == 1
    assert "variable plain" in done.stdout and "connection pg" in done.stdout
    with sqlite3.connect(gale.home / "gale.db") as database:
        assert database.execute("SELECT key, value FROM variable").fetchall() == [("open", "as it is")]
        assert database.execute("SELECT count(*) FROM dag_run").fetchone() == (2,)
    assert import_from(gale, airflow_3, AIRFLOW__CORE__FERNET_KEY=KEY).returncode == 0


def test_an_airflows_database_is_never_taken_for_ones_own(gale, airflow_3):
    before = airflow_3.read_bytes()
    for command in (["db", "migrate"], ["db", "migrate", "--dry-run"], ["db", "check"], ["dags", "list"]):
        done = gale.run(*command, check=False, AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{airflow_3}")
        assert done.returncode != 0 and "is Airflow's" in done.stderr, done.stderr
    assert airflow_3.read_bytes() == before


def test_what_is_no_airflow_is_named(gale, tmp_path):
    gale.run("db", "migrate")
    (tmp_path / "text.db").write_text("not a database, but long enough to be looked at as one\n" * 20)
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE t (x)").connection.close()
    with sqlite3.connect(tmp_path / "old.db") as database:
        database.executescript("CREATE TABLE alembic_version (version_num); CREATE TABLE dag (dag_id);"
                               "CREATE TABLE dag_run (id, execution_date); CREATE TABLE task_instance (task_id, execution_date);")  # fmt: skip
    for name, word in [("none.db", "no file"), ("text.db", "not an SQLite database"), ("other.db", "not Airflow's"), ("old.db", "before 2.2")]:
        done = import_from(gale, tmp_path / name, check=False)
        assert done.returncode != 0 and word in done.stderr, done.stderr
    assert not (tmp_path / "none.db").exists()
    assert "mysql" in gale.run("db", "import-airflow", "mysql://u:secret@h/a", check=False).stderr
    assert "secret" not in gale.run("db", "import-airflow", "mysql://u:secret@h/a", check=False).stderr
