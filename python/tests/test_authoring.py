"""The authoring API: what DAG files of Airflow 1.10, 2 and 3 write."""

from __future__ import annotations

import importlib
import json
import warnings
from datetime import datetime, timedelta, timezone

import pytest

from airflow.sdk import DAG, BaseOperator, Connection, Param, TaskGroup, Variable, task
from airflow.sdk.exceptions import (
    AirflowException,
    AirflowNotFoundException,
    DuplicateTaskIdFound,
    ParamValidationError,
    UnsupportedByGale,
)
from airflow.sdk.execution_time import cron, secrets_masker
from airflow.sdk.execution_time.trigger_rules import decide
from gale.definition import dag_definition, task_definition

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def bash(task_id, **kwargs):
    from airflow.providers.standard.operators.bash import BashOperator

    return BashOperator(task_id=task_id, **{"bash_command": "true", **kwargs})


@pytest.mark.parametrize(
    "name",
    [
        "airflow.DAG", "airflow.XComArg", "airflow.Dataset", "airflow.models.DAG", "airflow.models.BaseOperator",
        "airflow.models.Variable", "airflow.models.dag.DAG", "airflow.models.dag.dag",
        "airflow.models.baseoperator.chain", "airflow.models.baseoperator.cross_downstream",
        "airflow.models.xcom_arg.XComArg", "airflow.models.param.Param", "airflow.models.taskinstance.TaskInstance",
        "airflow.operators.python_operator.PythonOperator", "airflow.operators.python_operator.BranchPythonOperator",
        "airflow.operators.python.ShortCircuitOperator", "airflow.operators.python.get_current_context",
        "airflow.operators.bash_operator.BashOperator", "airflow.operators.bash.BashOperator",
        "airflow.operators.dummy_operator.DummyOperator", "airflow.operators.dummy.DummyOperator",
        "airflow.operators.empty.EmptyOperator", "airflow.operators.branch_operator.BaseBranchOperator",
        "airflow.operators.latest_only_operator.LatestOnlyOperator", "airflow.operators.docker_operator.DockerOperator",
        "airflow.operators.dagrun_operator.TriggerDagRunOperator", "airflow.sensors.base.BaseSensorOperator",
        "airflow.sensors.base_sensor_operator.BaseSensorOperator", "airflow.sensors.filesystem.FileSensor",
        "airflow.hooks.base.BaseHook", "airflow.hooks.base_hook.BaseHook", "airflow.utils.dates.days_ago",
        "airflow.utils.task_group.TaskGroup", "airflow.utils.trigger_rule.TriggerRule",
        "airflow.utils.helpers.chain", "airflow.utils.edgemodifier.Label", "airflow.utils.timezone.utcnow",
        "airflow.utils.decorators.apply_defaults", "airflow.utils.state.State", "airflow.utils.weight_rule.WeightRule",
        "airflow.utils.log.logging_mixin.LoggingMixin", "airflow.utils.log.secrets_masker.mask_secret",
        "airflow.exceptions.AirflowSkipException", "airflow.configuration.conf", "airflow.macros.ds_add",
        "airflow.timetables.trigger.CronTriggerTimetable", "airflow.timetables.interval.CronDataIntervalTimetable",
        "airflow.timetables.base.DataInterval", "airflow.decorators.task", "airflow.decorators.task_group",
        "airflow.decorators.python.python_task", "airflow.datasets.Dataset", "airflow.contrib.sensors.file_sensor.FileSensor",
        "airflow.providers.docker.operators.docker.DockerOperator",
    ],
)  # fmt: skip
def test_names_of_all_airflows_can_be_imported(name):
    module, _, attribute = name.rpartition(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert getattr(importlib.import_module(module), attribute) is not None


def test_every_name_of_the_sdk_resolves():
    import airflow.sdk

    for name in airflow.sdk.__all__:
        assert getattr(airflow.sdk, name) is not None


def test_every_module_of_the_redirect_table_leads_somewhere():
    from airflow import redirects

    for old, targets in redirects.MOVED.items():
        importlib.import_module(old)
        for target in targets:
            importlib.import_module(target)
    for names in redirects.RENAMED.values():
        assert all(redirects._attribute(where) is not None for where in names.values())


def test_a_gone_module_says_what_to_use():
    with pytest.raises(ModuleNotFoundError, match="apache-airflow-providers-smtp"):
        importlib.import_module("airflow.operators.email_operator")
    with pytest.raises(ModuleNotFoundError, match="apache-airflow-providers-amazon"):
        importlib.import_module("airflow.providers.amazon")


def test_a_name_of_the_sdk_that_gale_does_not_run_says_so():
    with pytest.raises(UnsupportedByGale, match="airflow.sdk.DeadlineAlert"):
        from airflow.sdk import DeadlineAlert  # noqa: F401


def test_legacy_arguments_are_translated_with_a_warning():
    from airflow.providers.standard.operators.python import PythonOperator

    with pytest.warns(FutureWarning) as caught:
        dag = DAG("d", schedule_interval="@hourly", concurrency=4, default_view="graph", fail_stop=False)
        op = PythonOperator(task_id="t", python_callable=print, provide_context=True, task_concurrency=2, dag=dag,
                            trigger_rule="dummy")  # fmt: skip
    texts = " ".join(str(w.message) for w in caught)
    for word in ("schedule_interval", "concurrency", "default_view", "provide_context", "task_concurrency"):
        assert word in texts
    assert (dag.max_active_tasks, op.max_active_tis_per_dag, str(op.trigger_rule)) == (4, 2, "always")
    assert dag_definition(dag)["schedule"] == {
        "kind": "cron", "expression": "@hourly", "timezone": "UTC", "interval": None,
    }  # fmt: skip


def test_an_unknown_argument_names_operator_task_and_argument():
    with DAG("d"), pytest.raises(TypeError, match=r"BashOperator \(task_id: t\).*'colour'"):
        bash("t", colour="red")


def test_a_missing_argument_is_named():
    from airflow.providers.standard.operators.bash import BashOperator

    with DAG("d"), pytest.raises(TypeError, match=r"BashOperator\(task_id='t'\).*'bash_command'"):
        BashOperator(task_id="t")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"retries": "many"}, "retries must be an integer, got 'many'"),
        ({"pool_slots": 0}, "pool_slots must be at least 1"),
        ({"retry_delay": "soon"}, "retry_delay must be a timedelta"),
        ({"execution_timeout": 5}, "execution_timeout must be a timedelta"),
        ({"queue": 5}, "queue must be of type str"),
        ({"start_date": "2026-01-01"}, "start_date must be of type datetime"),
    ],
)
def test_a_wrong_argument_names_task_and_value(arguments, said):
    with DAG("d"), pytest.raises((TypeError, ValueError), match=said):
        bash("t", **arguments)


