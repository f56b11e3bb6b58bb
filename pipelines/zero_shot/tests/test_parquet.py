"""zero_shot_label on Parquet, with the real model and files by others' code: types stay, labels are those of TSV."""

import csv
import datetime
import decimal
import os
import random
import subprocess
import sys

import pandas
import pyarrow
import pyarrow.parquet as parquet
import pytest
from pyarrow.parquet import encryption
from test_zero_shot_label import kill_when_there, run, texts

FEW = 60


def write(path, title, summary=None, **options):
    """A table with these texts and their numbers."""
    count = len(title)
    summary = pyarrow.nulls(count, pyarrow.string()) if summary is None else summary
    parquet.write_table(pyarrow.table({"id": range(count), "title": title, "summary": summary}), path, **options)


def labelled(program, folder, *options, source="in.parquet", target="out.parquet"):
    done = run(program, folder, source, target, *options)
    assert done.returncode == 0, done.stderr
    return parquet.ParquetFile(folder / target)


def every_type(count):
    start = datetime.datetime(1969, 12, 31, 23, 59, tzinfo=datetime.UTC)
    title = [None if i % 7 == 3 else text for i, text in enumerate(texts(count))]
    columns = {
        "int8": pyarrow.array([i - 30 for i in range(count)], pyarrow.int8()),
        "uint64": pyarrow.array([2**64 - 1 - i for i in range(count)], pyarrow.uint64()),
        "zoned": pyarrow.array([start + datetime.timedelta(days=i) for i in range(count)], pyarrow.timestamp("us", "Europe/Berlin")),
        "nanoseconds": pyarrow.array(range(count), pyarrow.timestamp("ns")),
        "title": pyarrow.array(title, pyarrow.large_string()),
        "summary": pyarrow.array([f"kind {i % 3}" for i in range(count)]).dictionary_encode(),
        "nested": [None if i % 5 == 0 else [{"a": i, "b": [str(i), None]}] for i in range(count)],
        "map": pyarrow.array([[("k", i)] for i in range(count)], pyarrow.map_(pyarrow.string(), pyarrow.int64())),
        "decimal": pyarrow.array([decimal.Decimal(i) / 100 for i in range(count)], pyarrow.decimal128(9, 2)),
        "bytes": pyarrow.array([b"\xff" + bytes([i]) for i in range(count)]),
        "uuid": pyarrow.array([bytes([i] * 16) for i in range(count)], pyarrow.uuid()),
        "json": pyarrow.array(["{}"] * count, pyarrow.json_()),
        "date": pyarrow.array(range(count), pyarrow.date32()),
        "half": pyarrow.array([float(i) for i in range(count)], pyarrow.float16()),
        "null": pyarrow.nulls(count),
        "boolean": [i % 2 == 0 for i in range(count)],
        "required": pyarrow.array(range(count)),
    }
    table = pyarrow.table(columns)
    required = pyarrow.field("required", pyarrow.int64(), nullable=False, metadata={"unit": "euro"})
    schema = table.schema.set(len(columns) - 1, required).with_metadata({"who": "me"})
    return table.cast(schema)


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd"])
@pytest.mark.parametrize("arrow_schema", [True, False])
def test_columns_types_and_metadata_stay(label_program, folder, compression, arrow_schema):
    options = {"compression": compression, "store_schema": arrow_schema, "store_decimal_as_integer": True}
    parquet.write_table(every_type(FEW), folder / "in.parquet", row_group_size=25, **options)
    before = parquet.ParquetFile(folder / "in.parquet")
    after = labelled(label_program, folder)
    width = len(before.schema_arrow)
    assert [after.schema_arrow.field(i).equals(before.schema_arrow.field(i), check_metadata=True) for i in range(width)] == [True] * width
    assert after.schema_arrow.metadata == before.schema_arrow.metadata
    assert set(after.metadata.metadata or ()) == set(before.metadata.metadata or ())
    assert [str(after.schema.column(i)) for i in range(len(before.schema))] == [str(column) for column in before.schema]
    assert after.read().select(before.schema_arrow.names).equals(before.read())
    assert [after.metadata.row_group(i).num_rows for i in range(after.num_row_groups)] == [25, 25, 10]
    assert after.metadata.row_group(0).column(0).compression == before.metadata.row_group(0).column(0).compression
    assert after.schema_arrow.names[width:] == ["label", "score"]
    assert sorted(path.name for path in folder.iterdir()) == ["in.parquet", "labels.txt", "out.parquet"]


def test_old_timestamps_of_spark_stay(label_program, folder):
    table = pyarrow.table({"title": ["oil"], "summary": ["gold"], "at": [datetime.datetime(9999, 12, 31, 23, 59, 59, 999999)]})
    parquet.write_table(table, folder / "in.parquet", use_deprecated_int96_timestamps=True, store_schema=False)
    after = labelled(label_program, folder)
    assert after.schema.column(2).physical_type == "INT96"
    micros = parquet.read_table(folder / "out.parquet", coerce_int96_timestamp_unit="us")
    assert micros["at"].equals(table["at"])


