"""A run's results: found in XComs, served as a stranger's, and never from elsewhere."""

import json
from urllib.parse import quote

import pytest
from conftest import Answer

PRODUCER = """
import os
from airflow.sdk import DAG, task
HOME = os.environ["AIRFLOW_HOME"]
OUT = HOME + "/results"
with DAG("producer", schedule=None):
    @task
    def produce():
        os.makedirs(OUT, exist_ok=True)
        def write(name, data):
            with open(os.path.join(OUT, name), "wb") as file:
                file.write(data)
            return os.path.join(OUT, name)
        open(HOME + "/gale.db", "a").close()  # not there on PostgreSQL
        os.symlink(HOME + "/gale.db", OUT + "/db.html")
        os.symlink(HOME, OUT + "/home")
        os.mkfifo(OUT + "/pipe.csv")
        return {
            "page": write("page.html", b"<!doctype html><script>alert(1)</script><p>hi"),
            "svg": write("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
            "script": write("evil.js", b"alert(document.domain)"),
            "table": "file://" + write("t a.csv", b"a,b\\n1,2\\n").replace(" ", "%20"),
            "list": [write("plain", "Привет".encode())],
            "big": write("big.txt", b"x" * 100_000),
            "bad": [OUT + "/db.html", OUT + "/home/gale.db", OUT + "/pipe.csv", OUT + "/../gale.db", "/etc/passwd.txt",
                    "file:///etc/passwd", OUT + "/gone.html", OUT, OUT + "/nul\\0.html", "file://elsewhere/x.html"],
            "picture": "data:image/png;base64,iVBORw0KGgo=",
        }
    @task
    def quiet():
        return 1
    produce()
    quiet()
"""


@pytest.fixture
def run(server):
    server.write_dag("producer.py", PRODUCER)
    run_id = server.trigger("producer", "r")
    assert server.finish("producer", run_id) == "success", server.task_log("producer", run_id, "produce")
    return server, "/gale/dags/producer/dagRuns/r/results"


def content_path(path, pointer):
    return f"{path}/content?task_id=produce&pointer={quote(pointer)}"


def test_what_a_task_names_is_found(run):
    server, path = run
    answer = server.call("GET", path)
    found = {result["pointer"]: result for result in answer["results"]}
    assert not answer["truncated"]
    assert {result["task_id"] for result in answer["results"]} == {"produce"}
    good = {
        "": ("return_value.json", "application/json"),
        "/page": ("page.html", "text/html"),
        "/svg": ("a.svg", "image/svg+xml"),
        "/script": ("evil.js", "text/plain"),
        "/table": ("t a.csv", "text/csv"),
        "/list/0": ("plain", "text/plain"),
        "/big": ("big.txt", "text/plain"),
        "/picture": ("return_value.png", "image/png"),
    }
    for pointer, (name, media_type) in good.items():
        result = found.pop(pointer)
        assert (result["name"], result["media_type"], result["problem"]) == (name, media_type, None), pointer
        assert result["bytes"] > 0
    # What is refused is told, with the reason.
    words = ["a link out", "a link out", "a pipe", '".."', "result_folders", "result_folders", "no file", None, "NUL", None]
    for number, word in enumerate(words):
        if word:
            assert word in found.pop(f"/bad/{number}")["problem"], number
    assert found == {}


def test_nothing_is_served_from_elsewhere(run):
    server, path = run
    for number in range(10):
        with pytest.raises(Answer) as refused:
            server.call("GET", content_path(path, f"/bad/{number}"))
        assert refused.value.status in (400, 403, 404), number
        assert "SQLite" not in refused.value.body and "root:" not in refused.value.body
    for query in ["?task_id=none", "?task_id=produce&key=none", "?task_id=produce&pointer=/none", "?task_id=produce&pointer=x",
                  "?task_id=produce&map_index=3", "?task_id=quiet", "?task_id=produce&pointer=/%00"]:
        with pytest.raises(Answer) as refused:
            server.call("GET", f"{path}/content{query}")
        assert refused.value.status in (400, 404), query
    with pytest.raises(Answer) as refused:
        server.call("GET", path + "/content")
    assert refused.value.status == 422
    with pytest.raises(Answer) as refused:
        server.call("GET", content_path(path, "/page"), token=None)
    assert refused.value.status == 401
    with pytest.raises(Answer) as refused:
        server.call("GET", "/gale/dags/producer/dagRuns/none/results")
    assert refused.value.status == 404


def test_content_is_served_as_a_strangers(run):
    server, path = run
    for pointer, media_type in [("/page", "text/html; charset=utf-8"), ("/svg", "image/svg+xml"),
                                ("/script", "text/plain; charset=utf-8"), ("/picture", "image/png"), ("", "application/json")]:
        status, headers, body = server.get(content_path(path, pointer))
        assert (status, headers["Content-Type"]) == (200, media_type)
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("sandbox ") and "default-src 'none'" in policy
        assert "allow-scripts" not in policy and "allow-same-origin" not in policy
        assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
        assert len(headers.get_all("Content-Security-Policy")) == 1
        assert headers["Content-Disposition"].startswith("inline; ")
        assert body
    _, headers, body = server.get(content_path(path, "/table") + "&download=true")
    assert headers["Content-Disposition"] == "attachment; filename=\"t_a.csv\"; filename*=UTF-8''t%20a.csv"
    assert body == b"a,b\n1,2\n"
    assert json.loads(server.get(content_path(path, ""))[2])["picture"].startswith("data:")
    assert server.get(content_path(path, "/big"))[2] == b"x" * 100_000

