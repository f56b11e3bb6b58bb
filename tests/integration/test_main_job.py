"""financial_news from the feed to the report: in containers, and with local programs."""

import importlib.util
import json
import shutil
import subprocess
import sys

import pytest
from conftest import BIN, ROOT, wait_for

PIPELINE = ROOT / "pipelines" / "financial_news"


@pytest.fixture
def feed():
    """The sample feed on the network; its URL for a host."""
    processes = []

    def serve(host):
        command = [sys.executable, PIPELINE / "sample" / "serve_sample.py", "--host", host, "--port", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        processes.append(process)
        return process.stdout.readline().strip()

    yield serve
    for process in processes:
        process.kill()
        process.wait()


def start(gale, feed_url, dag_file):
    data = gale.home / "data"
    for folder in (data, data / "raw", data / "predict"):
        folder.mkdir()
        folder.chmod(0o777)
    for name in (dag_file, "utils.py", "report_page.py"):
        shutil.copy(PIPELINE / "dags" / name, gale.dags)
    gale.environment |= {
        "FINANCIAL_NEWS_DATA": str(data),
        "GALE_FINANCIAL_NEWS_BIN": str(BIN),
        "NEWS_FEED_URL": feed_url,
        "GALE_RESULT_FOLDERS": str(data),
    }
    gale.start()
    return data


def check_results(gale, data, dag_id):
    gale.wait_for_dag(dag_id)
    # Today's run, which is due at once. (Another beside it would want the same container names.)
    runs = wait_for("the scheduled run", lambda: gale.call("GET", f"/api/v2/dags/{dag_id}/dagRuns")["dag_runs"])
    run_id, day = runs[0]["dag_run_id"], runs[0]["logical_date"][:10]
    assert gale.finish(dag_id, run_id, 120) == "success", gale.states(dag_id, run_id)
    assert set(gale.states(dag_id, run_id).values()) == {"success"}
    labels = json.loads((data / "predict" / f"labels__{day}.json").read_text())
    topics = json.loads((data / "predict" / f"result__{day}.json").read_text())
    assert len(labels) == 30
    assert sum(len(summaries) for summaries in topics.values()) == 30
    meant = {item["id"]: item["topic"] for item in json.loads((PIPELINE / "sample" / "news.json").read_text())}
    right = sum(meant[row["id"]] == row["label"] for row in labels.values())
    assert right >= 20, f"only {right} of 30 labels are what the author meant"
    report = (data / "predict" / f"report__{day}.html").read_text()
    assert next(iter(topics)) in report
    check_report_is_shown(gale, dag_id, run_id, report)
    assert "younger than a day" in gale.task_log(dag_id, run_id, "news_by_topic")


def check_report_is_shown(gale, dag_id, run_id, report):
    """The task's own words lead to its report and result."""
    path = f"/gale/dags/{dag_id}/dagRuns/{run_id}/results"
    shown = {result["pointer"]: result for result in gale.call("GET", path)["results"] if result["task_id"] == "news_by_topic"}
    assert {"", "/report_path", "/result_path"} <= set(shown)
    assert all(result["problem"] is None for result in shown.values())
    assert shown["/report_path"]["media_type"] == "text/html"
    assert shown["/report_path"]["bytes"] == len(report.encode())
    assert shown["/result_path"]["media_type"] == "application/json"
    status, headers, body = gale.get(f"{path}/content?task_id=news_by_topic&pointer=/report_path")
    assert (status, body.decode()) == (200, report)
    assert headers["Content-Security-Policy"].startswith("sandbox")


def test_with_local_programs(gale, feed):
    data = start(gale, feed("127.0.0.1"), "news_classifier_local.py")
    check_results(gale, data, "financial_news_local")


def test_in_containers(gale, feed, docker_images):
    data = start(gale, feed(docker_images), "news_classifier.py")
    check_results(gale, data, "financial_news")


@pytest.fixture(scope="session")
def docker_images(tmp_path_factory):
    """Builds and loads both images; the host's address on Docker's bridge."""
    out = tmp_path_factory.mktemp("images")
    command = [sys.executable, PIPELINE / "images" / "build_images.py", "--bin", BIN, "--out", out, "--load"]
    subprocess.run([str(part) for part in command], check=True)
    spec = importlib.util.spec_from_file_location("financial_news_demo", PIPELINE / "demo.py")
    demo = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(demo)
    return demo.bridge_address()
