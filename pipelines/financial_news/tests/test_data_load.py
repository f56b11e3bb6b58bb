"""The program data_load against a server that behaves and misbehaves."""

import gzip
import json
import os
import random
import re
import socket
import subprocess
import threading
from datetime import datetime, timedelta, timezone
from html.entities import html5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

import pandas
import pytest
import serve_sample

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>
<item><guid>7</guid><title>Fed &amp;amp; "rates"</title><pubDate>Tue, 24 Nov 2026 08:00:00 EST</pubDate>
<description>&lt;p&gt;Held&amp;nbsp;again&lt;/p&gt;</description></item></channel></rss>"""

FETCH_FAILED, BAD_FEED, NOT_WRITTEN = 3, 4, 5


class Handler(BaseHTTPRequestHandler):
    """Answers each path as its name says."""

    def do_GET(self):
        getattr(self, "answer_" + self.path.strip("/").split("?")[0].replace("-", "_"))()

    def send(self, body, status=200, **headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_good(self):
        self.send(RSS, Content_Type="application/rss+xml")

    def answer_zipped(self):
        self.send(gzip.compress(RSS), Content_Encoding="gzip")

    def answer_charset(self):
        body = RSS.replace(b"Fed", b"caf\xe9").replace(b'<?xml version="1.0"?>', b"")
        self.send(body, Content_Type='text/xml; charset="ISO-8859-1"')

    def answer_moved(self):
        self.send(b"", 302, Location="/good")

    def answer_circle(self):
        self.send(b"", 302, Location="/circle")

    def answer_to_a_file(self):
        self.send(b"", 302, Location="file:///etc/hostname")

    def answer_missing(self):
        self.send(b"<html>no such page</html>", 404)

    def answer_broken(self):
        self.send(RSS, 503)

    def answer_empty(self):
        self.send(b"")

    def answer_no_items(self):
        self.send(b"<rss><channel><title>F</title></channel></rss>")

    def answer_page(self):
        self.send(b"<!DOCTYPE html><html><body>Please log in</body></html>")

    def answer_garbage(self):
        self.send(random.Random(1).randbytes(10 << 20))

    def answer_some_garbage(self):
        self.send(random.Random(1).randbytes(1 << 20))

    def answer_bomb(self):
        self.send(gzip.compress(b" " * (100 << 20)), Content_Encoding="gzip")

    def answer_cut_transfer(self):
        self.send(RSS[:150], Content_Length=str(len(RSS)))

    def answer_cut_document(self):
        self.send(RSS[:150])

    def answer_slow(self):
        self.send(RSS[:100], Content_Length=str(len(RSS)))
        self.wfile.flush()
        self.server.stopping.wait()

    def send_error(self, code, message=None, explain=None):
        super().send_error(code, message, explain)

    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="module")
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.stopping = threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.stopping.set()
    server.shutdown()
    thread.join()


@pytest.fixture
def load(data_load, tmp_path):
    """Runs data_load on a feed address; gives the finished process and the path it was to write."""

    def run(url=None, *args, env=None, path=tmp_path / "raw" / "data.csv", prefix=()):
        command = [*prefix, data_load, "--data_path", str(path), *([f"--feed_url={url}"] if url else []), *args]
        clean = {name: value for name, value in os.environ.items() if name not in ("NEWS_FEED_URL", "http_proxy")}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={**clean, **(env or {})})
        return done, Path(path)

    return run


def read(path):
    return pandas.read_csv(path, sep="\t", dtype=str, keep_default_na=False).to_dict("records")


EXPECTED = [{"id": "7", "published": "2026-11-24 13:00:00", "title": 'Fed & "rates"', "summary": "Held again"}]


@pytest.mark.parametrize("path", ["good", "zipped", "moved"])
def test_writes_what_the_feed_says(load, server, path):
    done, out = load(f"{server}/{path}")
    assert done.returncode == 0, done.stderr
    assert read(out) == EXPECTED
    assert "wrote 1 of 1 news" in done.stdout


def test_takes_the_encoding_from_the_content_type(load, server):
    done, out = load(f"{server}/charset")
    assert done.returncode == 0, done.stderr
    assert read(out)[0]["title"] == 'café & "rates"'


def test_reads_a_file_url_and_the_environment(load, tmp_path):
    feed = tmp_path / "feed.xml"
    feed.write_bytes(RSS)
    done, out = load(env={"NEWS_FEED_URL": feed.as_uri()})
    assert done.returncode == 0, done.stderr
    assert read(out) == EXPECTED


BAD = [
    ("missing", FETCH_FAILED, "HTTP status 404; check the address"),
    ("broken", FETCH_FAILED, "HTTP status 503; run the task again later"),
    ("circle", FETCH_FAILED, "leads in a circle"),
    ("to-a-file", BAD_FEED, "not supported"),
    ("cut-transfer", FETCH_FAILED, "the answer was cut off; run the task again"),
    ("cut-document", BAD_FEED, "it is cut off: 150 bytes came"),
    ("empty", BAD_FEED, "it is empty"),
    ("no-items", BAD_FEED, "has no items"),
    ("page", BAD_FEED, "it is a web page"),
    ("garbage", BAD_FEED, "larger than 8388608 bytes"),
    ("some-garbage", BAD_FEED, "it is not XML"),
    ("bomb", BAD_FEED, "larger than 8388608 bytes"),
]


@pytest.mark.parametrize(("path", "code", "message"), BAD, ids=[bad[0] for bad in BAD])
def test_says_what_is_wrong_and_leaves_the_old_file(load, server, tmp_path, path, code, message):
    out = tmp_path / "raw" / "data.csv"
    out.parent.mkdir()
    out.write_text("old")
    done, _ = load(f"{server}/{path}")
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert f"{server}/{path}" in done.stderr, "the message names the feed"
    assert out.read_text() == "old"
    assert os.listdir(out.parent) == ["data.csv"]


def test_gives_up_on_a_server_that_stops_in_the_middle(load, server):
    done, out = load(f"{server}/slow", "--timeout", "1")
    assert done.returncode == FETCH_FAILED
    assert re.search(r"timed out after 1\d\d\d milliseconds .* allow more with --timeout", done.stderr), done.stderr
    assert not out.exists()


def test_says_that_nobody_listens(load):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    done, _ = load(f"http://127.0.0.1:{port}/feed.xml")
    assert done.returncode == FETCH_FAILED
    assert f"port {port}" in done.stderr and "check that the server runs" in done.stderr


def test_hides_a_password_in_messages(load, server):
    done, _ = load(server.replace("http://", "http://me:s3cret@") + "/missing")
    assert done.returncode == FETCH_FAILED
    assert "s3cret" not in done.stderr and "//***@" in done.stderr


def test_names_a_data_folder_that_cannot_be_made(load, server, tmp_path):
    (tmp_path / "file").write_text("")
    done, _ = load(f"{server}/good", path=tmp_path / "file" / "raw" / "data.csv")
    assert done.returncode == NOT_WRITTEN
    assert str(tmp_path / "file") in done.stderr and "a file stands where a folder is needed" in done.stderr


def in_mount(options, folder):
    """A command prefix that runs a program with a file system of its own at `folder`."""
    script = f'mount -t tmpfs -o {options} none "$0" && exec "$@"'
    return ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, str(folder)]


def can_mount(tmp_path):
    return subprocess.run([*in_mount("size=64k", tmp_path), "true"], capture_output=True).returncode == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [("ro", "Read-only file system; let user"), ("size=4k,nr_inodes=8", "No space left on device; free space")],
    ids=["read-only", "full"],
)
def test_names_a_data_folder_that_takes_nothing(load, tmp_path, options, message):
    if not can_mount(tmp_path):
        pytest.skip("this machine lets nobody mount; the unit test covers a write that fails half way")
    items = "".join(f"<item><title>{number} {'x' * 900}</title></item>" for number in range(30))
    feed = tmp_path / "feed.xml"
    feed.write_text(f"<rss><channel>{items}</channel></rss>")
    folder = tmp_path / "data"
    folder.mkdir()
    done, _ = load(feed.as_uri(), path=folder / "data.csv", prefix=in_mount(options, folder))
    assert done.returncode == NOT_WRITTEN, done.stderr
    assert message in done.stderr and str(folder) in done.stderr


@pytest.mark.parametrize(
    "args", [[], ["--data_path"], ["--data_path", "x", "--limit", "0"], ["--data_path", "x", "--unknown"]]
)
def test_wrong_usage_is_exit_code_2(data_load, args):
    done = subprocess.run([data_load, *args], capture_output=True, text=True)
    assert done.returncode == 2
    assert "--help" in done.stderr


def test_decodes_every_html_entity_as_the_standard_says(load, tmp_path):
    names = sorted(name for name in html5 if name.endswith(";"))
    items = "".join(
        f"<item><guid>{number}</guid><title>{escape(f'[&{name}]')}</title></item>" for number, name in enumerate(names)
    )
    feed = tmp_path / "feed.xml"
    feed.write_text(f"<rss><channel>{items}</channel></rss>")
    done, out = load(feed.as_uri(), "--limit", "10000")
    assert done.returncode == 0, done.stderr
    titles = {row["id"]: row["title"] for row in read(out)}
    expected = {str(number): " ".join(f"[{html5[name]}]".split()) for number, name in enumerate(names)}
    unlike = {names[int(key)]: (titles[key], text) for key, text in expected.items() if titles[key] != text}
    assert not unlike
    assert len(titles) == len(names) > 2000


def test_the_entity_table_is_the_one_its_script_makes():
    import make_entities

    table = Path(make_entities.__file__).with_name("html_entities.inc").read_text()
    rows = [f'{{"{name}", "{make_entities.escaped(html5[name])}"}},' for name in sorted(html5)]
    assert table.splitlines()[1:] == rows


def test_loads_the_sample_feed_over_http(load):
    server = ThreadingHTTPServer(("127.0.0.1", 0), serve_sample.FeedHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        done, out = load(f"http://127.0.0.1:{server.server_port}/rss.xml")
        wrong, _ = load(f"http://127.0.0.1:{server.server_port}/other")
    finally:
        server.shutdown()
        thread.join()
    assert done.returncode == 0, done.stderr
    rows = read(out)
    news = json.loads(serve_sample.NEWS_FILE.read_text())
    newest_first = sorted(news, key=lambda item: item["age_minutes"])
    assert [row["title"] for row in rows] == [item["title"] for item in newest_first]
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    for row, item in zip(rows, newest_first):
        age = now - datetime.strptime(row["published"], "%Y-%m-%d %H:%M:%S")
        assert abs(age - timedelta(minutes=item["age_minutes"])) < timedelta(minutes=1)
    assert wrong.returncode == FETCH_FAILED and "404" in wrong.stderr


def test_the_sample_has_three_items_of_each_topic():
    topics = [item["topic"] for item in json.loads(serve_sample.NEWS_FILE.read_text())]
    names = "Crypto, SEC, Dividend, Economics, Oil or Gas, IPO, Politics, Buffet, Stock, Other".split(", ")
    assert sorted(topics) == sorted(names * 3)
