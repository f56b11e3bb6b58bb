"""Writes golden.json anew: what Apache Airflow 3.3.2 gives for the DAG files of this folder.

    python -m venv VENV && VENV/bin/pip install apache-airflow==3.3.2 apache-airflow-providers-docker
    VENV/bin/python refresh.py
"""

from __future__ import annotations

import json
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def main() -> int:
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp()
    from importlib.metadata import version

    if version("apache-airflow") != "3.3.2":
        print(f"golden.json is for Airflow 3.3.2, this is {version('apache-airflow')}", file=sys.stderr)
        return 1
    sys.path.insert(0, str(HERE))
    from observe import observe

    text = json.dumps(observe(), sort_keys=True, indent=1, ensure_ascii=False)
    (HERE / "golden.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
