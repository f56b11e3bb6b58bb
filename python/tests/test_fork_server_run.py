"""One try through a real fork server, by the supervisor protocol."""

SIMPLE = """
from datetime import datetime
from airflow.sdk import DAG
from airflow.providers.standard.operators.python import PythonOperator

def work(name, ds, ti):
    print("printing", name)
    return {"ds": ds, "try": ti.try_number}

with DAG("d", start_date=datetime(2026, 1, 1), schedule="@daily"):
    PythonOperator(task_id="t", python_callable=work, op_kwargs={"name": "at {{ ts }}"})
"""


def test_python_task_sends_the_messages_of_airflow_in_their_order(server):
    done = server.run(SIMPLE)
    assert done.types == ["SetRenderedFields", "SetXCom", "SucceedTask"]
    assert done.requests[0]["rendered_fields"]["op_kwargs"] == {"name": "at 2026-01-02T00:00:00+00:00"}
    assert done.requests[1]["value"] == {"ds": "2026-01-02", "try": 1}
    assert done.requests[1]["key"] == "return_value"
    assert done.last["state"] == "success"
    assert done.status == 0


def test_print_arrives_between_the_log_lines_around_it(server):
    text = SIMPLE.replace(
        '    print("printing", name)',
        "    import logging; log = logging.getLogger('mine')\n"
        "    log.info('before'); print('printed'); log.warning('after')",
    )
    done = server.run(text)
    lines = [(line["level"], line["logger"], line["event"]) for line in done.logs if line["logger"] != "airflow.task"]
    start = lines.index(("info", "mine", "before"))
    assert lines[start : start + 3] == [
        ("info", "mine", "before"),
        ("info", "task.stdout", "printed"),
        ("warning", "mine", "after"),
    ]
