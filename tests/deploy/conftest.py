import os
import shutil
import tempfile
from pathlib import Path

import pytest
from stack import Stack, build_images, run


@pytest.fixture(scope="session")
def engine():
    if shutil.which("docker") and run("docker", "info", check=False).returncode == 0:
        return
    (pytest.fail if os.environ.get("CI") else pytest.skip)("no container engine answers `docker info`")


@pytest.fixture(scope="session")
def images(engine, tmp_path_factory):
    build_images(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="module")
def stack(images, request):
    """A project of its own, with nothing in it; left as nothing."""
    # Not below pytest's own folder, which other users may not enter.
    folder = Path(tempfile.mkdtemp(prefix="gale-compose-"))
    folder.chmod(0o755)
    instance = Stack(folder)
    instance.compose("down", "-v", "--remove-orphans")
    try:
        instance.up()
        failed_before = request.session.testsfailed
        yield instance
        if request.session.testsfailed > failed_before:
            print(instance.logs())
    except BaseException:
        print(instance.logs())
        raise
    finally:
        instance.compose("down", "-v", "--remove-orphans", "-t", "5", check=False)
        shutil.rmtree(folder, ignore_errors=True)
