"""The DAG zero_shot_backfill: a file in parts, joined to what one run in one go writes."""

import shutil
import subprocess

from conftest import BIN, ROOT

ROWS = [("Bitcoin rallies past its record", "Crypto"), ("Oil prices slip as OPEC adds output", "Oil")] * 20


def test_a_file_is_labelled_in_parts(gale, tmp_path):
    lines = [f"{number}\t{text}\t" for number, (text, _) in enumerate(ROWS)]
    (tmp_path / "in.tsv").write_text("\n".join(["id\ttitle\tsummary", *lines]) + "\n")
    (tmp_path / "labels").write_text("Crypto\nOil\n")
    shutil.copy(ROOT / "pipelines/zero_shot/dags/zero_shot_backfill.py", gale.dags)
    gale.environment |= {"GALE_ZERO_SHOT_BIN": str(BIN), "GALE_BACKFILL_PARTS": "3"}
    gale.start()
    gale.wait_for_dag("zero_shot_backfill")
    conf = {"input": str(tmp_path / "in.tsv"), "output": str(tmp_path / "out.tsv"), "labels": str(tmp_path / "labels")}
    run_id = gale.trigger("zero_shot_backfill", conf=conf)
    assert gale.finish("zero_shot_backfill", run_id, 120) == "success", gale.states("zero_shot_backfill", run_id)

    at_once = [BIN / "zero_shot_label", "--input", tmp_path / "in.tsv", "--output", tmp_path / "once.tsv", "--labels", tmp_path / "labels"]
    subprocess.run([str(word) for word in [*at_once, "--text", "title,summary", "--quiet"]], check=True, capture_output=True)
    table = (tmp_path / "out.tsv").read_text()
    assert table == (tmp_path / "once.tsv").read_text()
    assert [row.split("\t")[3] for row in table.splitlines()[1:]] == [label for _, label in ROWS]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["in.tsv", "labels", "once.tsv", "out.tsv"]
