"""Labels a large file in parts, each an instance of one mapped task, and joins them to one file at the end.

A part that fails or is killed is tried again and goes on where it was. Parts share a machine's processors: more of them
are worth it where there is more than one worker, or where a part should be small enough to try again.
"""

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

from airflow.decorators import dag, task
from airflow.exceptions import AirflowFailException
from airflow.models.param import Param
from airflow.operators.bash import BashOperator
from airflow.utils.dates import days_ago

BIN_DIR = os.environ.get("GALE_ZERO_SHOT_BIN") or str(Path(__file__).resolve().parents[3] / "build" / "release" / "bin")

params = {
    "input": Param("", type="string", minLength=1, description="File to label: .tsv or .csv with a header, .jsonl, .parquet"),
    "output": Param("", type="string", minLength=1, description="File of the same kind to write"),
    "labels": Param("", type="string", minLength=1, description="File with one label a line"),
    "text": Param("title,summary", type="string", description="Columns that make the text"),
    "model": Param("", type="string", description="Model folder; empty: the one installed with the program"),
    "parts": Param(4, type="integer", minimum=1, maximum=1000, description="Parts to label one by one"),
    "precision": Param("f32", enum=["f32", "bf16x3", "bf16", "int8"], description="bf16 and int8 are less exact"),
}


def part_path(output, index):
    """Beside the output, with its ending, which says the format."""
    path = Path(output)
    return path.with_name(f".{path.stem}.part{index:04}{path.suffix}")


def join_lines(output, parts):
    """Each table's header stands once."""
    whole = output.with_name(f".{output.name}.whole")
    with whole.open("wb") as target:
        for number, part in enumerate(parts):
            with part.open("rb") as source:
                if number and output.suffix in (".tsv", ".csv"):
                    source.readline()
                shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())
    whole.replace(output)


def part_paths(params):
    return [part_path(params["output"], index) for index in range(1, params["parts"] + 1)]


@dag("zero_shot_backfill", start_date=days_ago(0), schedule=None, catchup=False, params=params)
def zero_shot_backfill():
    @task
    def plan(params=None):
        """The environment of each part's program: any character in a path is safe there."""
        shared = {name.upper(): params[name] for name in ("input", "labels", "text", "model", "precision")}
        return [
            {**shared, "BIN_DIR": BIN_DIR, "PART": f"{number}/{params['parts']}", "OUTPUT": str(path)}
            for number, path in enumerate(part_paths(params), 1)
        ]

    label = BashOperator.partial(
        task_id="label",
        bash_command='exec "$BIN_DIR/zero_shot_label" --input "$INPUT" --output "$OUTPUT" --labels "$LABELS" --text "$TEXT" '
        '${MODEL:+--model "$MODEL"} --precision "$PRECISION" --part "$PART"',
        append_env=True,
        retries=2,
        retry_delay=timedelta(seconds=10),
        map_index_template="{{ task.env['PART'] }}",
    ).expand(env=plan())

    @task
    def join(params=None):
        """The parts one behind the other, in one file, which appears whole. They stay, so that this may be tried again."""
        output, parts = Path(params["output"]), part_paths(params)
        if missing := [path.name for path in parts if not path.exists()]:
            raise AirflowFailException(f"{len(missing)} parts are not there, {missing[0]} first: clear the task 'label' too, which makes them")
        if output.suffix == ".parquet":
            subprocess.run([f"{BIN_DIR}/parquet_join", output, *parts], check=True)
        else:
            join_lines(output, parts)
        return {"output_path": str(output)}

    @task
    def remove_parts(params=None):
        for path in part_paths(params):
            path.unlink(missing_ok=True)  # gone already when this is tried again

    label >> join() >> remove_parts()


zero_shot_backfill()
