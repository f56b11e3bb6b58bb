"""Parses one DAG file to canonical JSON (docs/reference/dag_definition.md, "One parsed file").

`python -m gale.parse_file FILE [DAGS_FOLDER]` prints it.
"""

from __future__ import annotations

import json
import os
import sys
import traceback

from gale.dag_file import DagFileError, load
from gale.definition import dag_definition


def parse(path: str, dags_folder: str | None = None) -> dict:
    """Never raises for what the file does; `import_error` says it."""
    path = os.path.abspath(path)
    result = {"fileloc": path, "dags": [], "import_error": None, "warnings": []}
    try:
        dags, result["warnings"] = load(path, dags_folder)
    except DagFileError as error:
        result["import_error"] = str(error)
        return result
    try:
        result["dags"] = [dag_definition(dag) for dag in dags]
    except Exception as error:
        kind = type(error).__name__
        result["import_error"] = f"{path}: {kind}: {error}"
        if not str(error).startswith(("DAG ", "task ", "Cycle ")):
            result["import_error"] += "\n" + traceback.format_exc()
    return result


def encode(parsed: dict) -> bytes:
    """Sorted keys, no white space: the same file gives the same bytes."""
    return json.dumps(parsed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", errors="replace"
    )


def main(arguments: list[str]) -> int:
    if not 1 <= len(arguments) <= 2:
        print("usage: python -m gale.parse_file FILE [DAGS_FOLDER]", file=sys.stderr)
        return 2
    parsed = parse(*arguments)
    print(json.dumps(parsed, sort_keys=True, indent=2, ensure_ascii=False))
    return 1 if parsed["import_error"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
