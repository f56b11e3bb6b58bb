"""The DAG zero_shot_backfill: a file in parts, joined to what one run in one go writes."""

import shutil
import subprocess

import pyarrow
from conftest import BIN, ROOT
from pyarrow import parquet

ROWS = [("Bitcoin rallies past its record", "Crypto"), ("Oil prices slip as OPEC adds output", "Oil")] * 20


def label_in_parts(gale, tmp_path, ending):
    """in.ENDING to out.ENDING by the DAG, and to once.ENDING by the program."""
    (tmp_path / "labels").write_text("Crypto\nOil\n")
    shutil.copy(ROOT / "pipelines/zero_shot/dags/zero_shot_backfill.py", gale.dags)
    gale.environment["GALE_ZERO_SHOT_BIN"] = str(BIN)
    gale.start()
    gale.wait_for_dag("zero_shot_backfill")
    source, labels = tmp_path / f"in.{ending}", tmp_path / "labels"
    conf = {"input": str(source), "output": str(tmp_path / f"out.{ending}"), "labels": str(labels), "parts": 3}
    run_id = gale.trigger("zero_shot_backfill", conf=conf)
    assert gale.finish("zero_shot_backfill", run_id, 120) == "success", gale.states("zero_shot_backfill", run_id)
    at_once = [BIN / "zero_shot_label", "--input", source, "--output", tmp_path / f"once.{ending}", "--labels", labels]
    subprocess.run([str(word) for word in [*at_once, "--text", "title,summary", "--quiet"]], check=True, capture_output=True)
    return run_id


def clear(gale, run_id, task_id):
    """One task instance once more; how it ends then."""
    body = {"dry_run": False, "dag_run_id": run_id, "task_ids": [task_id], "only_failed": False, "reset_dag_runs": True}
    gale.call("POST", "/api/v2/dags/zero_shot_backfill/clearTaskInstances", body)
    gale.finish("zero_shot_backfill", run_id)
    return gale.states("zero_shot_backfill", run_id)[task_id]


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_file_is_labelled_in_parts(gale, tmp_path):
    lines = [f"{number}\t{text}\t" for number, (text, _) in enumerate(ROWS)]
    (tmp_path / "in.tsv").write_text("\n".join(["id\ttitle\tsummary", *lines]) + "\n")
    run_id = label_in_parts(gale, tmp_path, "tsv")
    table = (tmp_path / "out.tsv").read_text()
    assert table == (tmp_path / "once.tsv").read_text()
    assert [row.split("\t")[3] for row in table.splitlines()[1:]] == [label for _, label in ROWS]
    assert files(tmp_path) == ["in.tsv", "labels", "once.tsv", "out.tsv"]
    # What was killed after it removed parts is tried again; the join of parts that are gone says what to do.
    assert clear(gale, run_id, "remove_parts") == "success"
    assert clear(gale, run_id, "join") == "failed"
    assert "clear the task 'label' too" in gale.task_log("zero_shot_backfill", run_id, "join", 2)
    assert (tmp_path / "out.tsv").read_text() == table


def test_parquet_is_labelled_in_parts(gale, tmp_path):
    rows = {"id": range(len(ROWS)), "title": [text for text, _ in ROWS], "summary": pyarrow.nulls(len(ROWS))}
    parquet.write_table(pyarrow.table(rows), tmp_path / "in.parquet", row_group_size=10)
    label_in_parts(gale, tmp_path, "parquet")
    found = parquet.read_table(tmp_path / "out.parquet")
    assert found.equals(parquet.read_table(tmp_path / "once.parquet"))
    assert found["label"].to_pylist() == [label for _, label in ROWS]
    assert files(tmp_path) == ["in.parquet", "labels", "once.parquet", "out.parquet"]
