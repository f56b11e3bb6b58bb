"""model_predict as a whole: its file against real pandas, the sample news, bad input, speed."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pandas
import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "financial_news" / "sample" / "news.json"
COLUMNS = ["id", "published", "title", "summary"]
ROWS = [
    (1, "2026-01-31 08:00:00", "Bitcoin / Ether \"rally\"", "Traders\tbuy\ncrypto \\ tokens."),
    (2, "2026-01-31 08:05:00", "Zürich: Öl € 😀 日本", None),
    (3, "2026-01-31 08:10:00", "Company raises its dividend", "\x07 Shareholders <b>cheer</b> & more"),
]


@pytest.fixture
def news(tmp_path):
    return write_news(tmp_path / "news.csv", ROWS)


def write_news(path, rows):
    pandas.DataFrame(rows, columns=COLUMNS).to_csv(path, sep="\t", index=False)
    return path


def sample_news():
    return json.loads(SAMPLE.read_text(encoding="utf-8"))


def write_sample(path):
    return write_news(path, [(x["id"], "2026-01-31 08:00:00", x["title"], x["summary"]) for x in sample_news()])


def test_the_file_is_what_pandas_writes(predict, news, tmp_path):
    predict(news, tmp_path / "new" / "folder" / "out.json")
    written = (tmp_path / "new" / "folder" / "out.json").read_text(encoding="ascii")
    rows = json.loads(written)
    frame = pandas.read_csv(news, sep="\t")
    frame["label"] = [row["label"] for row in rows.values()]
    frame["score"] = [row["score"] for row in rows.values()]
    assert written == frame.T.to_json()
    assert [row["label"] for row in rows.values()][::2] == ["Crypto", "Dividend"]


def test_no_news_give_an_empty_object(predict, tmp_path):
    predict(write_news(tmp_path / "none.csv", []), tmp_path / "out.json")
    assert (tmp_path / "out.json").read_text() == pandas.DataFrame(columns=COLUMNS).T.to_json() == "{}"


def test_the_sample_is_labelled_as_its_authors_meant(predict, tmp_path):
    news = sample_news()
    predict(write_sample(tmp_path / "news.csv"), tmp_path / "out.json")
    rows = list(json.loads((tmp_path / "out.json").read_text()).values())
    right = sum(row["label"] == item["topic"] for row, item in zip(rows, news, strict=True))
    print(f"{right} of {len(news)} labelled as meant")
    assert len(news) == 30
    assert right >= 24


def test_labels_come_from_the_file(predict, news, tmp_path):
    (tmp_path / "labels.txt").write_text("Weather\nCryptocurrency\n")
    predict(news, tmp_path / "out.json", "--labels", tmp_path / "labels.txt")
    assert json.loads((tmp_path / "out.json").read_text())["0"]["label"] == "Cryptocurrency"


def test_the_environment_may_name_the_model(predict, news, tmp_path):
    out = tmp_path / "out.json"
    done = predict(news, out, check=False, env=os.environ | {"ZERO_SHOT_MODEL": "/nowhere"})
    assert_refused(done, 5, "/nowhere", out=out)


@pytest.mark.parametrize("precision", ["f32", "bf16x3", "int8"])
def test_a_compiled_network_that_was_kept_gives_the_same(predict, news, tmp_path, precision):
    options = ["--precision", precision, "--cache_dir", tmp_path / "cache"]
    kept = []
    for name in ("made", "taken"):
        predict(news, tmp_path / name, *options)
        kept.append([(path.name, path.stat().st_mtime_ns) for path in (tmp_path / "cache").iterdir()])
    assert (tmp_path / "made").read_bytes() == (tmp_path / "taken").read_bytes()
    # One that cannot be taken is made again without a word.
    assert kept[0] == kept[1]
    assert len(kept[0]) == 1


def test_thirty_news_take_less_than_three_seconds(predict, tmp_path):
    write_sample(tmp_path / "news.csv")
    started = time.monotonic()
    predict(tmp_path / "news.csv", tmp_path / "out.json")
    took = time.monotonic() - started
    print(f"30 news x 10 labels, whole process: {took:.2f} s")
    assert took < 3


def assert_refused(done, code, *words, out):
    assert done.returncode == code, done.stderr
    assert all(word in done.stderr for word in words), done.stderr
    assert not out.exists()
    assert not out.parent.is_dir() or not [x for x in out.parent.iterdir() if x.name.startswith(out.name)]


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (None, 5, ["news.csv"]),
        ("", 4, ["news.csv", "empty"]),
        ("id\tpublished\ttitle\n1\tp\tt\n", 4, ["news.csv", "summary"]),
        ('id\tpublished\ttitle\tsummary\n1\tp\t"open\ts\n', 4, ["news.csv", "line 2"]),
        ("id\tpublished\ttitle\tsummary\n1\tp\n", 4, ["news.csv", "line 2"]),
    ],
    ids=["missing file", "empty file", "missing column", "broken quote", "short row"],
)
def test_damaged_news_are_named(predict, tmp_path, content, code, words):
    if content is not None:
        (tmp_path / "news.csv").write_text(content)
    done = predict(tmp_path / "news.csv", tmp_path / "out.json", check=False)
    assert_refused(done, code, *words, out=tmp_path / "out.json")


@pytest.mark.parametrize("content", ["", "Oil\nGas\nOil\n"], ids=["no label", "duplicate"])
def test_unusable_labels_are_named(predict, news, tmp_path, content):
    (tmp_path / "labels.txt").write_text(content)
    done = predict(news, tmp_path / "out.json", "--labels", tmp_path / "labels.txt", check=False)
    assert_refused(done, 4, "labels.txt", "label", out=tmp_path / "out.json")


@pytest.mark.parametrize("file", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_model_folder_without_a_part_is_named(predict, news, model_folder, tmp_path, file):
    shutil.copytree(model_folder, tmp_path / "model", copy_function=os.link)
    (tmp_path / "model" / file).unlink()
    done = predict(news, tmp_path / "out.json", "--model", tmp_path / "model", check=False)
    assert_refused(done, 5, file, "--model", out=tmp_path / "out.json")


def test_truncated_weights_are_named(predict, news, model_folder, tmp_path):
    shutil.copytree(model_folder, tmp_path / "model")
    os.truncate(tmp_path / "model" / "model.safetensors", 50_000_000)
    done = predict(news, tmp_path / "out.json", "--model", tmp_path / "model", check=False)
    assert_refused(done, 4, "model.safetensors", "damaged", "cut off", out=tmp_path / "out.json")


def test_weights_of_another_shape_are_named(predict, news, model_folder, tmp_path):
    shutil.copytree(model_folder, tmp_path / "model")
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    (tmp_path / "model" / "config.json").write_text(json.dumps(config | {"intermediate_size": 3072}))
    done = predict(news, tmp_path / "out.json", "--model", tmp_path / "model", check=False)
    assert_refused(done, 4, "intermediate.dense.weight", "[1536, 384]", "[3072, 384]", out=tmp_path / "out.json")


def test_an_output_folder_that_cannot_be_made_is_named(predict, news, tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = predict(news, tmp_path / "file" / "out.json", check=False)
    assert done.returncode == 5
    assert str(tmp_path / "file") in done.stderr
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_full_disk_leaves_the_old_file(predict, tmp_path):
    """A limit on the size of a file stands in for the disk's end."""
    rows = [(i, "2026-01-31 08:00:00", "Oil rises", "x" * 2000) for i in range(20)]
    write_news(tmp_path / "news.csv", rows)
    out = tmp_path / "out" / "out.json"
    out.parent.mkdir()
    out.write_text("old")
    command = ["bash", "-c", 'trap "" XFSZ; ulimit -f 8; exec "$0" "$@"', *predict.command(tmp_path / "news.csv", out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 5, done.stderr
    assert str(out) in done.stderr
    assert out.read_text() == "old"
    assert list(out.parent.iterdir()) == [out]
