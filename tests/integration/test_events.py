"""The live event stream of the real binary."""

import json
import os
import signal
import socket
import threading
import urllib.error
import urllib.request

import pytest
from conftest import LIMIT, PASSWORD, Answer, wait_for

DAG = """
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
with DAG("{name}", schedule=None):
    EmptyOperator(task_id="first") >> BashOperator(task_id="second", bash_command="true")
"""


class Events:
    """A stream, read by a thread of its own into `events`: (event, id, data)."""

    def __init__(self, gale, query="", last_event_id=None, headers=None):
        request = urllib.request.Request(f"{gale.base}/gale/events{query}")
        if headers is None:
            headers = {"Authorization": f"Bearer {gale.token}"}
        for name, value in headers.items():
            request.add_header(name, value)
        if last_event_id is not None:
            request.add_header("Last-Event-ID", str(last_event_id))
        self.answer = urllib.request.urlopen(request, timeout=LIMIT)
        self.events = []
        self.is_over = False
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        self.first = wait_for("the first event", lambda: self.events[:1])[0]

    def _read(self):
        event = {}
        try:
            for line in self.answer:
                line = line.decode().rstrip("\n")
                if line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                elif "event" in event:
                    self.events.append((event["event"], event["id"], json.loads(event["data"])))
                    event = {}
        except (OSError, ValueError, AttributeError):
            pass
        self.is_over = True

    def last_id(self):
        return self.events[-1][1]

    def states(self, kind="task_instances"):
        """Each task's (or run's) states, in the order in which they were told."""
        told = {}
        for _, _, change in list(self.events):
            for row in change.get(kind, []):
                name = row["task_id"] if kind == "task_instances" else row["dag_run_id"]
                told.setdefault(name, []).append(row["state"])
        return told

    def wait_for_run(self, run_id, state="success"):
        def ended():
            return self.states("dag_runs").get(run_id, [None])[-1] == state

        wait_for(f"{state} of {run_id} on the stream", ended)

    def close(self):
        # The reader's thread is inside a read: the socket ends it.
        self.answer.fp.raw._sock.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.answer.close()


@pytest.fixture
def two_dags(server):
    for name in ("one", "two"):
        server.write_dag(f"{name}.py", DAG.format(name=name))
    for name in ("one", "two"):
        server.wait_for_dag(name)
    return server


def test_a_run_is_told_from_its_start_to_its_end(server, tmp_path):
    # What changes twice before it is told is told once, as it stands: the run goes on once it was seen to run.
    gate = tmp_path / "gate"
    server.write_dag("gated.py", DAG.format(name="gated").replace('"true"', f'"while [ ! -e {gate} ]; do sleep 0.02; done"'))
    server.wait_for_dag("gated")
    events = Events(server)
    assert events.answer.headers["Content-Type"] == "text/event-stream"
    assert events.first[0] == "change"
    run_id = server.trigger("gated")
    wait_for("the second task's start on the stream", lambda: events.states().get("second", [None])[-1] == "running")
    gate.touch()
    events.wait_for_run(run_id)
    states = events.states()
    assert states["first"][-1] == states["second"][-1] == "success"
    told = events.states("dag_runs")[run_id]
    assert told == [state for state in ("queued", "running", "success") if state in told] and told[-2:] == ["running", "success"]
    assert server.states("gated", run_id) == {name: told[-1] for name, told in states.items()}
    ids = [int(number) for _, number, _ in events.events]
    assert ids == sorted(ids)
    events.close()


def test_a_stream_is_narrowed_to_dags_and_runs(two_dags):
    one = Events(two_dags, "?dag_id=one")
    run_id = two_dags.trigger("two", run_id="in_two")
    by_run = Events(two_dags, "?dag_run_id=other")
    both = Events(two_dags, "?dag_id=one&dag_id=two")
    two_dags.finish("two", run_id)
    other = two_dags.trigger("one", run_id="other")
    for events in (one, by_run, both):
        events.wait_for_run(other)
    assert set(one.states("dag_runs")) == set(by_run.states("dag_runs")) == {"other"}
    for events in (one, by_run, both):
        events.close()


def test_a_client_that_comes_back_gets_what_it_missed(two_dags):
    events = Events(two_dags)
    last = events.last_id()
    events.close()
    run_id = two_dags.trigger("one")
    two_dags.finish("one", run_id)
    for query, header in (("", last), (f"?last_event_id={last}", None)):
        again = Events(two_dags, query, last_event_id=header)
        assert again.states("dag_runs") == {run_id: ["success"]}
        assert {name: told for name, told in again.states().items()} == {"first": ["success"], "second": ["success"]}
        again.close()
    for unknown in ("999999999", "-5", "nonsense"):
        lost = Events(two_dags, last_event_id=unknown)
        assert lost.first[0] == "reset"
        lost.close()


def test_a_page_that_opens_its_stream_late_has_missed_nothing(two_dags):
    me = two_dags.call("GET", "/gale/me")
    run_id = two_dags.trigger("one")
    two_dags.finish("one", run_id)
    late = Events(two_dags, f"?last_event_id={me['last_event_id']}")
    assert late.first[0] == "change"
    assert late.states("dag_runs") == {run_id: ["success"]}
    late.close()


def test_after_a_kill_of_the_server_the_stream_goes_on_where_it_was(two_dags):
    events = Events(two_dags)
    last = events.last_id()
    run_id = two_dags.trigger("one")
    two_dags.stop(sig=signal.SIGKILL)
    wait_for("the stream's end", lambda: events.is_over)
    two_dags.start()
    again = Events(two_dags, last_event_id=last)
    again.wait_for_run(run_id)
    assert again.states()["second"][-1] == "success"
    again.close()