def test_pandas_reads_its_own_frame_back(label_program, folder):
    frame = pandas.DataFrame(
        {"title": pandas.Categorical(["oil", "gold", "oil"]), "summary": ["a", None, ""], "n": [1, 2, 3]},
        index=pandas.Index([7, 8, 9], name="key"),
    )
    frame.to_parquet(folder / "in.parquet")
    labelled(label_program, folder)
    after = pandas.read_parquet(folder / "out.parquet")
    assert list(after.columns) == ["title", "summary", "n", "label", "score"]
    pandas.testing.assert_frame_equal(after[["title", "summary", "n"]], pandas.read_parquet(folder / "in.parquet"))


def test_labels_and_scores_are_those_of_tsv(label_program, folder):
    rows = [*texts(FEW), ""]
    (folder / "in.tsv").write_text("id\ttitle\tsummary\n" + "".join(f"{i}\t{row}\tgold\n" for i, row in enumerate(rows[:-1])) + f"{FEW}\t\t\n")
    write(folder / "in.parquet", rows, ["gold"] * FEW + [None], row_group_size=17)
    done = run(label_program, folder, "in.tsv", "out.tsv", "--all_scores")
    assert done.returncode == 0, done.stderr
    table = labelled(label_program, folder, "--all_scores").read().to_pylist()
    with (folder / "out.tsv").open() as file:
        expected = list(csv.DictReader(file, delimiter="\t"))
    assert len(table) == len(expected) == FEW + 1
    for row, line in zip(table, expected, strict=True):
        assert row["label"] == (line["label"] or None)
        for name in ("score", "oil and gold", "currencies", "banks"):
            assert row[name] == (float(line[name]) if line[name] else None)
    assert table[-1]["label"] is None


def test_the_format_may_be_named(label_program, folder):
    write(folder / "in", ["oil"])
    assert labelled(label_program, folder, "--format", "parquet", source="in", target="out").metadata.num_rows == 1


def test_a_killed_run_goes_on_and_labels_nothing_twice(label_program, folder):
    options = ["--chunk", "8", "--quiet"]
    for count in (500, 4000, 32000):
        write(folder / "in.parquet", texts(count), row_group_size=300)
        if kill_when_there(label_program, folder, options, "parquet", "checkpoint"):
            break
    assert not (folder / "out.parquet").exists()
    done = run(label_program, folder, "in.parquet", "out.parquet", *options)
    assert done.returncode == 0, done.stderr
    assert "were labelled before" in done.stdout
    table = parquet.read_table(folder / "out.parquet")
    assert table["id"].to_pylist() == list(range(count))
    assert table["title"].to_pylist() == texts(count)
    assert table["label"].null_count == 0
    labelled(label_program, folder, target="at_once.parquet")
    assert parquet.read_table(folder / "at_once.parquet").equals(table)
    assert sorted(path.name for path in folder.iterdir()) == ["at_once.parquet", "in.parquet", "labels.txt", "out.parquet"]


def test_a_run_killed_while_it_writes_labels_nothing_again(label_program, folder):
    for count in (20_000, 80_000, 320_000):
        title = ["oil falls", *[None] * (count - 1)]
        page = [f"{i} {'x' * 4000}" for i in range(count)]
        table = pyarrow.table({"id": range(count), "title": title, "summary": pyarrow.nulls(count), "page": page})
        parquet.write_table(table, folder / "in.parquet")
        if kill_when_there(label_program, folder, ["--quiet"], "parquet", "assembled"):
            break
    assert not (folder / "out.parquet").exists()
    done = run(label_program, folder, "in.parquet", "out.parquet", "--quiet")
    assert done.returncode == 0, done.stderr
    assert "labelled 0 texts" in done.stdout
    assert f"{count} were labelled before" in done.stdout
    table = parquet.read_table(folder / "out.parquet", columns=["id", "label"])
    assert table["id"].to_pylist() == list(range(count))
    assert table["label"].null_count == count - 1
    assert sorted(path.name for path in folder.iterdir()) == ["in.parquet", "labels.txt", "out.parquet"]


