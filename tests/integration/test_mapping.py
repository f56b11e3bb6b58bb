"""Dynamic task mapping, from the DAG file to the reducer."""

import json
import os
import signal

from conftest import wait_for

REDUCE = """
from airflow.sdk import DAG, task
with DAG("reduce", schedule=None):
    @task
    def numbers(params=None, dag_run=None):
        return list(range(dag_run.conf.get("count", 3)))
    @task(map_index_template="{{ 'number ' ~ ti.map_index }}")
    def add(x, y):
        print("adds", x, y)
        return x + y
    @task
    def total(values):
        print("has", len(values), "first", values[0] if len(values) else None)
        return sum(values)
    total(add.partial(y=10).expand(x=numbers()))
"""


def instances(server, dag_id, run_id, task_id):
    """By map index."""
    path = f"{server.run_path(dag_id, run_id)}/taskInstances/{task_id}/listMapped?limit=1000&order_by=map_index"
    return server.call("GET", path)["task_instances"]


def states(server, dag_id, run_id, task_id):
    return [(each["map_index"], each["state"]) for each in instances(server, dag_id, run_id, task_id)]


def xcom(server, dag_id, run_id, task_id, map_index=-1, key="return_value"):
    path = f"{server.run_path(dag_id, run_id)}/taskInstances/{task_id}/xcomEntries/{key}?map_index={map_index}"
    value = server.call("GET", path)["value"]
    return json.loads(value) if isinstance(value, str) else value


def test_a_task_is_mapped_over_what_its_upstream_returns(server):
    server.write_dag("reduce.py", REDUCE)
    run_id = server.trigger("reduce", "three")
    assert server.finish("reduce", run_id) == "success"
    assert states(server, "reduce", run_id, "add") == [(i, "success") for i in range(3)]
    assert xcom(server, "reduce", run_id, "add", 2) == 12
    assert xcom(server, "reduce", run_id, "total") == 33
    assert [each["rendered_map_index"] for each in instances(server, "reduce", run_id, "add")] == [
        f"number {i}" for i in range(3)
    ]
    log = server.call(
        "GET", f"{server.run_path('reduce', run_id)}/taskInstances/add/logs/1?map_index=1", accept="text/plain"
    )
    assert "adds 1 10" in log
    assert (server.home / f"logs/dag_id=reduce/run_id={run_id}/task_id=add/map_index=1/attempt=1.log").exists()
    task = next(t for t in server.call("GET", "/api/v2/dags/reduce/tasks")["tasks"] if t["task_id"] == "add")
    assert task["is_mapped"]


def test_over_nothing_is_skipped_and_over_too_much_fails_with_the_limit(gale):
    gale.environment["AIRFLOW__CORE__MAX_MAP_LENGTH"] = "5"
    gale.start()
    gale.write_dag("reduce.py", REDUCE)
    none = gale.trigger("reduce", "none", {"count": 0})
    assert gale.finish("reduce", none) == "success"
    assert gale.states("reduce", none) == {"numbers": "success", "add": "skipped", "total": "skipped"}
    many = gale.trigger("reduce", "many", {"count": 6})
    assert gale.finish("reduce", many) == "failed"
    assert gale.states("reduce", many) == {"numbers": "failed", "add": "upstream_failed", "total": "upstream_failed"}
    assert "max_map_length allows 5" in gale.task_log("reduce", many, "numbers")


def test_what_cannot_be_mapped_fails_the_task_that_returned_it(server):
    server.write_dag("text.py", """
from airflow.sdk import DAG, task
with DAG("text", schedule=None):
    @task
    def one():
        return "a text"
    @task
    def use(x):
        pass
    use.expand(x=one())
""")
    run_id = server.trigger("text")
    assert server.finish("text", run_id) == "failed"
    assert server.states("text", run_id) == {"one": "failed", "use": "upstream_failed"}
    assert "UnmappableXComTypePushed" in server.task_log("text", run_id, "one")


