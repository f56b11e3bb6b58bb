"""Each family's network and pipeline against what `transformers` answered (`reference/`, `make_reference.py`)."""

import json
from pathlib import Path

import numpy
import pandas
import pytest
from conftest import logits_of
from seeded_weights import HYPOTHESIS, LABELS, TEXTS, make_weights, write_folder
from safetensors.numpy import save_file

REFERENCE = Path(__file__).parent / "reference"
FAMILIES = sorted(path.stem for path in REFERENCE.glob("*.json"))
EMBEDDING = {"bge", "e5"}
ENTAILMENT = [name for name in FAMILIES if name not in EMBEDDING]


def read_reference(name):
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The folder of a family's small model, made once."""
    made = {}

    def folder(name):
        if name not in made:
            made[name] = tmp_path_factory.mktemp(name)
            write_folder(made[name], read_reference(name))
        return made[name]

    return folder


@pytest.mark.parametrize("precision", ["f32", "bf16x3"])
@pytest.mark.parametrize("name", ENTAILMENT)
def test_logits_are_those_of_transformers(folders, tmp_path, name, precision):
    """All pairs in one batch, so padding is tried too."""
    pairs = read_reference(name)["pairs"]
    wanted = numpy.array([pair["logits"] for pair in pairs])
    got = logits_of(folders(name), pairs, tmp_path / "pairs", precision)
    difference = numpy.abs(got - wanted).max()
    print(f"{name}, {precision}: largest difference of a logit {difference:.1e}, of logits to {numpy.abs(wanted).max():.1f}")
    assert numpy.ptp(wanted[:, -1]) > 0.1, "the reference tells no pairs apart"
    assert difference < 1e-3
    assert (got.argsort(axis=1) == wanted.argsort(axis=1)).all()


@pytest.mark.parametrize("name", ENTAILMENT)
def test_int8_is_near(folders, tmp_path, name):
    pairs = read_reference(name)["pairs"]
    wanted = numpy.array([pair["logits"] for pair in pairs])
    difference = numpy.abs(logits_of(folders(name), pairs, tmp_path / "pairs", "int8") - wanted)
    print(f"{name}: int8 differs by {difference.mean():.3f} in the mean, {difference.max():.3f} at most")
    assert 0 < difference.mean() < 0.1


def write_texts(path):
    rows = [(number, "2026-01-31 08:00:00", text, "") for number, text in enumerate(TEXTS)]
    pandas.DataFrame(rows, columns=["id", "published", "title", "summary"]).to_csv(path, sep="\t", index=False)


@pytest.mark.parametrize("mode", ["single_label", "multi_label"])
@pytest.mark.parametrize("name", ENTAILMENT)
def test_scores_are_those_of_the_pipeline(folders, classify, tmp_path, name, mode):
    wanted = numpy.array(read_reference(name)[mode])
    got = classify(folders(name), TEXTS, LABELS, HYPOTHESIS, mode == "multi_label")
    assert numpy.abs(got - wanted).max() < 1e-4


@pytest.mark.parametrize("name", sorted(EMBEDDING))
def test_embeddings_are_those_of_transformers(folders, embed_with, name):
    wanted = numpy.array(read_reference(name)["embeddings"])
    got = embed_with(folders(name), TEXTS)
    assert numpy.abs(got - wanted).max() < 1e-4


def test_shards_give_the_same_logits(folders, tmp_path):
    reference = read_reference("roberta")
    write_folder(tmp_path, reference, weights=False)
    weights = make_weights(reference["shapes"])
    shards = {name: f"model-0000{number % 2 + 1}-of-00002.safetensors" for number, name in enumerate(weights)}
    for shard in set(shards.values()):
        save_file({name: weights[name] for name in weights if shards[name] == shard}, tmp_path / shard)
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))
    pairs = reference["pairs"][:4]
    assert (logits_of(tmp_path, pairs, tmp_path / "pairs") == logits_of(folders("roberta"), pairs, tmp_path / "pairs")).all()


def test_half_precision_weights_are_read(folders, tmp_path):
    reference = read_reference("bert")
    write_folder(tmp_path, reference, weights=False)
    weights = {name: value.astype(numpy.float16) for name, value in make_weights(reference["shapes"]).items()}
    save_file(weights, tmp_path / "model.safetensors")
    pairs = reference["pairs"][:4]
    halved = logits_of(tmp_path, pairs, tmp_path / "pairs")
    difference = numpy.abs(halved - logits_of(folders("bert"), pairs, tmp_path / "pairs")).max()
    assert 0 < difference < 0.05


def test_a_pytorch_file_gives_the_same_logits(folders, tmp_path):
    """`reference/distilbart.pytorch_model.bin` is what torch.save wrote of the same weights."""
    reference = read_reference("distilbart")
    write_folder(tmp_path, reference, weights=False)
    (tmp_path / "pytorch_model.bin").write_bytes((REFERENCE / "distilbart.pytorch_model.bin").read_bytes())
    pairs = reference["pairs"][:4]
    wanted = logits_of(folders("distilbart"), pairs, tmp_path / "pairs")
    assert (logits_of(tmp_path, pairs, tmp_path / "pairs") == wanted).all()