def test_deletions_pauses_and_other_kinds_are_told(two_dags):
    run_id = two_dags.trigger("one")
    two_dags.finish("one", run_id)
    events = Events(two_dags)

    def told(kind, wanted):
        wait_for(f"{kind} {wanted}", lambda: any(wanted in change.get(kind, []) for _, _, change in list(events.events)))

    two_dags.call("PATCH", "/api/v2/dags/two", {"is_paused": True})
    told("dags", {"dag_id": "two", "is_paused": True, "is_stale": False, "has_import_errors": False})
    two_dags.call("POST", "/api/v2/variables", {"key": "k", "value": "secret value"})
    told("others", "variables")
    two_dags.call("POST", "/api/v2/pools", {"name": "p", "slots": 1})
    told("others", "pools")
    two_dags.write_dag("broken.py", "from airflow import DAG\n1 / 0  # dag\n")
    told("others", "import_errors")
    two_dags.call("DELETE", two_dags.run_path("one", run_id))
    told("deleted", {"dag_id": "one", "dag_run_id": run_id})
    assert "secret value" not in json.dumps(events.events)
    events.close()


def log_in(gale, username="admin", password=PASSWORD):
    body = json.dumps({"username": username, "password": password}).encode()
    request = urllib.request.Request(f"{gale.base}/auth/login", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=LIMIT) as answer:
        return answer.headers["Set-Cookie"].split(";")[0]


def test_logging_out_ends_the_streams_of_that_log_in_only(two_dags):
    cookie = log_in(two_dags)
    mine = Events(two_dags, headers={"Cookie": cookie})
    other = Events(two_dags, headers={"Cookie": log_in(two_dags)})
    request = urllib.request.Request(
        f"{two_dags.base}/auth/logout", b"", {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}, method="POST"
    )
    assert urllib.request.urlopen(request, timeout=LIMIT).status == 204
    wait_for("the stream's end", lambda: mine.is_over)
    assert not other.is_over
    with pytest.raises(urllib.error.HTTPError, match="401"):
        Events(two_dags, headers={"Cookie": cookie})
    other.close()


@pytest.mark.parametrize("change", [{"active": False}, {"password": "another-password"}, None], ids=["off", "password", "deleted"])
def test_a_user_who_is_shut_out_hears_no_more(two_dags, change):
    for username in ("ann", "bob"):
        two_dags.call("POST", "/gale/users", {"username": username, "role": "viewer", "password": "a-password"})
    cookie = log_in(two_dags, "ann", "a-password")
    ann = Events(two_dags, headers={"Cookie": cookie})
    bob = Events(two_dags, headers={"Cookie": log_in(two_dags, "bob", "a-password")})
    two_dags.call("DELETE" if change is None else "PATCH", "/gale/users/ann", change)
    wait_for("the end of ann's stream", lambda: ann.is_over)
    with pytest.raises(urllib.error.HTTPError, match="401"):
        Events(two_dags, headers={"Cookie": cookie})
    run_id = two_dags.trigger("one")
    bob.wait_for_run(run_id)
    assert run_id not in ann.states("dag_runs")
    bob.close()


def test_a_token_that_ends_ends_its_stream(gale):
    gale.start(AIRFLOW__API_AUTH__JWT_EXPIRATION_TIME="2")
    events = Events(gale, headers={"Cookie": log_in(gale)})
    wait_for("the stream's end", lambda: events.is_over)


def test_a_stream_needs_a_log_in(server):
    with pytest.raises(urllib.error.HTTPError, match="401"):
        Events(server, headers={})


def test_two_hundred_clients_are_told_and_the_rest_of_the_api_answers(two_dags):
    clients = [Events(two_dags) for _ in range(200)]
    run_id = two_dags.trigger("one")
    for events in clients:
        events.wait_for_run(run_id)
        assert events.states()["second"][-1] == "success"
    assert two_dags.health()["scheduler"]["status"] == "healthy"
    process = two_dags.servers[-1][0]
    threads = len(os.listdir(f"/proc/{process.pid}/task"))
    assert threads < 60, "a stream must not have a thread"
    for events in clients:
        events.close()


def test_stopping_the_server_does_not_wait_for_streams(two_dags):
    events = Events(two_dags)
    assert two_dags.stop() == 0
    wait_for("the stream's end", lambda: events.is_over)
    assert "still busy" not in two_dags.log()


def test_the_page_is_in_the_binary_or_says_how_to_get_it(server):
    for path in ("/", "/dags/some/deep/link"):
        page = server.call("GET", path, token=None, accept="text/html")
        assert "<title>Gale</title>" in page
    with pytest.raises(Answer) as missing:
        server.call("GET", "/assets/none.js", token=None, accept="*/*")
    assert missing.value.status == 404
    with pytest.raises(Answer) as missing:
        server.call("GET", "/api/v2/none", token=None, accept="text/html")
    assert missing.value.status == 404


def test_everything_is_below_the_path_prefix_too(gale):
    gale.start(AIRFLOW__API__BASE_URL="https://example.org/tools/gale")
    page = gale.call("GET", "/tools/gale/dags", token=None, accept="text/html")
    if "id=\"root\"" in page:
        assert '<base href="/tools/gale/"' in page
    assert gale.call("GET", "/tools/gale/api/v2/version", token=None)["version"]
    assert gale.call("GET", "/tools/gale/gale/me")["base_path"] == "/tools/gale/"
    assert gale.health()["metadatabase"]["status"] == "healthy"
