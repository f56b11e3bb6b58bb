"""Writes what `transformers` answers for small models of each family: tests/reference/NAME.json.

    make_reference.py [--models FOLDER] [NAME ...]

A model has its family's true architecture, tokenizer pipeline and file layout in small; its weights come
from a fixed seed by tensor name (`seeded_weights.py`), so that the tests make the same folder again
without torch. A reference file holds config.json, tokenizer.json and the shapes of the weights, and the
answers: the pipeline's scores, and the logits of each pair.

Runs by hand in an environment of its own (`reference_requirements.txt`), as torch is large.
"""

import argparse
import json
import tempfile
from pathlib import Path

import torch
from reference_families import FAMILIES
from seeded_weights import HYPOTHESIS, LABELS, TEXTS, write_folder
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer, pipeline

HERE = Path(__file__).resolve().parent


def shapes_of(config, is_embedding):
    auto = AutoModel if is_embedding else AutoModelForSequenceClassification
    model = auto.from_config(config)
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        from safetensors import safe_open

        with safe_open(Path(folder) / "model.safetensors", "pt") as file:
            return {name: list(file.get_slice(name).get_shape()) for name in sorted(file.keys())}


def pooled(folder, texts, how):
    """What sentence-transformers does with the hidden states: pool, then divide by the norm."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    rows = []
    for text in texts:
        inputs = tokenizer(text, return_tensors="pt", truncation=True, max_length=tokenizer.model_max_length)
        hidden = model(**inputs).last_hidden_state[0]
        vector = hidden[0] if how == "cls" else hidden.mean(dim=0)
        rows.append((vector / vector.norm()).tolist())
    return rows


def answers(folder, entry):
    if entry["pooling"]:
        return {"embeddings": pooled(folder, TEXTS, entry["pooling"])}
    classifier = pipeline("zero-shot-classification", model=str(folder), device="cpu")
    logits = {}
    for multi_label in (False, True):
        found = classifier(TEXTS, LABELS, hypothesis_template=HYPOTHESIS, multi_label=multi_label)
        logits["multi_label" if multi_label else "single_label"] = [
            [row["scores"][row["labels"].index(label)] for label in LABELS] for row in found
        ]
    pairs = []
    for text in TEXTS:
        for label in LABELS:
            inputs = classifier.tokenizer(
                [[text, HYPOTHESIS.format(label)]], return_tensors="pt", truncation="only_first",
                return_token_type_ids="token_type_ids" in classifier.tokenizer.model_input_names,
            )
            pairs.append(
                {
                    "ids": inputs["input_ids"][0].tolist(),
                    "type_ids": inputs.get("token_type_ids", torch.zeros_like(inputs["input_ids"]))[0].tolist(),
                    "logits": classifier.model(**inputs).logits[0].tolist(),
                }
            )
    return {"pairs": pairs, **logits}


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, help="keep the model folders here")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FAMILIES)}; default: all")
    arguments = parser.parse_args()
    keep = arguments.models or Path(tempfile.mkdtemp())
    for name in arguments.names or FAMILIES:
        entry = FAMILIES[name]()
        config = entry["config"]
        description = {
            "config": json.loads(config.to_json_string(use_diff=False)) | entry["config_additions"],
            "tokenizer": entry["tokenizer"],
            "tokenizer_config": entry["tokenizer_config"],
            "pooling": entry["pooling"],
            "shapes": shapes_of(config, bool(entry["pooling"])),
        }
        write_folder(keep / name, description)
        description |= answers(keep / name, entry)
        target = HERE / "reference" / f"{name}.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(description, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{name}: {sum(1 for _ in description['shapes'])} tensors, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
