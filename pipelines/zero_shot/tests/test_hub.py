"""Models by name, from a hub that stands in for the real one: its protocol, its cache, a broken connection."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import program
from onnx_file import Bert
from seeded_weights import make_weights, write_folder

REFERENCE = Path(__file__).parent / "reference"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class FakeHub(ThreadingHTTPServer):
    """Serves the files of a folder as the model `owner/small`; `cut` files end in their middle once."""

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.requests = []
        self.cut = set()
        self.damaged = set()
        self.token = None

    def content(self, name):
        path = self.folder / name
        return path.read_bytes() if path.is_file() else None


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def checksum(self, name, content):
        if name.endswith(".safetensors"):
            return hashlib.sha256(content).hexdigest()
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()

    def answer(self, status, content, headers=(), body=True, sent=None):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content if sent is None else content[:sent])

    def do_HEAD(self):
        self.serve(body=False)

    def do_GET(self):
        self.serve(body=True)

    def serve(self, body):
        hub = self.server
        hub.requests.append((self.command, self.path, self.headers.get("Range")))
        if hub.token and self.headers.get("Authorization") != f"Bearer {hub.token}":
            return self.answer(401, b"")
        if self.path == "/api/models/owner/small/revision/main":
            files = [{"rfilename": str(path.relative_to(hub.folder))} for path in hub.folder.rglob("*") if path.is_file()]
            return self.answer(200, json.dumps({"sha": COMMIT, "siblings": files}).encode())
        name = self.path.removeprefix(f"/owner/small/resolve/{COMMIT}/")
        content = hub.content(name)
        if content is None:
            return self.answer(404, b"")
        headers = [("ETag", f'"{self.checksum(name, content)}"')]
        if not body:
            return self.answer(200, content, headers, body=False)
        if name in hub.damaged:
            content = bytes(len(content))
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        if start:
            headers.append(("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}"))
        sent = None
        if name in hub.cut:
            hub.cut.remove(name)
            sent = len(content) // 2
            self.close_connection = True
        return self.answer(206 if start else 200, content[start:], headers, sent=sent)


@pytest.fixture
def hub(tmp_path):
    write_folder(tmp_path / "hub", json.loads((REFERENCE / "bert.json").read_text(encoding="utf-8")))
    server = FakeHub(tmp_path / "hub")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def label(hub, tmp_path):
    (tmp_path / "in.tsv").write_text("id\ttitle\tsummary\n1\tOil rises\t\n")
    (tmp_path / "labels").write_text("Oil\nGas\n")

    def run(**environment):
        settings = {"HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}", "HF_HOME": str(tmp_path / "home"), **environment}
        command = [program("zero_shot_label"), "--input", tmp_path / "in.tsv", "--output", tmp_path / "out.tsv"]
        command += ["--labels", tmp_path / "labels", "--model", "owner/small", "--quiet"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        return subprocess.run([str(word) for word in command], env=clean | settings, capture_output=True, text=True, timeout=120)

    return run


def cache(tmp_path):
    return tmp_path / "home" / "hub" / "models--owner--small"


def test_a_model_is_fetched_once_into_the_clients_cache(hub, label, tmp_path):
    done = label()
    assert done.returncode == 0, done.stderr
    snapshot = cache(tmp_path) / "snapshots" / COMMIT
    assert (snapshot / "model.safetensors").is_symlink()
    assert (snapshot / "model.safetensors").read_bytes() == hub.content("model.safetensors")
    assert (cache(tmp_path) / "refs" / "main").read_text() == COMMIT
    hub.requests.clear()
    assert label().returncode == 0
    assert [path for _, path, _ in hub.requests] == ["/api/models/owner/small/revision/main"]


def test_a_broken_download_goes_on_where_it_ended(hub, label, tmp_path):
    hub.cut.add("model.safetensors")
    broken = label()
    assert broken.returncode == 3, broken.stderr
    assert "goes on from there" in broken.stderr
    half = len(hub.content("model.safetensors")) // 2
    assert [path.stat().st_size for path in (cache(tmp_path) / "blobs").glob("*.incomplete")] == [half]
    hub.requests.clear()
    assert label().returncode == 0
    assert ("GET", f"/owner/small/resolve/{COMMIT}/model.safetensors", f"bytes={half}-") in hub.requests


def test_a_damaged_file_is_not_kept(hub, label, tmp_path):
    hub.damaged.add("model.safetensors")
    done = label()
    assert done.returncode == 4
    assert "model.safetensors is damaged" in done.stderr
    assert not (cache(tmp_path) / "refs").exists()
    hub.damaged.clear()
    assert label().returncode == 0


def test_without_the_hub_the_cache_serves(hub, label):
    assert label().returncode == 0
    assert label(HF_ENDPOINT="http://127.0.0.1:1").returncode == 0


def test_without_hub_and_cache_it_says_so(label):
    done = label(HF_ENDPOINT="http://127.0.0.1:1")
    assert done.returncode == 3
    assert "http://127.0.0.1:1" in done.stderr


def test_a_token_is_needed_and_named(hub, label):
    hub.token = "secret"
    refused = label()
    assert refused.returncode == 3
    assert "HF_TOKEN" in refused.stderr
    assert label(HF_TOKEN="secret").returncode == 0


def test_a_network_file_is_fetched_where_there_are_no_weights(hub, label, tmp_path):
    (hub.folder / "model.safetensors").unlink()
    reference = json.loads((REFERENCE / "bert.json").read_text(encoding="utf-8"))
    Bert(reference["config"], make_weights(reference["shapes"])).classifier().write(hub.folder / "onnx" / "model.onnx")
    done = label()
    assert done.returncode == 0, done.stderr
    assert (cache(tmp_path) / "snapshots" / COMMIT / "onnx" / "model.onnx").is_symlink()


def test_a_model_without_anything_to_run_says_so(hub, label):
    (hub.folder / "model.safetensors").unlink()
    done = label()
    assert done.returncode == 4
    assert "neither weights for PyTorch nor a network file" in done.stderr


def test_an_image_carries_a_model_of_the_hub(hub, tmp_path):
    images = Path(__file__).parents[2] / "financial_news" / "images" / "build_images.py"
    command = [sys.executable, images, "--bin", Path(program("model_predict")).parent, "--out", tmp_path / "images", "--folders"]
    command += ["--model", "owner/small", "model-prediction"]
    environment = os.environ | {"HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}"}
    done = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    place = tmp_path / "images/model-prediction/usr/local/share/gale/models/owner/small"
    assert (place / "model.safetensors").read_bytes() == (hub.folder / "model.safetensors").read_bytes()
    assert not (place / "model.safetensors").is_symlink()