def test_edges_of_all_kinds():
    with DAG("d") as dag:
        a, b, c, d = (bash(i) for i in "abcd")
        a >> [b, c] >> d
        [b] << a
        with TaskGroup("g") as g:
            bash("x") >> bash("y")
        d >> g
    assert {t.task_id: sorted(t.downstream_task_ids) for t in dag.tasks} == {
        "a": ["b", "c"], "b": ["d"], "c": ["d"], "d": ["g.x"], "g.x": ["g.y"], "g.y": [],
    }  # fmt: skip


def test_a_group_keeps_colours_of_its_own():
    with DAG("d") as dag:
        with TaskGroup("plain"):
            bash("a")
        with TaskGroup("red", ui_color="#f00", ui_fgcolor="#fff"):
            bash("b")
    plain, red = (child["group"] for child in dag_definition(dag)["task_group"]["children"])
    assert "ui_color" not in plain and "ui_fgcolor" not in plain
    assert (red["ui_color"], red["ui_fgcolor"]) == ("#f00", "#fff")


def test_tasks_of_two_dags_cannot_be_joined():
    with DAG("one"):
        a = bash("a")
    with DAG("two"):
        b = bash("b")
    with pytest.raises(ValueError, match="'one'.*'two'"):
        a >> b


def test_a_duplicate_task_names_dag_and_task():
    with DAG("d"), pytest.raises(DuplicateTaskIdFound, match="'a'.*'d'"):
        bash("a")
        bash("a")


def test_default_args_reach_subclasses_and_not_strangers():
    class Mine(BaseOperator):
        def __init__(self, *, greeting, **kwargs):
            super().__init__(**kwargs)
            self.greeting = greeting

    with DAG("d", default_args={"greeting": "hi", "retries": 3, "unknown_to_all": 1}):
        op = Mine(task_id="m")
    assert (op.greeting, op.retries) == ("hi", 3)


