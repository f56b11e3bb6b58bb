"""What machines do to one server: the disk fills up or fails, the clock jumps."""

import contextlib
import datetime
import subprocess
import time

import pytest
from conftest import Answer, Gale, find_faketime, on_sqlite, wait_for

CHAIN = """
import datetime
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator
with DAG("chain", schedule=None, default_args={"retries": 3, "retry_delay": datetime.timedelta(0)}):
    BashOperator(task_id="a", bash_command="true") >> BashOperator(task_id="b", bash_command="echo done")
"""

# Lets flushes to disk fail with EIO while the file named by FAIL_WHILE exists.
FAILING_FLUSH = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
static int fails(void) {
    const char* name = getenv("FAIL_WHILE");
    return name && access(name, F_OK) == 0;
}
int fsync(int fd) {
    if (fails()) { errno = EIO; return -1; }
    return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
int fdatasync(int fd) {
    if (fails()) { errno = EIO; return -1; }
    return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
"""


@pytest.fixture
def small_disk(tmp_path):
    """A home on a file system of 24 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], check=True)
    gale = Gale(folder / "home")
    gale.environment["HOME"] = str(tmp_path)
    yield gale
    gale.close()
    subprocess.run(["umount", "-l", folder], check=True)


def fill(path):
    with path.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(b"\0" * 65536)
    with path.open("ab", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(b"\0")


def trigger_until_refused(gale):
    """Runs that were acknowledged, until one is not. The refusal."""
    acknowledged = []
    for number in range(2000):
        try:
            acknowledged.append(gale.trigger("chain", f"run_{number}"))
        except Answer as error:
            return acknowledged, error
    pytest.fail("the full disk refused nothing")


@on_sqlite
def test_a_full_disk_is_named_and_what_was_acknowledged_is_kept(small_disk):
    gale = small_disk
    gale.write_dag("chain.py", CHAIN)
    gale.start()
    assert gale.finish("chain", gale.trigger("chain", "before")) == "success"
    ballast = gale.home / "ballast"
    fill(ballast)
    acknowledged, refusal = trigger_until_refused(gale)
    assert refusal.status in (503, 507), refusal
    assert "full" in str(refusal)
    wait_for("a word in the log", lambda: "disk is full" in gale.log())
    assert gale.health(), "it still answers"
    ballast.unlink()
    run_id = wait_for("room again", lambda: allowed(gale, "after"))
    for name in ["before", *acknowledged, run_id]:
        assert gale.finish("chain", name, 60) == "success"


def allowed(gale, run_id):
    try:
        return gale.trigger("chain", run_id)
    except Answer:
        return None


def test_a_disk_that_does_not_flush_acknowledges_nothing(gale):
    source, library, flag = (gale.home / name for name in ("flush.c", "flush.so", "fail"))
    source.write_text(FAILING_FLUSH)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    gale.write_dag("chain.py", CHAIN)
    failing = {"LD_PRELOAD": str(library), "FAIL_WHILE": str(flag)}
    gale.start(**failing)
    assert gale.finish("chain", gale.trigger("chain", "before")) == "success"
    flag.touch()
    with pytest.raises(Answer) as refusal:
        gale.trigger("chain", "while_it_fails")
    assert refusal.value.status >= 500
    flag.unlink()
    # Whatever the refused run became, it is one run or none, and the next ones go on.
    assert gale.finish("chain", wait_for("the disk", lambda: allowed(gale, "after"))) == "success"
    gale.stop()
    gale.start()
    runs = [run["dag_run_id"] for run in gale.call("GET", "/api/v2/dags/chain/dagRuns")["dag_runs"]]
    assert sorted(set(runs)) == sorted(runs)
    assert {"before", "after"} <= set(runs)


HOURLY = """
import datetime
from airflow.sdk import DAG
from airflow.providers.standard.operators.empty import EmptyOperator
with DAG("hourly", schedule="{schedule}", start_date=datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc), catchup=True, max_active_runs=100):
    EmptyOperator(task_id="a")
"""


class MovedClock:
    """The clock of a server, moved while it runs."""

    def __init__(self, gale, start):
        self.gale, self.path = gale, gale.home / "clock"
        self.move(start)
        self.environment = {
            "LD_PRELOAD": find_faketime(),
            "FAKETIME_TIMESTAMP_FILE": str(self.path),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",
        }

    def move(self, moment):
        ahead = moment.timestamp() - time.time()
        temporary = self.path.with_suffix(".tmp")
        temporary.write_text(f"{ahead:+.0f}s\n")
        temporary.replace(self.path)
        if self.gale.token:
            self.gale.log_in()  # a token has its time too


def moment(text):
    return datetime.datetime.fromisoformat(text + "+00:00")


def dates(gale):
    runs = gale.call("GET", "/api/v2/dags/hourly/dagRuns?limit=100&order_by=logical_date")["dag_runs"]
    return [run["logical_date"] for run in runs]


def test_a_clock_that_jumps_makes_each_due_date_one_run(gale):
    clock = MovedClock(gale, moment("2026-01-01T03:30:00"))
    gale.write_dag("hourly.py", HOURLY.format(schedule="0 * * * *"))
    gale.start(**clock.environment)
    gale.wait_for_dag("hourly")
    due = [f"2026-01-01T0{hour}:00:00Z" for hour in range(10)]
    wait_for("the first runs", lambda: dates(gale) == due[:4])
    clock.move(moment("2026-01-01T06:30:00"))
    wait_for("the runs after the jump", lambda: dates(gale) == due[:7])
    clock.move(moment("2026-01-01T02:30:00"))
    gale.write_dag("other.py", CHAIN)
    assert gale.finish("chain", gale.trigger("chain")) == "success", "it works on in the past"
    assert dates(gale) == due[:7], "nothing is made twice"
    clock.move(moment("2026-01-01T08:30:00"))
    wait_for("the runs after it", lambda: dates(gale) == due[:9])


def test_a_clock_over_the_change_to_summer_time(gale):
    """02:30 in Berlin does not exist on 29 March 2026: cron's run of that day is at 03:00 there, once."""
    clock = MovedClock(gale, moment("2026-03-28T12:00:00"))
    gale.environment["AIRFLOW__CORE__DEFAULT_TIMEZONE"] = "Europe/Berlin"
    gale.write_dag(
        "hourly.py",
        HOURLY.format(schedule="30 2 * * *").replace("2026, 1, 1, tzinfo=datetime.timezone.utc", "2026, 3, 27, tzinfo=ZONE")
        .replace("import datetime\n", "import datetime\nimport pendulum\nZONE = pendulum.timezone('Europe/Berlin')\n"),
    )
    gale.start(**clock.environment)
    gale.wait_for_dag("hourly")
    before = ["2026-03-27T01:30:00Z", "2026-03-28T01:30:00Z"]
    wait_for("the runs before", lambda: dates(gale) == before)
    clock.move(moment("2026-03-30T12:00:00"))
    wait_for("the runs after", lambda: len(dates(gale)) == 4)
    after = dates(gale)
    assert after[:2] == before
    assert after[3] == "2026-03-30T00:30:00Z"
    assert "2026-03-29T00:59:59Z" < after[2] < "2026-03-29T02:00:00Z"
