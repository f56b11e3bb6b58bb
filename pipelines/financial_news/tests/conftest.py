import os
import sys
from pathlib import Path

import pytest

PIPELINE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PIPELINE / "dags"), str(PIPELINE / "sample"), str(PIPELINE / "src" / "loader")]


def find_program(name):
    """From GALE_FINANCIAL_NEWS_BIN, else the newest one in a build folder."""
    chosen = os.environ.get("GALE_FINANCIAL_NEWS_BIN")
    found = [Path(chosen) / name] if chosen else PIPELINE.parents[1].glob(f"build/*/bin/{name}")
    found = sorted((path for path in found if path.is_file()), key=lambda path: path.stat().st_mtime)
    if not found:
        pytest.fail(f"{name} is not built: build it, or name its folder in GALE_FINANCIAL_NEWS_BIN")
    return str(found[-1])


@pytest.fixture(scope="session")
def data_load():
    return find_program("data_load")


@pytest.fixture(scope="session")
def tsv_copy():
    return find_program("zero_shot_tsv_copy")
