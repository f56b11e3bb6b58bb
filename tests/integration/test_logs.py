"""Logs in pieces: a million lines, followed while they are written, searched, downloaded, removed."""

import json
import urllib.request

import pytest
from conftest import LIMIT, Answer, wait_for

DAGS = '''
from airflow.sdk import DAG, task
from airflow.providers.standard.operators.bash import BashOperator

with DAG("logs", schedule=None):
    BashOperator(task_id="million", bash_command="seq -f 'line %.0f' 1 1000000")
    BashOperator(task_id="waits", bash_command="echo first; while [ ! -e '{{ params.gate }}' ]; do sleep 0.05; done; echo last",
                 params={"gate": "/nowhere"})

    @task
    def fails():
        print("before Ёлка")
        raise ValueError("the reason")

    fails()
'''


def log_path(run_id, task_id, try_number=1, rest=""):
    return f"/gale/dags/logs/dagRuns/{run_id}/taskInstances/{task_id}/-1/logs/{try_number}{rest}"


def whole_index(server, path, query=""):
    """The index, asked for until it is complete: (the last part, all matches, requests)."""
    matches, after = [], 0
    for asked in range(1, 200):
        part = server.call("GET", f"{path}/index?after_line={after}{query}")
        matches += part["matches"] or []
        if part["complete"]:
            return part, matches, asked
        after = part["searched"]
    pytest.fail("the index does not come to its end")


def followed(server, path):
    """The events of a follow stream, as they come."""
    request = urllib.request.Request(server.base + path, headers={"Authorization": f"Bearer {server.token}"})
    with urllib.request.urlopen(request, timeout=LIMIT) as stream:
        event = None
        for raw in stream:
            name, _, value = raw.decode().rstrip("\n").partition(": ")
            if name == "event":
                event = value
            elif name == "data":
                yield event, json.loads(value)


@pytest.fixture
def run(server):
    server.write_dag("logs.py", DAGS)
    gate = server.home / "gate"
    run_id = server.trigger("logs", "r1", conf={"gate": str(gate)})
    return run_id, gate


def test_a_million_lines_followed_searched_and_downloaded(server, run):
    run_id, gate = run
    events = followed(server, log_path(run_id, "waits", rest="/follow?from=0") if started(server, run_id, "waits") else "")
    first = next(events)
    assert first[0] == "lines" and first[1]["from"] == 0
    seen = [line["event"] for line in first[1]["lines"]]
    while "first" not in seen:
        event, data = next(events)
        assert event == "lines" and data["from"] == len(seen)
        seen += [line["event"] for line in data["lines"]]
    gate.touch()
    for event, data in events:
        if event == "end":
            break
        assert data["from"] == len(seen)
        seen += [line["event"] for line in data["lines"]]
    assert event == "end" and "last" in seen
    assert server.finish("logs", run_id, 120) == "failed"  # by `fails`

    million = log_path(run_id, "million")
    index, _, _ = whole_index(server, million)
    assert index["lines"] >= 1_000_000 and index["growing"] is False
    assert len(server.call("GET", f"{million}/index")["offsets"]) == index["lines"] // 1000 + 1
    _, matches, _ = whole_index(server, million, "&q=LINE%20777777")
    assert len(matches) == 1
    page = server.call("GET", f"{million}/lines?from={matches[0] - 1}&count=3")
    assert [line["event"] for line in page["lines"]] == ["line 777776", "line 777777", "line 777778"]
    _, matches, asked = whole_index(server, million, "&q=LINE%20")
    assert len(matches) >= 1_000_000 and asked >= 10  # an answer holds 100,000
    text = server.call("GET", f"{million}/download", accept="text/plain")
    assert text.count("\n") == index["lines"] and "info - line 1000000\n" in text

    index, matches, _ = whole_index(server, log_path(run_id, "fails"), "&q=%D1%91%D0%BB%D0%BA%D0%B0")
    assert len(matches) == 1
    error = server.call("GET", log_path(run_id, "fails", rest=f"/lines?from={index['first_error']}&count=1"))["lines"][0]
    assert "ValueError: the reason" in error["exception"]
    assert "ValueError: the reason" in server.call("GET", log_path(run_id, "fails", rest="/download"), accept="text/plain")

    (server.home / "logs" / f"dag_id=logs/run_id={run_id}/task_id=fails/attempt=1.log").unlink()
    for rest in ("/index", "/lines", "/download"):
        with pytest.raises(Answer) as gone:
            server.call("GET", log_path(run_id, "fails", rest=rest))
        assert gone.value.status == 404 and "task_id=fails/attempt=1.log" in gone.value.body
    for path in (log_path(run_id, "fails", 9), log_path("nope", "fails"), log_path(run_id, "nope"), log_path("..%2F..", "x")):
        with pytest.raises(Answer) as wrong:
            server.call("GET", path + "/index")
        assert wrong.value.status == 404


def started(server, run_id, task_id):
    return wait_for(f"{task_id} runs", lambda: server.states("logs", run_id).get(task_id) == "running")
