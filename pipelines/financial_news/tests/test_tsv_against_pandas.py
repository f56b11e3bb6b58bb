"""Our TSV reader and writer against the pandas they imitate."""

import io
import random
import subprocess

import pandas
import pytest

# Bytes and words at which dialects part ways.
PIECES = ["a", "b c", " ", "\t", "\n", "\r", "\r\n", '"', '""', "'", ",", "\\", "é", "€", "😀", "#", "NA", "0", ""]
AS_WRITTEN = {"sep": "\t", "dtype": str, "keep_default_na": False}


def run_copy(tsv_copy, path):
    return subprocess.run([tsv_copy, str(path)], capture_output=True, timeout=30)


def random_frame(rng):
    def text():
        return "".join(rng.choice(PIECES) for _ in range(rng.randrange(6)))

    rows = [[text() for _ in range(4)] for _ in range(rng.randrange(1, 6))]
    return pandas.DataFrame(rows, columns=["id", "published", "title", "summary"])


def pandas_tsv(frame):
    return frame.to_csv(sep="\t", index=False).encode()


@pytest.mark.parametrize("seed", range(60))
def test_reads_what_pandas_writes_and_pandas_reads_it_back_equal(tsv_copy, tmp_path, seed):
    # A lone carriage return is the one thing that pandas itself may write and not read (see tsv.hpp).
    frame = random_frame(random.Random(seed)).map(lambda text: text.replace("\r\n", "\n").replace("\r", ""))
    path = tmp_path / "in.csv"
    path.write_bytes(pandas_tsv(frame))
    copied = run_copy(tsv_copy, path)
    assert copied.returncode == 0, copied.stderr.decode()
    assert copied.stdout == pandas_tsv(frame)
    pandas.testing.assert_frame_equal(pandas.read_csv(io.BytesIO(copied.stdout), **AS_WRITTEN), frame)


@pytest.mark.parametrize("seed", range(60))
def test_pandas_reads_back_carriage_returns_too(tsv_copy, tmp_path, seed):
    frame = random_frame(random.Random(seed))
    path = tmp_path / "in.csv"
    path.write_bytes(frame.to_csv(sep="\t", index=False, quoting=1, lineterminator="\n").encode())
    copied = run_copy(tsv_copy, path)
    assert copied.returncode == 0, copied.stderr.decode()
    pandas.testing.assert_frame_equal(pandas.read_csv(io.BytesIO(copied.stdout), **AS_WRITTEN), frame)


@pytest.mark.parametrize("seed", range(20))
def test_default_reading_gives_the_same_frame_as_for_pandas_own_file(tsv_copy, tmp_path, seed):
    """With pandas' defaults NA, empty fields and numbers change; they must change alike."""
    frame = random_frame(random.Random(seed)).map(lambda text: text.replace("\r", ""))
    frame["id"] = [str(100 + row) for row in range(len(frame))]
    path = tmp_path / "in.csv"
    path.write_bytes(pandas_tsv(frame))
    copied = run_copy(tsv_copy, path)
    own = pandas.read_csv(path, sep="\t")
    pandas.testing.assert_frame_equal(pandas.read_csv(io.BytesIO(copied.stdout), sep="\t"), own)
    assert own["id"].dtype.kind == "i"


def test_missing_values_are_empty_fields_as_in_pandas(tsv_copy, tmp_path):
    frame = pandas.DataFrame({"id": ["1", None], "title": [None, "x"]})
    path = tmp_path / "in.csv"
    path.write_bytes(pandas_tsv(frame))
    assert run_copy(tsv_copy, path).stdout == b"id\ttitle\n1\t\n\tx\n" == pandas_tsv(frame)


@pytest.mark.parametrize(
    "text",
    ['a\tb\n1\t"2\n', "a\tb\n1\t2\n1\t2\t3\n", ""],
    ids=["open quote", "too many fields", "empty"],
)
def test_refuses_what_pandas_refuses(tsv_copy, tmp_path, text):
    path = tmp_path / "in.csv"
    path.write_text(text)
    with pytest.raises((pandas.errors.ParserError, pandas.errors.EmptyDataError)):
        pandas.read_csv(path, sep="\t")
    refused = run_copy(tsv_copy, path)
    assert refused.returncode == 1
    assert str(path).encode() in refused.stderr