def test_parts_are_joined_to_the_whole(label_program, join_program, folder):
    write(folder / "in.parquet", texts(FEW), row_group_size=11, compression="gzip")
    whole = labelled(label_program, folder, target="whole.parquet").read()
    parts = []
    for index in range(1, 8):
        labelled(label_program, folder, "--part", f"{index}/7", target=f"{index}.parquet")
        parts.append(str(folder / f"{index}.parquet"))
    done = subprocess.run([join_program, folder / "joined.parquet", *parts], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    joined = parquet.ParquetFile(folder / "joined.parquet")
    assert joined.read().equals(whole)
    assert joined.metadata.row_group(0).column(0).compression == "GZIP"
    done = subprocess.run([join_program, folder / "joined.parquet", parts[0], folder / "none"], capture_output=True, text=True)
    assert done.returncode == 5
    assert str(folder / "none") in done.stderr
    assert subprocess.run([join_program, folder / "joined.parquet"], capture_output=True).returncode == 2


def encrypt(path, **options):
    class Plain(encryption.KmsClient):
        def __init__(self, config):
            super().__init__()

        def wrap_key(self, key, _):
            return key.hex()

        def unwrap_key(self, key, _):
            return bytes.fromhex(key)

    factory = encryption.CryptoFactory(Plain)
    configuration = encryption.EncryptionConfiguration(footer_key="f", column_keys={"c": ["title"]}, **options)
    properties = factory.file_encryption_properties(encryption.KmsConnectionConfig(), configuration)
    table = pyarrow.table({"title": ["oil"], "summary": ["gold"]})
    with parquet.ParquetWriter(path, table.schema, encryption_properties=properties) as writer:
        writer.write_table(table)


def flip_in_the_middle(path):
    write(path, texts(5000), compression="none", write_page_checksum=True)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path):
    write(path, texts(50))
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda path: path.write_bytes(b""), "is damaged, or is no Parquet file"),
        (lambda path: path.write_bytes(b"title\tsummary\n" * 9), "is damaged, or is no Parquet file"),
        (cut, "is damaged, or is no Parquet file"),
        (flip_in_the_middle, "is damaged, or is no Parquet file"),
        (encrypt, "is encrypted"),
        (lambda path: encrypt(path, plaintext_footer=True), "is encrypted"),
        (lambda path: write(path, ["oil"], [3]), 'has a column "summary" of type int64, which is no text'),
        (lambda path: write(path, ["oil"], [["a"]]), 'has a column "summary" of type list<'),
        (lambda path: write(path, [b"oil", b"o\xffl"]), 'row 2 has a "title" that is not UTF-8 at byte 1'),
        (lambda path: write(path, ["oil", "o" * 17_000_000]), "row 2 has texts of more than 16777216 bytes"),
        (lambda path: parquet.write_table(pyarrow.table({"title": ["oil"]}), path), 'has no column "summary"; it has: title'),
        (
            lambda path: parquet.write_table(pyarrow.table({"title": ["oil"], "summary": [""], "label": [1]}), path),
            'has a column "label" already',
        ),
    ],
)
def test_bad_input_names_itself_and_leaves_nothing(label_program, folder, make, complaint):
    make(folder / "in.parquet")
    done = run(label_program, folder, "in.parquet", "out.parquet")
    assert done.returncode == 4, done.stderr
    assert str(folder / "in.parquet") in done.stderr
    assert complaint in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["in.parquet", "labels.txt"]


def test_a_long_text_is_labelled(label_program, folder):
    write(folder / "in.parquet", ["oil " * 2_000_000, "gold"])
    assert labelled(label_program, folder).read()["label"].null_count == 0


def peak_megabytes(command):
    """Of the command alone: a small process starts it, as a peak is inherited from whoever starts one."""
    script = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=2);"
    script += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)"
    words = [sys.executable, "-c", script, *map(str, command)]
    return int(subprocess.run(words, check=True, stdout=subprocess.PIPE, timeout=600).stdout)


def test_memory_does_not_grow_with_the_file(label_program, folder):
    """One row group of 200,000 rows that do not compress; most have no text, as labels are slow."""
    write(folder / "in.parquet", ["oil"])
    command = [label_program, "--labels", folder / "labels.txt", "--quiet", "--input"]
    small = peak_megabytes([*command, folder / "in.parquet", "--output", folder / "small.parquet"])
    count, slice_rows = 200_000, 10_000
    schema = pyarrow.schema([("title", pyarrow.string()), ("summary", pyarrow.string()), ("noise", pyarrow.binary())])
    chosen = random.Random(3)
    with parquet.ParquetWriter(folder / "in.parquet", schema, use_dictionary=["summary"]) as writer:
        batches = []
        for begin in range(0, count, slice_rows):
            title = ["oil and gold" if i % 1000 == 0 else None for i in range(begin, begin + slice_rows)]
            noise = [chosen.randbytes(2000) for _ in range(slice_rows)]
            empty = pyarrow.array([""] * slice_rows)
            batches.append(pyarrow.record_batch([pyarrow.array(title), empty, pyarrow.array(noise, pyarrow.binary())], schema=schema))
        writer.write_table(pyarrow.Table.from_batches(batches), row_group_size=count)
    assert os.path.getsize(folder / "in.parquet") > 380 << 20
    large = peak_megabytes([*command, folder / "in.parquet", "--output", folder / "out.parquet"])
    assert large - small < 250
    after = parquet.ParquetFile(folder / "out.parquet")
    assert after.metadata.num_rows == count
    assert after.read(["label"])["label"].null_count == count - count // 1000
    before = parquet.ParquetFile(folder / "in.parquet").iter_batches(1000)
    assert all(old.equals(new) for old, new in zip(before, after.iter_batches(1000, columns=schema.names), strict=True))
