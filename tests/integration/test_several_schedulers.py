"""Two schedulers on one PostgreSQL, and what happens to machines. After each: one success a task, every run ends."""

import itertools
import signal
import tempfile

import pytest
from cluster import Cluster, Gate, Postgres
from conftest import find_faketime, wait_for

SHORT = """
import datetime
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator
for i in range({count}):
    with DAG(f"short_{{i}}", schedule=None, default_args={{"retries": 4, "retry_delay": datetime.timedelta(0)}}):
        BashOperator(task_id="a", bash_command="true") >> BashOperator(task_id="b", bash_command="true")
"""
# Waits for a file, and writes down that it began and ended.
GATED = """
import datetime
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator
for i in range({count}):
    with DAG(f"gated_{{i}}", schedule=None, default_args={{"retries": 4, "retry_delay": datetime.timedelta(0)}}):
        BashOperator(
            task_id="wait",
            bash_command=f"echo began {{i}} >> {folder}/marks; while [ ! -e {folder}/gate ]; do sleep 0.05; done; "
                         f"echo ended {{i}} >> {folder}/marks",
        ) >> BashOperator(task_id="after", bash_command="true")
"""
numbers = itertools.count()


@pytest.fixture(scope="module")
def postgres():
    # Not in pytest's folders: PostgreSQL does not run as root, and they are root's alone.
    server = Postgres(tempfile.mkdtemp(prefix="gale_pg_"))
    yield server
    server.stop()


@pytest.fixture
def cluster(tmp_path, postgres):
    made = Cluster(tmp_path, postgres, f"several_{next(numbers)}")
    yield made
    made.close()


@pytest.fixture
def two(cluster):
    """Schedulers a and b, each of which leads some of eight DAGs of either kind."""
    for name in ("a", "b"):
        cluster.add(name, GALE_WORKER_LEASE="60")
    cluster.front.write_dag("short.py", SHORT.format(count=8))
    cluster.front.write_dag("gated.py", GATED.format(count=8, folder=cluster.folder))
    for i in range(8):
        cluster.front.wait_for_dag(f"short_{i}")
        cluster.front.wait_for_dag(f"gated_{i}")
    cluster.start("a")
    cluster.start("b")
    wait_for("a share for both", lambda: min(len(cluster.led_by("a")), len(cluster.led_by("b"))) > 0)
    wait_for("all to be led", lambda: len(cluster.led_by("a")) + len(cluster.led_by("b")) == 16)
    return cluster


def led(cluster, name, kind):
    return sorted(dag_id for dag_id in cluster.led_by(name) if dag_id.startswith(kind))


def finish_all(cluster, runs, limit=60):
    for dag_id, run_id in runs:
        assert cluster.front.finish(dag_id, run_id, limit) == "success", cluster.log()
    assert cluster.violations() == []


def marks(cluster):
    path = cluster.folder / "marks"
    return path.read_text().split("\n") if path.exists() else []


def began(cluster, dag_ids):
    wanted = {f"began {dag_id.split('_')[1]}" for dag_id in dag_ids}
    wait_for("the tasks to begin", lambda: wanted <= set(marks(cluster)))


def test_both_work_and_no_dag_is_led_twice(two):
    assert not two.led_by("a") & two.led_by("b")
    runs = [(f"short_{i}", two.front.trigger(f"short_{i}")) for i in range(8) for _ in range(2)]
    finish_all(two, runs)
    hosts = two.sql("SELECT DISTINCT node_id FROM task_instance WHERE node_id <> ''")
    assert len(hosts) == 2, "only one of them worked"


def test_what_a_dead_scheduler_led_goes_on_within_seconds(two):
    dag_ids = led(two, "a", "short")
    two.kill("a")
    runs = [(dag_id, two.front.trigger(dag_id)) for dag_id in dag_ids]
    wait_for("the DAGs to move", lambda: not two.led_by("a"), limit=6)
    finish_all(two, runs, limit=10)


def test_the_tries_of_a_dead_scheduler_are_adopted_by_its_next_process(two):
    dag_ids = led(two, "a", "gated")
    runs = [(dag_id, two.front.trigger(dag_id)) for dag_id in dag_ids]
    began(two, dag_ids)
    two.kill("a")
    wait_for("the DAGs to move", lambda: not two.led_by("a"))
    (two.folder / "gate").touch()  # they end while nobody hears it
    wait_for("the tasks' end", lambda: sum(line.startswith("ended") for line in marks(two)) == len(dag_ids))
    two.start("a")
    finish_all(two, runs)
    assert sum(line.startswith("began") for line in marks(two)) == len(dag_ids), "a try ran twice"


