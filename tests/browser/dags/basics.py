"""DAGs that the browser's tests look at: shapes and states that every view must show."""
import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.python import BranchPythonOperator
from airflow.sdk import DAG, Label, Param, TaskGroup, setup, task, teardown

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)

with DAG(
    "chain",
    description="Five tasks, one after the other",
    tags=["shape", "fast"],
    default_args={"owner": "ann"},
    doc_md="# Chain\n\nFive tasks, *one after the other*.\n\n- `step_1`\n- `step_2`\n",
):
    before = None
    for number in range(1, 6):
        step = BashOperator(task_id=f"step_{number}", bash_command=f"echo step {number}", doc_md=f"Step **{number}**.")
        if before:
            before >> step
        before = step

with DAG("grouped", description="Groups in groups", tags=["shape"], default_args={"owner": "bob"}):
    start, end = EmptyOperator(task_id="start"), EmptyOperator(task_id="end")
    for source in ("news", "prices"):
        with TaskGroup(source, tooltip=f"Everything about {source}") as outer:
            load = BashOperator(task_id="load", bash_command="echo load")
            with TaskGroup("clean") as inner:
                parts = [BashOperator(task_id=f"part_{part}", bash_command="echo clean") for part in range(4)]
            load >> inner >> BashOperator(task_id="store", bash_command="echo store")
        start >> outer >> end

with DAG("failing", description="Fails after a retry; what follows is not run", tags=["broken"], default_args={"owner": "ann"}):
    bad = BashOperator(
        task_id="bad",
        bash_command="echo about to fail; echo 'ERROR: no such table: news' >&2; exit 3",
        retries=1,
        retry_delay=datetime.timedelta(milliseconds=100),
    )
    EmptyOperator(task_id="good") >> bad >> EmptyOperator(task_id="never")

with DAG("branching", description="Labels on the edges, one way skipped", tags=["shape"], default_args={"owner": "ann"}):
    choose = BranchPythonOperator(task_id="choose", python_callable=lambda: "small")
    small, large = EmptyOperator(task_id="small"), EmptyOperator(task_id="large")
    choose >> Label("under 100 rows") >> small
    choose >> Label("100 rows and more") >> large
    [small, large] >> EmptyOperator(task_id="join", trigger_rule="none_failed_min_one_success")

with DAG("slow", description="Runs until the file that conf names is there", tags=["slow"], default_args={"owner": "bob"}):
    BashOperator(
        task_id="wait",
        bash_command='for i in $(seq 1 6000); do [ -e "{{ dag_run.conf.get("until", "/nonexistent") }}" ] && exit 0; sleep 0.05; done',
    ) >> EmptyOperator(task_id="after")

with DAG(
    "every_param",
    description="A parameter of every kind",
    tags=["form"],
    params={
        "text": Param("hello", type="string", title="Text", description="Any *text*", minLength=1, maxLength=20, section="Texts"),
        "long_text": Param("a\nb", type="string", format="multiline", section="Texts"),
        "maybe": Param(None, type=["null", "string"], title="May be empty", section="Texts"),
        "number": Param(5, type="integer", minimum=1, maximum=10, section="Numbers"),
        "ratio": Param(0.5, type="number", section="Numbers"),
        "flag": Param(True, type="boolean"),
        "day": Param("2026-01-02", type="string", format="date", section="Times"),
        "moment": Param("2026-01-02T03:04:05+00:00", type="string", format="date-time", section="Times"),
        "clock": Param("12:30:00", type="string", format="time", section="Times"),
        "choice": Param("two", enum=["one", "two", "three"], section="Choices"),
        "many": Param(["a"], type="array", examples=["a", "b", "c"], section="Choices"),
        "words": Param(["x", "y"], type="array", items={"type": "string"}, section="Choices"),
        "thing": Param({"a": 1}, type="object"),
        "fixed": Param("constant", const="constant"),
        "plain": 3,
    },
):
    BashOperator(task_id="show", bash_command="echo '{{ params | tojson }}'")

with DAG("surroundings", description="Setup and teardown around the work", tags=["shape"], default_args={"owner": "bob"}):

    @setup
    def make_cluster():
        print("cluster is up")
        return "cluster-1"

    @teardown
    def drop_cluster():
        print("cluster is down")

    @task
    def work():
        print("working")
        return {"rows": 3, "names": ["a", "b"]}

    up = make_cluster()
    up >> work() >> drop_cluster().as_teardown(setups=up)

with DAG(
    "scheduled",
    description="Every day at six, in Berlin",
    schedule="0 6 * * *",
    start_date=START,
    catchup=False,
    tags=["schedule"],
    default_args={"owner": "carol"},
):
    EmptyOperator(task_id="only")

with DAG("pooled", description="Waits for a pool that has no slots", tags=["slow"], default_args={"owner": "carol"}):
    BashOperator(task_id="first", bash_command="echo in", pool="closed_pool")
