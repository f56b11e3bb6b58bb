"""The image archives: reproducible, complete, and, where an engine runs, working.

Needs the built programs in GALE_FINANCIAL_NEWS_BIN or the release build. With CI set, a container engine
is a must; elsewhere its tests are skipped without one.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

IMAGES = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(IMAGES))

import build_images  # noqa: E402
from image_archive import File, Layer, write_image  # noqa: E402
from shared_libraries import MissingLibrary, needed_libraries  # noqa: E402

BIN = Path(os.environ.get("GALE_FINANCIAL_NEWS_BIN") or IMAGES.parents[2] / "build" / "release" / "bin")
NEWS = (
    "id\tpublished\ttitle\tsummary\n"
    "1\t2026-01-31 08:00:00\tBitcoin climbs\tTraders buy cryptocurrency tokens.\n"
    "2\t2026-01-31 08:05:00\tCrude oil rises\tNatural gas follows.\n"
)


def build_all(out):
    command = [sys.executable, str(IMAGES / "build_images.py"), "--bin", str(BIN), "--out", str(out)]
    subprocess.run(command, check=True, timeout=300)
    return {name: out / f"{name}.tar" for name in build_images.IMAGES}


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    return build_all(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="module")
def engine(archives):
    ready = shutil.which("docker") and subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
    if not ready:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no container engine answers `docker info`")
    for archive in archives.values():
        subprocess.run(["docker", "load", "-i", str(archive)], check=True, capture_output=True)


def docker_run(data, *command, options=()):
    mount = f"type=bind,source={data},target=/opt/airflow/data"
    return subprocess.run(
        ["docker", "run", "--rm", "--mount", mount, *options, *command],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def image_parts(archive):
    """The manifest's entry, the config, and each layer's member names."""
    with tarfile.open(archive) as tar:
        entry = json.load(tar.extractfile("manifest.json"))[0]
        config = json.load(tar.extractfile(entry["Config"]))
        layers = []
        for name, diff_id in zip(entry["Layers"], config["rootfs"]["diff_ids"], strict=True):
            assert "sha256:" + hashlib.sha256(tar.extractfile(name).read()).hexdigest() == diff_id
            with tarfile.open(fileobj=tar.extractfile(name)) as layer:
                layers.append({member.name: member for member in layer})
    return entry, config, layers


def test_two_builds_are_the_same_to_the_byte(archives, tmp_path):
    for name, archive in build_all(tmp_path).items():
        assert archive.read_bytes() == archives[name].read_bytes(), name


@pytest.mark.parametrize(("name", "program"), [("data-loader", "data_load"), ("model-prediction", "model_predict")])
def test_an_image_holds_its_program_for_a_user_without_rights(archives, name, program):
    entry, config, layers = image_parts(archives[name])
    assert entry["RepoTags"] == [f"{name}:latest"]
    assert config["config"]["User"] == "50000:0"
    assert "Entrypoint" not in config["config"]
    files = {path: member for layer in layers for path, member in layer.items()}
    assert f"usr/local/bin/{program}" in files
    assert "lib64/ld-linux-x86-64.so.2" in files
    assert not any(path.endswith(("/sh", "/bash", "/busybox")) for path in files)
    assert all(member.uid == member.gid == member.mtime == 0 for member in files.values())
    assert not any(member.mode & 0o6022 for member in files.values() if member.name != "tmp")


def test_no_image_names_the_folder_it_was_built_in(archives):
    root = str(IMAGES.parents[2]).encode()
    for archive in archives.values():
        entry, _, _ = image_parts(archive)
        with tarfile.open(archive) as tar, tarfile.open(fileobj=tar.extractfile(entry["Layers"][-1])) as layer:
            for member in layer:
                assert not member.isfile() or root not in layer.extractfile(member).read(), member.name


def test_the_order_of_files_does_not_matter(tmp_path):
    files = {"/b/c": File(b"1", 0o755), "/a": File(b"2")}
    one, _ = write_image(tmp_path / "1.tar", "x:latest", [Layer("l", files)], {})
    other, _ = write_image(tmp_path / "2.tar", "x:latest", [Layer("l", dict(reversed(files.items())))], {})
    assert one == other


def test_a_missing_program_and_a_missing_library_are_named(tmp_path):
    with pytest.raises(build_images.CannotBuild, match="data_load"):
        build_images.build("data-loader", tmp_path, tmp_path)
    (tmp_path / "data_load").write_text("no program")
    with pytest.raises(MissingLibrary, match="data_load"):
        needed_libraries([tmp_path / "data_load"])


def test_the_classifier_labels_in_its_container(engine, tmp_path):
    tmp_path.chmod(0o777)
    (tmp_path / "in.csv").write_text(NEWS)
    command = ["model_predict", "--data_path", "/opt/airflow/data/in.csv", "--pred_path", "/opt/airflow/data/p/out.json"]
    done = docker_run(tmp_path, "model-prediction:latest", *command, options=["--read-only", "--network", "none"])
    assert done.returncode == 0, done.stderr
    labels = [row["label"] for row in json.loads((tmp_path / "p" / "out.json").read_text()).values()]
    assert labels == ["Crypto", "Oil or Gas"]
    assert (tmp_path / "p" / "out.json").stat().st_uid == 50000


def test_an_image_carries_another_model(tmp_path):
    model = BIN.parent / "share" / "gale" / "models" / build_images.MODEL
    shutil.copytree(model, tmp_path / "ours" / "news")
    command = [sys.executable, str(IMAGES / "build_images.py"), "--bin", str(BIN), "--out", ".", "--model", "ours/news"]
    subprocess.run([*command, "model-prediction"], check=True, timeout=300, cwd=tmp_path)
    _, config, layers = image_parts(tmp_path / "model-prediction.tar")
    place = "usr/local/share/gale/models/ours/news"
    assert f"ZERO_SHOT_MODEL=/{place}" in config["config"]["Env"]
    files = [path for layer in layers for path in layer]
    assert f"{place}/model.safetensors" in files
    assert not any(build_images.MODEL in path for path in files)


def test_a_model_that_is_nowhere_is_named(tmp_path):
    command = [sys.executable, str(IMAGES / "build_images.py"), "--bin", str(BIN), "--out", str(tmp_path), "--model", "nowhere"]
    done = subprocess.run([*command, "model-prediction"], check=False, timeout=300, capture_output=True, text=True)
    assert done.returncode != 0
    assert "nowhere" in done.stderr
    assert not list(tmp_path.glob("*.tar"))


def test_the_loader_reads_a_feed_in_its_container(engine, tmp_path):
    tmp_path.chmod(0o777)
    title = "Zinsen".encode("cp1250") + "ąż".encode("cp1250")
    (tmp_path / "feed.xml").write_bytes(
        b'<?xml version="1.0" encoding="windows-1250"?><rss version="2.0"><channel><title>t</title><item>'
        b"<guid>1</guid><title>" + title + b"</title><pubDate>Sat, 31 Jan 2026 08:00:00 GMT</pubDate>"
        b"<description>d</description></item></channel></rss>"
    )
    address = "file:///opt/airflow/data/feed.xml"
    command = ["data_load", "--data_path", "/opt/airflow/data/raw/out.csv", "--feed_url", address]
    done = docker_run(tmp_path, "data-loader:latest", *command)
    assert done.returncode == 0, done.stderr
    assert "1\t2026-01-31 08:00:00\tZinsenąż\td" in (tmp_path / "raw" / "out.csv").read_text()


def test_a_data_folder_that_is_not_writable_is_named(engine, tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "in.csv").write_text(NEWS)
    command = ["model_predict", "--data_path", "/opt/airflow/data/in.csv", "--pred_path", "/opt/airflow/data/p/out.json"]
    done = docker_run(tmp_path, "model-prediction:latest", *command, options=["--user", "1234:1234"])
    assert done.returncode == 5
    assert "/opt/airflow/data/p" in done.stderr
    assert not (tmp_path / "p").exists()