def test_a_machine_that_is_lost_loses_its_tries_after_the_workers_lease(cluster):
    for name in ("a", "b"):
        cluster.add(name, GALE_WORKER_LEASE="1", AIRFLOW__CORE__KILLED_TASK_CLEANUP_TIME="1")
    cluster.front.write_dag("gated.py", GATED.format(count=4, folder=cluster.folder))
    cluster.start("a")
    runs = [(f"gated_{i}", cluster.front.trigger(f"gated_{i}")) for i in range(4)]
    began(cluster, [dag_id for dag_id, _ in runs])
    cluster.start("b")
    cluster.kill("a", with_worker=True)
    (cluster.folder / "gate").touch()
    finish_all(cluster, runs)
    for dag_id, run_id in runs:
        assert cluster.front.tasks(dag_id, run_id)["wait"]["try_number"] == 2


def test_a_stopped_scheduler_that_goes_on_changes_nothing_that_is_not_its_own(two):
    dag_ids = led(two, "a", "gated")
    runs = [(dag_id, two.front.trigger(dag_id)) for dag_id in dag_ids]
    began(two, dag_ids)
    two.process("a").send_signal(signal.SIGSTOP)
    wait_for("the DAGs to move", lambda: not two.led_by("a"))
    more = [(dag_id, two.front.trigger(dag_id)) for dag_id in led(two, "b", "short")]
    (two.folder / "gate").touch()
    finish_all(two, more)
    two.process("a").send_signal(signal.SIGCONT)
    finish_all(two, runs)
    assert sum(line.startswith("began") for line in marks(two)) == len(dag_ids), "a try ran twice"


def test_a_rolling_restart_loses_nothing(two):
    dag_ids = [f"gated_{i}" for i in range(8)]
    runs = [(dag_id, two.front.trigger(dag_id)) for dag_id in dag_ids]
    began(two, dag_ids)
    for name in ("a", "b"):
        assert two.nodes[name].stop() == 0
        other = "b" if name == "a" else "a"
        wait_for("the other to lead all", lambda other=other: len(two.led_by(other)) == 16)
        two.start(name)
    (two.folder / "gate").touch()
    finish_all(two, runs)
    assert sum(line.startswith("began") for line in marks(two)) == 8, "a try ran twice"


def test_postgres_is_restarted_in_the_middle(two):
    dag_ids = [f"gated_{i}" for i in range(8)]
    runs = [(dag_id, two.front.trigger(dag_id)) for dag_id in dag_ids]
    began(two, dag_ids)
    two.postgres.restart()
    (two.folder / "gate").touch()
    runs += [(f"short_{i}", two.front.trigger(f"short_{i}")) for i in range(8)]
    finish_all(two, runs)
    assert sum(line.startswith("began") for line in marks(two)) == 8, "a try ran twice"


def test_a_scheduler_cut_off_from_the_database_ends_its_tries_before_another_runs_them(cluster, postgres):
    gate = Gate(postgres.folder)
    settings = {"GALE_WORKER_LEASE": "2", "AIRFLOW__CORE__KILLED_TASK_CLEANUP_TIME": "1"}
    cluster.add("a", url=gate.url(cluster.database), **settings)
    cluster.add("b", **settings)
    cluster.front.write_dag("gated.py", GATED.format(count=4, folder=cluster.folder))
    cluster.start("a")
    runs = [(f"gated_{i}", cluster.front.trigger(f"gated_{i}")) for i in range(4)]
    began(cluster, [dag_id for dag_id, _ in runs])
    cluster.start("b")
    gate.cut()

    def taken_over():
        return all(cluster.front.tasks(*run)["wait"]["try_number"] == 2 for run in runs)

    wait_for("b to take over", taken_over, limit=60)
    assert not any(line.startswith("ended") for line in marks(cluster)), "an earlier try still ran"
    gate.heal()
    wait_for("a to be back", lambda: cluster.is_alive("a"))
    (cluster.folder / "gate").touch()
    finish_all(cluster, runs)
    assert sum(line.startswith("ended") for line in marks(cluster)) == 4, "a try of the one cut off went on"
    gate.close()


def test_the_databases_clock_rules(cluster):
    """A machine ten minutes ahead starts nothing early."""
    faketime = cluster.add("a")
    faketime.environment |= {"LD_PRELOAD": find_faketime(), "FAKETIME": "+10m", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    cluster.front.write_dag(
        "later.py",
        "import datetime\nfrom airflow.sdk import DAG\nfrom airflow.providers.standard.operators.empty import EmptyOperator\n"
        "with DAG('later', schedule='@once', start_date=datetime.datetime.now(datetime.timezone.utc).replace(second=0) + "
        "datetime.timedelta(minutes=5)):\n    EmptyOperator(task_id='a')\n",
    )
    cluster.front.write_dag("short.py", SHORT.format(count=1))
    cluster.front.wait_for_dag("later")
    cluster.start("a")
    run_id = cluster.front.trigger("short_0")
    finish_all(cluster, [("short_0", run_id)])
    assert cluster.front.call("GET", "/api/v2/dags/later/dagRuns")["total_entries"] == 0
    # What it writes is the database's time too.
    (ahead,) = cluster.sql("SELECT extract(epoch FROM clock_timestamp()) - max(end_date) / 1000000.0 FROM task_instance")
    assert -5 < float(ahead[0]) < 30
