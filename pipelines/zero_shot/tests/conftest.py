"""Where the programs under test are: GALE_FINANCIAL_NEWS_BIN, or the release build.

Runs in the Python environment for builds, .venv-build.
"""

import os
import subprocess
from pathlib import Path

import pytest

PIPELINE = Path(__file__).resolve().parents[1]
BIN = Path(os.environ.get("GALE_FINANCIAL_NEWS_BIN") or PIPELINE.parents[1] / "build" / "release" / "bin")


def program(name):
    path = BIN / name
    if not path.is_file():
        pytest.fail(f"there is no {path}: build the target {name}, or set GALE_FINANCIAL_NEWS_BIN")
    return str(path)


@pytest.fixture(scope="session")
def encode_texts_program():
    return program("zero_shot_encode_texts")


@pytest.fixture(scope="session")
def label_program(model_folder):
    return program("zero_shot_label")


@pytest.fixture(scope="session")
def join_program():
    return program("parquet_join")


@pytest.fixture
def folder(tmp_path):
    """With a file of labels."""
    (tmp_path / "labels.txt").write_text("oil and gold\ncurrencies\nbanks\n")
    return tmp_path


@pytest.fixture(scope="session")
def model_folder():
    """The folder that the build made, which the program takes when none is named."""
    folder = BIN.parent / "share" / "gale" / "models" / "all-MiniLM-L6-v2"
    if not (folder / "model.safetensors").is_file():
        pytest.fail(f"there is no model in {folder}: build the target zero_shot_model")
    return folder


@pytest.fixture(scope="session")
def predict():
    """Runs model_predict with these options; the finished process, with its output as text."""

    def command(data_path, pred_path):
        return [program("model_predict"), "--data_path", str(data_path), "--pred_path", str(pred_path)]

    def run(data_path, pred_path, *options, check=True, **process_options):
        done = subprocess.run(
            [*command(data_path, pred_path), *map(str, options)], capture_output=True, text=True, timeout=300, **process_options
        )
        if check and done.returncode != 0:
            pytest.fail(f"model_predict exited {done.returncode}: {done.stderr}")
        return done

    run.command = command
    return run


def write_texts(path, texts):
    path.write_bytes(b"".join(text.encode() + b"\0" for text in texts))


def logits_of(folder, pairs, path, precision="f32"):
    """A model folder's logits of pairs given as token ids, by the C++ program."""
    import numpy

    lines = [f"{' '.join(map(str, pair['ids']))}|{' '.join(map(str, pair['type_ids']))}" for pair in pairs]
    path.write_text("\n".join(lines) + "\n")
    command = [program("zero_shot_print_logits"), str(folder), str(path), precision]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return numpy.array([[float(value) for value in line.split()] for line in done.stdout.splitlines()])


@pytest.fixture(scope="session")
def tokenize_texts(model_folder, tmp_path_factory):
    """Token ids of texts, by the C++ program."""

    def run(texts):
        path = tmp_path_factory.mktemp("tokenize") / "texts"
        write_texts(path, texts)
        command = [program("zero_shot_tokenize"), str(model_folder), str(path)]
        lines = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600).stdout.splitlines()
        return [[int(token) for token in line.split()] for line in lines]

    return run


@pytest.fixture(scope="session")
def embed_texts(model_folder, tmp_path_factory):
    """Embeddings of texts, by the C++ program."""
    import numpy

    def run(texts):
        folder = tmp_path_factory.mktemp("embed")
        write_texts(folder / "texts", texts)
        subprocess.run(
            [program("zero_shot_embed_texts"), str(model_folder), str(folder / "texts"), str(folder / "out")],
            check=True,
            timeout=600,
        )
        return numpy.fromfile(folder / "out", dtype="<f4").reshape(len(texts), -1)

    return run


@pytest.fixture(scope="session")
def classify(tmp_path_factory):
    """Scores of texts against labels by a model folder, by the C++ program: an array [texts, labels]."""
    import numpy

    def run(folder, texts, labels, hypothesis, multi_label, *options):
        place = tmp_path_factory.mktemp("classify")
        write_texts(place / "texts", texts)
        write_texts(place / "labels", labels)
        command = [program("zero_shot_score_texts"), str(folder), str(place / "texts"), str(place / "labels"), hypothesis]
        command += ["multi" if multi_label else "single", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode == 0, done.stderr
        return numpy.array([[float(value) for value in line.split()] for line in done.stdout.splitlines()])

    return run


@pytest.fixture(scope="session")
def embed_with(tmp_path_factory):
    """Embeddings of texts by a model folder, by the C++ program."""
    import numpy

    def run(folder, texts):
        place = tmp_path_factory.mktemp("embed_with")
        write_texts(place / "texts", texts)
        subprocess.run(
            [program("zero_shot_embed_texts"), str(folder), str(place / "texts"), str(place / "out")], check=True, timeout=600
        )
        return numpy.fromfile(place / "out", dtype="<f4").reshape(len(texts), -1)

    return run
