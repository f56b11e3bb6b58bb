#!/usr/bin/env python3
"""Holds the code to the rooms of ARCHITECTURE.md: fails on an include that the table does not allow, and on a file that
has grown too long. The table in ARCHITECTURE.md is the only source."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAX_LINES = 500


def allowed_edges() -> dict[str, set[str]]:
    """The rooms' table: `| src/<room>/ | what | may include |`."""
    edges = {}
    for line in (ROOT / "ARCHITECTURE.md").read_text().splitlines():
        row = re.match(r"\| `src/(\w+)/` \|.*\| ([^|]*) \|$", line)
        if row:
            edges[row[1]] = set(re.findall(r"\w+", row[2]))
    return edges


def main() -> int:
    edges = allowed_edges()
    problems = []
    for path in sorted((ROOT / "src").rglob("*.[ch]pp")):
        name = path.relative_to(ROOT)
        room = name.parts[1]
        text = path.read_text()
        if room not in edges:
            problems.append(f"{name}: room '{room}' is not in ARCHITECTURE.md's table")
            continue
        length = text.count("\n")
        if length > MAX_LINES:
            problems.append(f"{name}: {length} lines, at most {MAX_LINES}: find the two rooms in it")
        is_test = path.stem.endswith("_test") or "testing" in path.parts
        for included in re.findall(r'^#include "(\w+)/', text, re.M):
            # Tests may use the SQLite adapter in memory, and whatever their room may.
            if included == room or included in edges[room] or "everything" in edges[room] or is_test:
                continue
            problems.append(f"{name}: includes {included}/, which room '{room}' may not (ARCHITECTURE.md)")
    print("\n".join(problems) if problems else f"rooms: {len(edges)} rooms, every include is allowed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
