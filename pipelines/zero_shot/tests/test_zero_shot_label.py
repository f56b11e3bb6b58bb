"""zero_shot_label: files labelled as a stream, with the real model."""

import csv
import json
import random
import signal
import subprocess

import pytest

WORDS = "oil gold shares bank inflation rates growth company profit dollar euro merger falls rises the of".split()


def texts(count):
    chosen = random.Random(5)
    return [" ".join(chosen.choices(WORDS, k=4)) for _ in range(count)]


def command(program, folder, source, target, *options):
    return [program, "--input", folder / source, "--output", folder / target, "--labels", folder / "labels.txt", *options]


def run(*arguments):
    return subprocess.run(command(*arguments), capture_output=True, text=True, timeout=600)


def write_table(path, rows):
    path.write_text("id\ttitle\tsummary\n" + "".join(f"{i}\t{text}\t\n" for i, text in enumerate(rows)))


def kill_when_there(program, folder, options, ending, beside):
    """When a file of that kind stands beside the output. True when it was killed on its way; False when it was faster."""
    words = command(program, folder, f"in.{ending}", f"out.{ending}", *options)
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not (folder / f".out.{ending}.{beside}").exists():
        pass
    process.kill()
    return process.wait() == -signal.SIGKILL


def test_a_killed_run_goes_on_and_labels_nothing_twice(label_program, folder):
    options = ["--chunk", "8", "--quiet"]
    for count in (500, 4000, 32000):
        write_table(folder / "in.tsv", texts(count))
        if kill_when_there(label_program, folder, options, "tsv", "checkpoint"):
            break
    assert not (folder / "out.tsv").exists()
    done = run(label_program, folder, "in.tsv", "out.tsv", *options)
    assert done.returncode == 0, done.stderr
    assert "were labelled before" in done.stdout
    with (folder / "out.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [row["id"] for row in rows] == [str(i) for i in range(count)]
    assert all(row["label"] for row in rows)
    assert sorted(path.name for path in folder.iterdir()) == ["in.tsv", "labels.txt", "out.tsv"]


def test_the_formats_give_the_same_labels(label_program, folder):
    rows = [*texts(20), "", 'a "quote", a comma']
    write_table(folder / "in.tsv", [row.replace('"', "'") for row in rows[:-1]])
    with (folder / "in.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["title", "summary"], *([row, ""] for row in rows)])
    (folder / "in.jsonl").write_text("".join(json.dumps({"title": row, "summary": None}) + "\n" for row in rows))
    for ending in ("tsv", "csv", "jsonl"):
        done = run(label_program, folder, f"in.{ending}", f"out.{ending}", "--all_scores")
        assert done.returncode == 0, done.stderr
        assert "1 have no text and no label" in done.stdout
    tsv = list(csv.DictReader((folder / "out.tsv").open(), delimiter="\t"))
    comma = list(csv.DictReader((folder / "out.csv").open(newline="")))
    lines = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert [row["title"] for row in comma] == rows
    assert [row["label"] or None for row in comma] == [line["label"] for line in lines]
    assert [row["label"] for row in tsv] == [row["label"] for row in comma][:-1]
    for row, line in zip(comma, lines, strict=True):
        scores = line["scores"] or {}
        assert {name: float(row[name]) for name in scores} == scores
        assert line["label"] is None or line["score"] == max(scores.values())


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"title\tsummary\na\0b\tc\n", "line 2 holds a NUL byte"),
        (b"title\tsummary\n\xff\tc\n", "line 2 is not UTF-8"),
        (b"title\tsummary\nok\t\n" + b"x" * 40_000_000 + b"\t\n", "line 3 starts a row of more than"),
        (b"", "is empty"),
    ],
)
def test_bad_input_names_itself_and_leaves_nothing(label_program, folder, content, complaint):
    (folder / "in.tsv").write_bytes(content)
    done = run(label_program, folder, "in.tsv", "out.tsv")
    assert done.returncode == 4
    assert complaint in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["in.tsv", "labels.txt"]


@pytest.mark.parametrize(("labels", "complaint"), [("", "has no label"), ("oil\noil\n", "oil"), (None, "labels.txt")])
def test_bad_labels_name_themselves(label_program, folder, labels, complaint):
    write_table(folder / "in.tsv", texts(3))
    if labels is None:
        (folder / "labels.txt").unlink()
    else:
        (folder / "labels.txt").write_text(labels)
    done = run(label_program, folder, "in.tsv", "out.tsv")
    assert done.returncode in (4, 5)
    assert complaint in done.stderr
    assert not list(folder.glob("*out*"))


def test_wrong_usage_is_told(label_program, folder):
    write_table(folder / "in.tsv", texts(3))
    assert run(label_program, folder, "in.tsv", "out.tsv", "--part", "0/3").returncode == 2
    assert run(label_program, folder, "in.tsv", "out.tsv", "--text", "").returncode == 2
    done = run(label_program, folder, "in.tsv", "out.tsv", "--model", "/nowhere")
    assert done.returncode == 5
    assert "/nowhere" in done.stderr
