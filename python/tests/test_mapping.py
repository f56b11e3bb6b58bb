"""Dynamic task mapping: what the DAG definition says of it, what is refused, and a run in one process."""

import pytest
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, task, task_group
from gale.definition import dag_definition


@task
def numbers():
    return [1, 2, 3]


@task
def add(x, y=0):
    return x + y


@task
def total(values):
    return sum(values)


def definitions(dag):
    return {each["task_id"]: each for each in dag_definition(dag)["tasks"]}


def test_the_definition_has_the_length_as_far_as_the_file_knows_it():
    with DAG("d") as dag:
        source = numbers()
        add.partial(y=1).expand(x=source)
        add.override(task_id="product").expand(x=[1, 2], y=[1, 2, 3])
        add.override(task_id="zipped").expand_kwargs(source.zip(source, fillvalue=0).map(lambda pair: {"x": pair[0]}))
        add.override(task_id="joined").expand(x=source.concat(source))
    xcom = {"kind": "xcom", "task_id": "numbers", "key": "return_value"}
    found = {name: each.get("mapped") for name, each in definitions(dag).items()}
    assert found["numbers"] is None
    assert found["add"]["length"] == xcom
    assert found["product"]["length"] == {
        "kind": "product",
        "of": [{"kind": "literal", "length": 2}, {"kind": "literal", "length": 3}],
    }
    assert found["zipped"]["length"]["kind"] == "zip" and found["zipped"]["length"]["longest"]
    assert found["joined"]["length"] == {"kind": "concat", "of": [xcom, xcom]}
    assert "add" in definitions(dag)["numbers"]["downstream_task_ids"]


def test_the_tasks_of_a_mapped_group_have_its_length():
    with DAG("d") as dag:

        @task_group
        def group(x):
            add.override(task_id="inner")(x)

        group.expand(x=numbers())
    mapped = definitions(dag)["group.inner"]["mapped"]
    assert mapped == {"length": {"kind": "xcom", "task_id": "numbers", "key": "return_value"}, "group_id": "group"}


@pytest.mark.parametrize(
    ("expand", "said"),
    [
        (lambda: BashOperator.partial(task_id="m").expand(), "needs an argument to map over"),
        (lambda: BashOperator.partial(task_id="m").expand(bash_command="text"), "cannot map over bash_command='text'"),
        (lambda: BashOperator.partial(task_id="m").expand(retries=[1]), "'retries' cannot be mapped"),
        (lambda: BashOperator.partial(task_id="m", bash_command="x").expand(bash_command=["y"]), "given in partial()"),
        (lambda: EmptyOperator.partial(task_id="m").expand_kwargs([3]), "takes a list of dicts"),
        (lambda: add.expand(z=[1]), "'z', which the function does not take"),
        (lambda: add.expand(x=3), "cannot map over x=3"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*never mapped:UserWarning")
def test_what_cannot_be_mapped_is_refused_where_it_stands(expand, said):
    with DAG("d"), pytest.raises((TypeError, ValueError)) as refused:
        expand()
    assert said in str(refused.value)


def test_a_local_run_maps():
    with DAG("d") as dag:
        total(add.partial(y=10).expand(x=numbers()))
    result = dag.test()
    assert result.state == "success"
    assert result.xcom("total") == 36
    assert result.instance_states["add", 2] == "success"
