from datetime import datetime, timedelta

from airflow.providers.docker.operators.docker import DockerOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, Label, Param, TaskGroup, chain, chain_linear, cross_downstream, literal, setup, task, task_group, teardown

with DAG(
    "everyday",
    start_date=datetime(2026, 1, 1),
    schedule="@daily",
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1), "owner": "ops", "bash_command": "from defaults"},
    params={"size": Param(3, type="integer"), "name": "x"},
    tags=["b", "a"],
    user_defined_macros={"shout": lambda text: text.upper()},
    user_defined_filters={"twice": lambda text: text * 2},
):
    dates = BashOperator(
        task_id="dates",
        bash_command="{{ ds }} {{ ds_nodash }} {{ ts }} {{ ts_nodash }} {{ ts_nodash_with_tz }} {{ logical_date }} "
        "{{ data_interval_start | ds }} {{ data_interval_end | ts_nodash }} {{ run_id }} {{ dag.dag_id }} {{ task.task_id }}",
        env={
            "MACROS": "{{ macros.ds_add(ds, 5) }} {{ macros.ds_format(ds, '%Y-%m-%d', '%d.%m.%y') }} "
            "{{ macros.timedelta(days=1) }} {{ macros.datetime(2026, 1, 1) }}",
            "MOMENT": "{{ logical_date.add(days=1).to_date_string() }} {{ (data_interval_end - data_interval_start).total_seconds() }}",
            "PARAMS": "{{ params.size + 1 }} {{ params['name'] }} {{ dag_run.conf.get('k', 'none') }}",
            "OWN": "{{ shout('a') }} {{ 'b' | twice }} {{ ti.try_number }} {{ task_instance_key_str }}",
            "LOOP": "{% for i in range(3) %}{{ i }}{% endfor %}{# gone #}\n",
        },
        retries=5,
    )
    default = BashOperator(task_id="default")
    called = PythonOperator(
        task_id="called",
        python_callable=print,
        op_args=["{{ ds }}", 1, None, ("{{ ds }}", ["{{ run_id }}"])],
        op_kwargs={"a": {"b": "{{ params.size }}"}, "plain": True, "raw": literal("{{ ds }}")},
        templates_dict={"t": "{{ ds }}"},
        trigger_rule="none_failed",
        execution_timeout=timedelta(seconds=30),
        priority_weight=7,
        weight_rule="absolute",
        pool_slots=2,
        max_active_tis_per_dag=3,
        depends_on_past=True,
    )
    boxed = DockerOperator(task_id="boxed", image="alpine:{{ params.size }}", command=["echo", "{{ ds }}"], environment={"D": "{{ ds }}"})
    chain(dates, Label("then"), [default, called], boxed)

with DAG("groups", start_date=datetime(2026, 1, 1), schedule=None, default_args={"retries": 1}):
    start, end = EmptyOperator(task_id="start"), EmptyOperator(task_id="end")
    with TaskGroup("outer", default_args={"retries": 4}) as outer:
        a = EmptyOperator(task_id="a")
        with TaskGroup("inner", tooltip="inside") as inner:
            EmptyOperator(task_id="b") >> EmptyOperator(task_id="c", retries=9)
        a >> inner
    with TaskGroup("flat", prefix_group_id=False) as flat:
        EmptyOperator(task_id="d")

    @task_group
    def made(value):
        @task
        def one(v):
            return v

        @task
        def two(v):
            return v

        return two(one(value))

    @task
    def consume(v):
        return v

    start >> outer >> flat >> end
    result = made("{{ run_id }}")
    consume(result) >> end
    cross_downstream([start], [a, end])
    chain_linear([start], [EmptyOperator(task_id="x"), EmptyOperator(task_id="y")], end)

with DAG("taskflow", start_date=datetime(2026, 1, 1), schedule=timedelta(hours=6)):

    @task(retries=3)
    def extract(ds=None):
        """Reads."""
        return {"a": 1}

    @task(multiple_outputs=True)
    def transform(data: dict, factor: int = 2) -> dict:
        return {"x": data["a"] * factor}

    @task
    def load(x, name="{{ ds }}"):
        return x

    for _ in range(3):
        load.override(trigger_rule="all_done")(transform(extract(), factor=3)["x"])

    @task.branch
    def pick():
        return "left"

    @task.short_circuit
    def gate():
        return True

    @task.bash
    def shell():
        return "echo {{ ds }}"

    pick() >> [EmptyOperator(task_id="left"), EmptyOperator(task_id="right")]
    gate() >> shell()

    @setup
    def create():
        pass

    @teardown(on_failure_fail_dagrun=True)
    def destroy():
        pass

    @task
    def work():
        pass

    made_it, gone = create(), destroy()
    made_it >> work() >> gone
    made_it >> gone
