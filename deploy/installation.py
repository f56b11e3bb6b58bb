"""Lays out an installation of Gale below a folder, as images and the Debian package have it.

    usr/bin/gale                 the server, stripped
    usr/lib/gale/python/         the packages that DAG files import
    usr/lib/gale/venv/           what those need, for Debian's own Python

Python files are compiled so that their time does not matter: images and packages have no times of their own.
"""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = Path("/usr/bin/python3.11")


class CannotInstall(Exception):
    pass


def strip(program, target):
    """Without debug information, which would name the folder it was built in."""
    if not program.is_file():
        raise CannotInstall(f"there is no {program}: build it first (./dev build)")
    target.parent.mkdir(parents=True, exist_ok=True)
    command = ["strip", "--strip-all", "--remove-section=.note.gnu.build-id", "-o", str(target), str(program)]
    subprocess.run(command, check=True)
    target.chmod(0o755)


def lay_out_server(binaries, folder):
    strip(binaries / "gale", folder / "usr" / "bin" / "gale")


def lay_out_python(folder, venv=ROOT / ".venv", compiled=True):
    """`compiled`: else whoever installs it compiles it."""
    if not PYTHON.exists():
        raise CannotInstall(f"there is no {PYTHON}: apt-get install python3.11")
    packages = venv / "lib" / "python3.11" / "site-packages"
    if not packages.is_dir():
        raise CannotInstall(f"there is no {packages}: ./dev setup makes it")
    library = folder / "usr" / "lib" / "gale"
    unwanted = shutil.ignore_patterns("__pycache__", "*.pyc", "setuptools*", "_distutils_hack", "distutils-precedence.pth",
                                      "pkg_resources", "*.exe")  # fmt: skip
    for name in ("airflow", "gale"):
        shutil.copytree(ROOT / "python" / name, library / "python" / name, ignore=unwanted, symlinks=True)
    own = library / "venv"
    shutil.copytree(packages, own / "lib" / "python3.11" / "site-packages", ignore=unwanted, symlinks=True)
    (own / "bin").mkdir()
    (own / "bin" / "python").symlink_to(PYTHON)
    (own / "bin" / "python3").symlink_to("python")
    (own / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n")
    for module in own.rglob("*.so"):
        module.chmod(0o644)
        subprocess.run(["strip", "--strip-unneeded", str(module)], check=True)
    if compiled:
        compile_python(folder, library)


def compile_python(folder, below):
    command = [str(PYTHON), "-m", "compileall", "-q", "-s", str(folder), "-p", "/", "-x", "site-packages/pip/"]
    subprocess.run([*command, "--invalidation-mode", "unchecked-hash", str(below)], check=True)
