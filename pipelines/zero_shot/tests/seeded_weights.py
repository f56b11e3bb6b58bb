"""Model folders with weights from a fixed seed, and the texts that the reference answers are of."""

import json
import zlib

import numpy
from safetensors.numpy import save_file

LABELS = ["Crypto", "Dividend", "Oil", "Interest rates", "Weather"]
HYPOTHESIS = "This example is {}."
TEXTS = [
    "Bitcoin climbs above $90,000. Traders piled into tokens.",
    "OPEC+ trims output; crude rises 2%.",
    "a",
    "Zürich's Straße: naïve café, ÅNGSTRÖM",
    "日本銀行が利上げ。東京市場は上昇",
    "Банк России повысил ставку",
    "emoji 😀🚀 and 👩‍👩‍👧 family",
    "  spaces   and\ttabs\nand lines ",
    "word " * 200,
]


def tensor(name, shape):
    """Large enough that attention and activations are far from linear, so that a slip shows."""
    chooser = numpy.random.RandomState(zlib.crc32(name.encode()))
    values = chooser.standard_normal(shape).astype(numpy.float32)
    is_norm = "norm" in name.lower() and name.endswith("weight")
    if is_norm:
        return 1 + numpy.float32(0.2) * values
    scale = 0.1 if len(shape) == 1 else 0.5 if "embed" in name else 1.2 / numpy.sqrt(shape[-1])
    return numpy.float32(scale) * values


def make_weights(shapes):
    return {name: tensor(name, shape) for name, shape in shapes.items()}


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def write_folder(folder, description, weights=True):
    """A Hugging Face folder as `description` (a file of tests/reference) says."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", description["config"])
    write_json(folder / "tokenizer.json", description["tokenizer"])
    write_json(folder / "tokenizer_config.json", description["tokenizer_config"])
    if description["pooling"]:
        how = description["pooling"]
        write_json(folder / "modules.json", [])
        write_json(
            folder / "1_Pooling" / "config.json",
            {"pooling_mode_mean_tokens": how == "mean", "pooling_mode_cls_token": how == "cls"},
        )
    if weights:
        save_file(make_weights(description["shapes"]), folder / "model.safetensors", metadata={"format": "pt"})
