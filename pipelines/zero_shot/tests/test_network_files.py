"""Folders with openvino_model.xml or model.onnx instead of weights, against the same model's folder with weights."""

import json
import os
import subprocess
from pathlib import Path

import numpy
import openvino
import pytest
from conftest import logits_of, program
from onnx_file import Bert
from seeded_weights import HYPOTHESIS, LABELS, TEXTS, make_weights, write_folder, write_json

REFERENCE = Path(__file__).parent / "reference"
PLACES = ["openvino_model.xml", "openvino/openvino_model.xml", "model.onnx", "onnx/model.onnx"]
TWO_INPUTS = ("input_ids", "attention_mask")


def read_reference(name):
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))


def write_network(path, graph, half=False):
    """As an ONNX file, or through it as OpenVINO's files."""
    if path.suffix == ".onnx":
        graph.write(path)
        return
    onnx = path.with_suffix(".source.onnx")
    graph.write(onnx)
    openvino.save_model(openvino.Core().read_model(onnx), path, compress_to_fp16=half)
    onnx.unlink()


def make_folder(folder, name, place, half=False, **bert):
    reference = read_reference(name)
    write_folder(folder, reference, weights=False)
    network = Bert(reference["config"], make_weights(reference["shapes"]), **bert)
    write_network(folder / place, network.encoder() if reference["pooling"] else network.classifier(), half)
    return reference


@pytest.fixture(scope="module")
def with_weights(tmp_path_factory):
    """The folders of the same models with model.safetensors."""
    made = {name: tmp_path_factory.mktemp(name) for name in ("bert", "bge")}
    for name, folder in made.items():
        write_folder(folder, read_reference(name))
    return made


def label(folder, *options):
    """zero_shot_label on one text; a network's first run is where some files show what they are."""
    (folder / "in.tsv").write_text("id\ttitle\tsummary\n1\tOil rises\t\n2\tGas and oil fall again today\t\n")
    (folder / "labels").write_text("Oil\nGas\n")
    command = [program("zero_shot_label"), "--input", folder / "in.tsv", "--output", folder / "out.tsv", "--quiet"]
    command += ["--labels", folder / "labels", "--model", folder, *options]
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300)


def assert_refused(done, code, *words):
    assert done.returncode == code, done.stderr
    # OpenVINO's readers may have spoken before.
    message = done.stderr.strip().splitlines()[-1]
    assert message.startswith("zero_shot_label: ")
    for word in words:
        assert str(word) in message


@pytest.mark.parametrize("place", PLACES)
def test_a_classifiers_logits_are_those_of_the_weights(with_weights, classify, tmp_path, place):
    reference = make_folder(tmp_path / "model", "bert", place)
    pairs = reference["pairs"]
    wanted = logits_of(with_weights["bert"], pairs, tmp_path / "pairs")
    difference = numpy.abs(logits_of(tmp_path / "model", pairs, tmp_path / "pairs") - wanted).max()
    print(f"{place}: largest difference of a logit {difference:.1e}, of logits to {numpy.abs(wanted).max():.1f}")
    assert difference < 1e-3
    scores = classify(tmp_path / "model", TEXTS, LABELS, HYPOTHESIS, False)
    assert numpy.abs(scores - numpy.array(reference["single_label"])).max() < 1e-4


@pytest.mark.parametrize("inputs", [(*TWO_INPUTS, "token_type_ids"), TWO_INPUTS])
@pytest.mark.parametrize("place", PLACES)
def test_an_encoders_embeddings_are_those_of_the_weights(with_weights, embed_with, tmp_path, place, inputs):
    make_folder(tmp_path, "bge", place, inputs=inputs)
    difference = numpy.abs(embed_with(tmp_path, TEXTS) - embed_with(with_weights["bge"], TEXTS)).max()
    print(f"{place}: largest difference of a component {difference:.1e}")
    assert difference < 1e-4


def test_weights_in_half_precision_are_near(with_weights, tmp_path):
    """As exporters write OpenVINO's files of larger models."""
    pairs = make_folder(tmp_path / "model", "bert", "openvino_model.xml", half=True)["pairs"]
    wanted = logits_of(with_weights["bert"], pairs, tmp_path / "pairs")
    difference = numpy.abs(logits_of(tmp_path / "model", pairs, tmp_path / "pairs") - wanted).max()
    assert 0 < difference < 0.05


def test_an_architecture_that_is_not_built_here_runs_by_its_file(classify, tmp_path):
    reference = make_folder(tmp_path, "bert", "onnx/model.onnx")
    names = {"model_type": "electra", "architectures": ["ElectraForSequenceClassification"]}
    write_json(tmp_path / "config.json", reference["config"] | names)
    # Its sizes are not read, so that the tokenizer has to say how long a text may be.
    assert reference["tokenizer_config"]["model_max_length"] <= reference["config"]["max_position_embeddings"]
    scores = classify(tmp_path, TEXTS, LABELS, HYPOTHESIS, True)
    assert numpy.abs(scores - numpy.array(reference["multi_label"])).max() < 1e-4