def test_literals_products_zips_and_maps(server):
    server.write_dag("forms.py", """
from airflow.sdk import DAG, task
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
with DAG("forms", schedule=None):
    @task
    def letters():
        return ["a", "b", "c"]
    @task
    def digits():
        return [1, 2]
    @task
    def join(x, y="-"):
        return f"{x}{y}"
    @task
    def all_of(values):
        return list(values)
    a, d = letters(), digits()
    all_of.override(task_id="product")(join.override(task_id="join_product").expand(x=["p", "q"], y=d))
    all_of.override(task_id="zipped")(
        join.override(task_id="join_zip").expand_kwargs(a.zip(d, fillvalue="_").map(lambda p: {"x": p[0], "y": p[1]})))
    all_of.override(task_id="concat")(join.override(task_id="join_concat").expand(x=a.concat(d)))
    shell = BashOperator.partial(task_id="shell", env={"SUFFIX": "!"}).expand(
        bash_command=["echo one$SUFFIX", "echo {{ ti.map_index }}$SUFFIX"])
    all_of.override(task_id="shells")(shell.output)
    EmptyOperator.partial(task_id="empty").expand_kwargs([{}, {}])
""")
    run_id = server.trigger("forms")
    assert server.finish("forms", run_id) == "success"
    assert xcom(server, "forms", run_id, "product") == ["p1", "p2", "q1", "q2"]
    assert xcom(server, "forms", run_id, "zipped") == ["a1", "b2", "c_"]
    assert xcom(server, "forms", run_id, "concat") == ["a-", "b-", "c-", "1-", "2-"]
    assert xcom(server, "forms", run_id, "shells") == ["one!", "1!"]
    assert states(server, "forms", run_id, "empty") == [(0, "success"), (1, "success")]


def test_a_mapped_group_keeps_its_instances_apart(server):
    server.write_dag("group.py", """
from airflow.sdk import DAG, task, task_group
with DAG("group", schedule=None):
    @task
    def files():
        return ["a", "bad", "c"]
    @task
    def total(lengths):
        return sum(lengths)
    @task_group
    def handle(name):
        @task
        def load(n):
            if n == "bad":
                raise RuntimeError("cannot load")
            return n * 2
        @task
        def measure(text, n):
            assert text == n * 2
            return len(text)
        return measure(load(name), name)
    @task(trigger_rule="all_done")
    def after(lengths):
        return sorted(lengths)
    after(handle.expand(name=files()))
""")
    run_id = server.trigger("group")
    assert server.finish("group", run_id) == "success"
    assert states(server, "group", run_id, "handle.load") == [(0, "success"), (1, "failed"), (2, "success")]
    assert states(server, "group", run_id, "handle.measure") == [(0, "success"), (1, "upstream_failed"), (2, "success")]
    assert xcom(server, "group", run_id, "after") == [2, 2]


def test_one_instance_is_cleared_and_the_others_stay(server):
    server.write_dag("flaky.py", f"""
import os
from airflow.sdk import DAG, task
with DAG("flaky", schedule=None):
    @task
    def work(x):
        if x == 1 and not os.path.exists({str(server.home / "mended")!r}):
            raise RuntimeError("not mended")
        return x
    @task
    def total(values):
        return sum(values)
    total(work.expand(x=[0, 1, 2]))
""")
    run_id = server.trigger("flaky")
    assert server.finish("flaky", run_id) == "failed"
    assert states(server, "flaky", run_id, "work") == [(0, "success"), (1, "failed"), (2, "success")]
    (server.home / "mended").touch()
    before = {each["map_index"]: each["id"] for each in instances(server, "flaky", run_id, "work")}
    server.call("POST", "/api/v2/dags/flaky/clearTaskInstances", {
        "dry_run": False, "dag_run_id": run_id, "task_ids": [["work", 1]], "include_downstream": True,
    })
    wait_for("the run's success", lambda: server.run_state("flaky", run_id) == "success")
    after = {each["map_index"]: each["id"] for each in instances(server, "flaky", run_id, "work")}
    assert [index for index in before if before[index] != after[index]] == [1]
    assert xcom(server, "flaky", run_id, "total") == 3


