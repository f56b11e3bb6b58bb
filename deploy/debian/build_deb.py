#!/usr/bin/env python3
"""Builds the Debian package from the built program: binary, Python packages, units, configuration.

    build_deb.py --bin build/release/bin --out build/release

The same content gives the same bytes: times are those of the last commit (or SOURCE_DATE_EPOCH).
"""

import argparse
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
from email.utils import formatdate
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "deploy"))

from installation import (  # noqa: E402
    CannotInstall,
    lay_out_python,
    lay_out_server,
    strip,
)

MAINTAINER = "Gale maintainers <gale@localhost.localdomain>"
# What the library search does not see. The environment's packages are compiled for this Python.
DEPENDS = ["adduser", "ca-certificates", "python3 (>= 3.11)", "python3 (<< 3.12)", "tzdata"]
RECOMMENDS = ["systemd"]
SUGGESTS = ["docker.io", "postgresql"]


def version():
    found = re.search(r"project\(gale VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())
    return found[1]


def commit_time():
    given = os.environ.get("SOURCE_DATE_EPOCH")
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    return int(given or subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def place(source, target, mode=0o644):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def compress(text, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def lay_out(binaries, tree, when):
    lay_out_server(binaries, tree)
    strip(binaries / "gale-docker-proxy", tree / "usr" / "bin" / "gale-docker-proxy")
    lay_out_python(tree, compiled=False)
    for unit in ("gale.service", "gale-worker.service"):
        place(ROOT / "deploy" / "systemd" / unit, tree / "lib" / "systemd" / "system" / unit)
    place(HERE / "airflow.cfg", tree / "etc" / "gale" / "airflow.cfg", 0o640)
    place(HERE / "default", tree / "etc" / "default" / "gale")
    documents = tree / "usr" / "share" / "doc" / "gale"
    place(HERE / "copyright", documents / "copyright")
    for name in ("configuration.md", "deployment.md"):
        place(ROOT / "docs" / name, documents / name)
    place(HERE / "lintian-overrides", tree / "usr" / "share" / "lintian" / "overrides" / "gale")
    entry = f"gale ({version()}) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- {MAINTAINER}  {formatdate(when)}\n"
    compress(entry, documents / "changelog.gz")


def library_depends(tree, scratch):
    """What dpkg-shlibdeps finds for all programs and libraries of the tree."""
    (scratch / "debian").mkdir()
    (scratch / "debian" / "control").write_text("Source: gale\n\nPackage: gale\nArchitecture: any\n")
    binaries = [path for path in tree.rglob("*") if path.is_file() and not path.is_symlink() and is_elf(path)]
    found = subprocess.run(
        ["dpkg-shlibdeps", "-O", "--ignore-missing-info", *map(str, binaries)],
        cwd=scratch, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return found.strip().removeprefix("shlibs:Depends=").split(", ")


def is_elf(path):
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def set_modes(tree):
    """Modules that somebody once marked as programs are none; nothing is writable for others."""
    for path in tree.rglob("*"):
        if path.is_symlink():
            continue
        if path.is_dir():
            path.chmod(0o755)
        elif "usr/lib/gale" in str(path):
            has_interpreter = path.read_bytes()[:2] == b"#!"
            path.chmod(0o755 if has_interpreter and path.stat().st_mode & 0o100 and path.suffix != ".py" else 0o644)


def write_control(tree, scratch):
    control = tree / "DEBIAN"
    control.mkdir()
    depends = sorted({*DEPENDS, *library_depends(tree, scratch)})
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file() and not path.is_symlink()) // 1024
    (control / "control").write_text(
        f"Package: gale\nVersion: {version()}\nArchitecture: amd64\nSection: net\nPriority: optional\n"
        f"Maintainer: {MAINTAINER}\nInstalled-Size: {size}\nDepends: {', '.join(depends)}\n"
        f"Recommends: {', '.join(RECOMMENDS)}\nSuggests: {', '.join(SUGGESTS)}\n"
        "Description: runs Apache Airflow DAG files on a C++ core\n"
        " Gale is a scheduler for the DAG files that people wrote for Apache Airflow. One\n"
        " binary holds scheduler, executor, DAG processor, REST API, web page and command\n"
        " line; it keeps its state in SQLite or PostgreSQL.\n"
        " .\n"
        " The package runs it as two systemd services: gale, and gale-worker, which runs\n"
        " the tasks and goes on with them while the first restarts.\n"
    )
    (control / "conffiles").write_text("/etc/gale/airflow.cfg\n/etc/default/gale\n")
    for name in ("postinst", "prerm", "postrm"):
        place(HERE / name, control / name, 0o755)


def build(binaries, out):
    when = commit_time()
    with tempfile.TemporaryDirectory() as folder:
        tree, scratch = Path(folder) / "tree", Path(folder) / "scratch"
        scratch.mkdir()
        tree.mkdir(mode=0o755)
        lay_out(binaries, tree, when)
        set_modes(tree)
        write_control(tree, scratch)
        package = out / f"gale_{version()}_amd64.deb"
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(package)],
            check=True, stdout=subprocess.DEVNULL, env={**os.environ, "SOURCE_DATE_EPOCH": str(when)},
        )  # fmt: skip
    print(f"{package}  {package.stat().st_size / 1e6:.1f} MB")
    return package


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=Path, required=True, help="folder of the built programs")
    parser.add_argument("--out", type=Path, required=True, help="folder for the package")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    try:
        build(arguments.bin.resolve(), arguments.out)
    except (CannotInstall, OSError) as error:
        sys.exit(f"build_deb: {error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"build_deb: {error}\n{error.stderr or ''}")


if __name__ == "__main__":
    main()