def test_weights_count_before_a_network_file(with_weights, tmp_path):
    reference = read_reference("bert")
    write_folder(tmp_path, reference)
    (tmp_path / "model.onnx").write_bytes(b"nothing that could be read")
    pairs = reference["pairs"][:3]
    assert (logits_of(tmp_path, pairs, tmp_path / "pairs") == logits_of(with_weights["bert"], pairs, tmp_path / "pairs")).all()


def test_of_several_outputs_the_one_with_the_name_counts(with_weights, embed_with, tmp_path):
    reference = read_reference("bge")
    write_folder(tmp_path, reference, weights=False)
    network = Bert(reference["config"], make_weights(reference["shapes"]))
    first = network.graph.ReduceMean(network.hidden, axes=(1,), keepdims=0)
    network.graph.output(first, "sentence_embedding", ("batch", reference["config"]["hidden_size"]))
    write_network(tmp_path / "model.onnx", network.encoder())
    assert numpy.abs(embed_with(tmp_path, TEXTS) - embed_with(with_weights["bge"], TEXTS)).max() < 1e-4


@pytest.mark.parametrize("place", ["openvino_model.xml", "openvino/openvino_model.xml"])
def test_an_ir_without_its_weights_names_them(tmp_path, place):
    make_folder(tmp_path, "bert", place)
    weights = (tmp_path / place).with_suffix(".bin")
    weights.unlink()
    assert_refused(label(tmp_path), 5, tmp_path / place, f"there is no file {weights}", "copy it")


def test_an_ir_with_truncated_weights_is_named(tmp_path):
    make_folder(tmp_path, "bert", "openvino_model.xml")
    os.truncate(tmp_path / "openvino_model.bin", 1000)
    assert_refused(label(tmp_path), 4, tmp_path / "openvino_model.xml", "copy or export it again")


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x08\x08" + bytes(range(256)) * 8, b"<?xml version='1.0'?><net>"])
@pytest.mark.parametrize("place", ["openvino_model.xml", "onnx/model.onnx"])
def test_garbage_is_named(tmp_path, place, content):
    make_folder(tmp_path, "bert", place)
    (tmp_path / place).write_bytes(content)
    assert_refused(label(tmp_path), 4, tmp_path / place, "copy or export it again")


@pytest.mark.parametrize("place", ["openvino_model.xml", "onnx/model.onnx"])
def test_a_truncated_network_is_named(tmp_path, place):
    make_folder(tmp_path, "bert", place)
    os.truncate(tmp_path / place, (tmp_path / place).stat().st_size // 2)
    assert_refused(label(tmp_path), 4, tmp_path / place, "copy or export it again")


@pytest.mark.parametrize(
    ("bert", "words"),
    [
        ({"inputs": ("input_ids",)}, ["has no input attention_mask", "text-classification"]),
        ({"inputs": (*TWO_INPUTS, "pixel_values")}, ["has an input pixel_values", "text-classification"]),
        ({"shape": (1, 16)}, ["input_ids of the fixed shape [1,16]", "dynamic axes"]),
        ({"shape": ("batch", 16)}, ["input_ids of the fixed shape [?,16]", "dynamic axes"]),
        ({"traced": (1, 16)}, ["dynamic axes"]),
        ({"traced": (1, -1)}, ["dynamic axes"]),
    ],
)
@pytest.mark.parametrize("place", ["openvino_model.xml", "model.onnx"])
def test_other_inputs_are_named(tmp_path, place, bert, words):
    make_folder(tmp_path, "bert", place, **bert)
    assert_refused(label(tmp_path), 4, tmp_path / place, *words)


def test_a_network_that_gives_other_rows_than_it_got_is_named(tmp_path):
    reference = read_reference("bge")
    write_folder(tmp_path, reference, weights=False)
    network = Bert(reference["config"], make_weights(reference["shapes"]))
    network.hidden = network.graph.Reshape(network.hidden, network.graph.numbers(1, -1, reference["config"]["hidden_size"]))
    write_network(tmp_path / "model.onnx", network.encoder())
    assert_refused(label(tmp_path), 4, tmp_path / "model.onnx", "gives [1,", "for 2 texts", "dynamic axes")


@pytest.mark.parametrize("place", ["openvino_model.xml", "model.onnx"])
def test_another_number_of_logits_is_named(tmp_path, place):
    reference = make_folder(tmp_path, "bert", place)
    write_json(tmp_path / "config.json", reference["config"] | {"id2label": {"0": "entailment", "1": "not_entailment"}})
    assert_refused(label(tmp_path), 4, tmp_path / place, "3 logits", "2 labels", "id2label")


@pytest.mark.parametrize("place", ["openvino_model.xml", "model.onnx"])
def test_a_network_for_another_task_is_named(tmp_path, place):
    classifier = read_reference("bert")
    make_folder(tmp_path, "bge", place)
    write_json(tmp_path / "config.json", classifier["config"])
    assert_refused(label(tmp_path), 4, tmp_path / place, "gives [?,?,32]", "[rows, labels]", "text-classification")
    make_folder(tmp_path, "bert", place)
    write_json(tmp_path / "config.json", classifier["config"] | {"architectures": ["BertModel"]})
    assert_refused(label(tmp_path), 4, tmp_path / place, "gives [?,3]", "[rows, width, hidden size]", "feature-extraction")