def test_a_cleared_source_may_give_more_or_fewer(server):
    server.write_dag("grows.py", f"""
import pathlib
from airflow.sdk import DAG, task
with DAG("grows", schedule=None):
    @task
    def source():
        return list(range(int(pathlib.Path({str(server.home / "count")!r}).read_text())))
    @task
    def work(x):
        return x
    @task
    def total(values):
        return sum(values)
    total(work.expand(x=source()))
""")
    counts = server.home / "count"
    counts.write_text("2")
    run_id = server.trigger("grows")
    assert server.finish("grows", run_id) == "success"

    def again(count):
        counts.write_text(str(count))
        server.call("POST", "/api/v2/dags/grows/clearTaskInstances", {
            "dry_run": False, "dag_run_id": run_id, "task_ids": ["source"], "include_downstream": True,
            "only_failed": False,
        })
        wait_for("the run's end", lambda: server.run_state("grows", run_id) == "success")
        return states(server, "grows", run_id, "work"), xcom(server, "grows", run_id, "total")

    assert again(4) == ([(i, "success") for i in range(4)], 6)
    assert again(1) == ([(0, "success"), *[(i, "removed") for i in range(1, 4)]], 0)


def test_a_server_killed_while_it_maps_maps_on(gale):
    gale.start()
    gale.write_dag("slow.py", f"""
import pathlib, time
from airflow.sdk import DAG, task
with DAG("slow", schedule=None):
    @task
    def source():
        return list(range(20))
    @task
    def work(x):
        if x == 3:
            while not pathlib.Path({str(gale.home / "go")!r}).exists():
                time.sleep(0.01)
        return x
    @task
    def total(values):
        return sum(values)
    total(work.expand(x=source()))
""")
    run_id = gale.trigger("slow")
    wait_for("some of the work", lambda: (3, "running") in states(gale, "slow", run_id, "work"))
    process, _ = gale.servers[-1]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    gale.start()
    (gale.home / "go").touch()
    assert gale.finish("slow", run_id) == "success"
    assert states(gale, "slow", run_id, "work") == [(i, "success") for i in range(20)]
    assert all(each["try_number"] == 1 for each in instances(gale, "slow", run_id, "work"))
    assert xcom(gale, "slow", run_id, "total") == sum(range(20))


def test_a_branch_inside_a_mapped_group_skips_its_own_instances_only(server):
    server.write_dag("branches.py", """
from airflow.sdk import DAG, task, task_group
from airflow.providers.standard.operators.empty import EmptyOperator
with DAG("branches", schedule=None):
    @task_group
    def handle(x):
        @task.branch
        def choose(n):
            return "handle.even" if n % 2 == 0 else "handle.odd"
        choose(x) >> [EmptyOperator(task_id="even"), EmptyOperator(task_id="odd")]
    handle.expand(x=[0, 1, 2])
""")
    run_id = server.trigger("branches")
    assert server.finish("branches", run_id) == "success"
    assert states(server, "branches", run_id, "handle.even") == [(0, "success"), (1, "skipped"), (2, "success")]
    assert states(server, "branches", run_id, "handle.odd") == [(0, "skipped"), (1, "success"), (2, "skipped")]


def test_a_thousand_instances_in_one_run(server):
    server.write_dag("thousand.py", """
from airflow.sdk import DAG
from airflow.providers.standard.operators.python import PythonOperator
with DAG("thousand", schedule=None, max_active_tasks=2000):
    PythonOperator.partial(task_id="t", python_callable=lambda x: x).expand(op_args=[[i] for i in range(1000)])
""")
    run_id = server.trigger("thousand")
    assert server.finish("thousand", run_id, limit=120) == "success"
    found = states(server, "thousand", run_id, "t")
    assert found[0] == (0, "success") and found[-1][1] == "success"
    grid = server.call("GET", f"{server.run_path('thousand', run_id)}/taskInstances?limit=1&offset=999")
    assert grid["total_entries"] == 1000