def test_a_schedule_by_an_asset_is_refused_by_name():
    from airflow.sdk import Asset

    with DAG("d", schedule=[Asset("s3://b/x")]) as dag:
        pass
    with pytest.raises(UnsupportedByGale, match="'d'.*Asset"):
        dag_definition(dag)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (None, {"kind": "none"}),
        ("@once", {"kind": "once"}),
        ("@continuous", {"kind": "continuous"}),
        (timedelta(hours=2), {"kind": "delta", "seconds": 7200.0, "interval": None}),
        ("5 4 * * *", {"kind": "cron", "expression": "5 4 * * *", "timezone": "Europe/Paris", "interval": None}),
    ],
)
def test_schedules_as_the_core_reads_them(schedule, expected):
    from zoneinfo import ZoneInfo

    dag = DAG("d", schedule=schedule, start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Paris")))
    assert dag.timetable.to_json(dag) == expected


def test_a_month_is_a_delta_of_months():
    from dateutil.relativedelta import relativedelta

    dag = DAG("d", schedule=relativedelta(months=1, days=1))
    assert dag.timetable.to_json(dag) == {"kind": "delta", "months": 1, "seconds": 86400.0, "interval": None}


def test_timetable_classes_say_whether_they_have_intervals():
    from airflow.sdk import CronDataIntervalTimetable, CronTriggerTimetable

    for cls, interval in ((CronDataIntervalTimetable, True), (CronTriggerTimetable, False)):
        dag = DAG("d", schedule=cls("0 1 * * *", timezone="Asia/Tokyo"))
        assert dag.timetable.to_json(dag) == {
            "kind": "cron", "expression": "0 1 * * *", "timezone": "Asia/Tokyo", "interval": interval,
        }  # fmt: skip


def test_native_only_for_exactly_the_class_and_without_callbacks():
    from airflow.providers.standard.operators.bash import BashOperator

    class Subclass(BashOperator):
        pass

    with DAG("d"):
        assert task_definition(bash("plain"))["native"]["needs_render"] is False
        assert task_definition(bash("template", bash_command="echo {{ ds }}"))["native"]["needs_render"] is True
        assert task_definition(bash("file", bash_command="run.sh"))["native"]["needs_render"] is True
        assert task_definition(bash("xcom", env={"A": bash("other").output}))["native"]["needs_render"] is True
        assert "native" not in task_definition(bash("called", on_success_callback=print))
        assert "native" not in task_definition(Subclass(task_id="sub", bash_command="true"))


def test_docker_mounts_become_the_engines_json():
    docker_types = pytest.importorskip("docker.types")
    from airflow.providers.docker.operators.docker import DockerOperator

    with DAG("d"):
        op = DockerOperator(task_id="t", image="i", mounts=[docker_types.Mount("/in", "/host", type="bind")], cpus=2)
    native = task_definition(op)["native"]
    assert native["kind"] == "docker" and native["needs_render"] is False
    assert native["fields"]["mounts"] == [{"Target": "/in", "Source": "/host", "Type": "bind", "ReadOnly": False}]
    json.dumps(native)


@pytest.mark.parametrize(
    ("param", "good", "bad"),
    [
        (Param(1, type="integer", minimum=0), 5, -1),
        (Param("a", enum=["a", "b"]), "b", "c"),
        (Param("abc", type="string", minLength=2, maxLength=4), "ab", "a"),
        (Param(None, type=["null", "string"]), "x", 5),
        (Param([1], type="array", items={"type": "integer"}), [2, 3], ["x"]),
        (Param({"a": 1}, type="object", required=["a"]), {"a": 2}, {}),
        (Param("2026-01-01", type="string", format="date"), "2026-02-03", "yesterday"),
        (Param(True, type="boolean"), False, 1),
    ],
)
def test_params_check_their_schema(param, good, bad):
    assert param.resolve(good) == good
    with pytest.raises(ParamValidationError):
        param.resolve(bad)


def test_a_scheduled_dag_needs_values_for_its_params():
    with pytest.raises(ParamValidationError, match="'d'.*'?n"):
        DAG("d", schedule="@daily", params={"n": Param(type="integer")}).validate()
    DAG("d", schedule=None, params={"n": Param(type="integer")}).validate()


@pytest.mark.parametrize(
    ("uri", "fields"),
    [
        ("postgresql://me:p%40ss@db.example:5432/base?sslmode=on",
         {"conn_type": "postgres", "login": "me", "password": "p@ss", "host": "db.example", "port": 5432, "schema": "base"}),
        ("http://host", {"conn_type": "http", "host": "host", "port": None}),
        ("google-cloud-platform://?__extra__=%7B%22a%22%3A1%7D", {"conn_type": "google_cloud_platform", "extra": '{"a":1}'}),
        ('{"conn_type": "mysql", "host": "h", "extra": {"k": "v"}}', {"conn_type": "mysql", "host": "h"}),
    ],
)  # fmt: skip
def test_connections_of_the_environment(monkeypatch, uri, fields):
    monkeypatch.setenv("AIRFLOW_CONN_THERE", uri)
    connection = Connection.get("there")
    assert {name: getattr(connection, name) for name in fields} == fields
    secrets_masker.reset()


def test_a_missing_connection_names_itself():
    with pytest.raises(AirflowNotFoundException, match="nowhere"):
        Connection.get("nowhere")


def test_a_uri_survives_the_way_there_and_back():
    first = Connection("c", "http", host="h", login="a b", password="p/:@", schema="s", port=1, extra='{"x": "y"}')
    assert Connection("c", uri=first.get_uri()) == first


def test_variables_of_the_environment_and_their_defaults(monkeypatch):
    monkeypatch.setenv("AIRFLOW_VAR_PLACE", '{"a": 1}')
    assert Variable.get("place", deserialize_json=True) == {"a": 1}
    assert Variable.get("absent", default_var=None) is None
    with pytest.raises(KeyError, match="absent"):
        Variable.get("absent")


@pytest.mark.parametrize(
    ("rule", "states", "expected"),
    [
        ("all_success", ["success", "failed"], "upstream_failed"),
        ("all_success", ["success", "skipped"], "skipped"),
        ("all_failed", ["failed", "upstream_failed"], "run"),
        ("all_done", ["failed"], "run"),
        ("one_success", ["failed", "success"], "run"),
        ("one_success", ["skipped", "skipped"], "skipped"),
        ("one_failed", ["success"], "skipped"),
        ("one_done", ["skipped"], "skipped"),
        ("none_failed", ["success", "skipped"], "run"),
        ("none_failed_min_one_success", ["skipped", "skipped"], "skipped"),
        ("none_skipped", ["failed"], "run"),
        ("all_skipped", ["skipped"], "run"),
        ("all_done_min_one_success", ["failed"], "upstream_failed"),
        ("always", ["failed"], "run"),
    ],
)
def test_trigger_rules(rule, states, expected):
    assert decide(rule, states) == expected


@pytest.mark.parametrize(
    ("expression", "before", "expected"),
    [
        ("@daily", (2026, 3, 1), (2026, 2, 28)),
        ("@monthly", (2026, 3, 1), (2026, 2, 1)),
        ("30 6 * * mon-fri", (2026, 3, 2, 6, 30), (2026, 2, 27, 6, 30)),
        ("*/15 * * * *", (2026, 1, 1, 0, 0), (2025, 12, 31, 23, 45)),
        ("0 0 13 * 5", (2026, 3, 13), (2026, 3, 6)),
        ("0 0 * * 7", (2026, 3, 2), (2026, 3, 1)),
    ],
)
def test_the_previous_moment_of_a_cron_expression(expression, before, expected):
    import pendulum

    assert cron.previous(expression, pendulum.datetime(*before)) == pendulum.datetime(*expected)


def test_dag_test_runs_branches_retries_and_xcoms(capsys):
    tries = []
    with DAG("d", start_date=START) as dag:

        @task(retries=1)
        def flaky():
            tries.append(1)
            if len(tries) == 1:
                raise ValueError("first time")
            return {"n": 20}

        @task.branch
        def choose(value):
            return "big" if value["n"] > 10 else "small"

        @task
        def big():
            return "big"

        @task
        def small():
            return "small"

        @task(trigger_rule="none_failed_min_one_success")
        def end():
            pass

        choose(flaky()) >> [big(), small()] >> end()
    run = dag.test()
    assert run.state == "success"
    assert run.task_states == {
        "flaky": "success", "choose": "success", "big": "success", "small": "skipped", "end": "success",
    }  # fmt: skip
    assert run.xcom("flaky") == {"n": 20}


def test_dag_test_of_a_failing_task_fails():
    with DAG("d", start_date=START) as dag:

        @task
        def broken():
            raise ValueError("no")

        @task
        def after():
            pass

        broken() >> after()
    run = dag.test()
    assert (run.state, run.task_states["after"]) == ("failed", "upstream_failed")


def test_a_template_file_is_found_beside_the_dag_file(tmp_path):
    from airflow.sdk.execution_time.local_run import render_task

    (tmp_path / "run.sh").write_text("echo {{ ds }}")
    with DAG("d", start_date=START) as dag:
        op = bash("t", bash_command="run.sh")
        gone = bash("gone", bash_command="gone.sh")
    dag.fileloc = str(tmp_path / "a.py")
    assert render_task(op, logical_date=START)["bash_command"] == "echo 2026-01-01"
    with pytest.raises(AirflowException, match=r"task 'gone', template field 'bash_command'.*gone\.sh"):
        render_task(gone, logical_date=START)


def test_native_objects_when_the_dag_asks_for_them():
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.sdk.execution_time.local_run import render_task

    with DAG("d", start_date=START, render_template_as_native_obj=True, params={"n": 3}):
        op = PythonOperator(task_id="t", python_callable=print, op_args=["{{ params.n }}", "{{ [1, 2] }}"])
    assert render_task(op)["op_args"] == [3, [1, 2]]


def test_masking_hides_nested_secrets():
    secrets_masker.reset()
    secrets_masker.add_mask({"password": "longer-secret", "host": "visible-host"})
    assert secrets_masker.redact({"a": "x longer-secret y", "b": ["visible-host"]}) == {"a": "x *** y", "b": ["visible-host"]}
    assert secrets_masker.redact({"api_key": "whatever"}) == {"api_key": "***"}
    secrets_masker.reset()
