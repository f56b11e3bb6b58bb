#!/usr/bin/env python3
"""A private PostgreSQL for tests: `postgres_server.py start FOLDER`, `… stop FOLDER`.

The server lives in FOLDER, listens on a socket there only, trusts its user "gale", and keeps nothing safe from a crash of
the machine, which makes it quick. PostgreSQL refuses to run as root: then it runs as "postgres" or "nobody"."""

import os
import pathlib
import pwd
import re
import shutil
import subprocess
import sys

SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "autovacuum": "off",
}


def find_program(name: str) -> str:
    """Of the folder GALE_TEST_POSTGRESQL if that is set, else the newest version's; Debian keeps most of them off the PATH."""
    if chosen := os.environ.get("GALE_TEST_POSTGRESQL"):
        return str(pathlib.Path(chosen) / name)
    folders = pathlib.Path("/usr/lib/postgresql").glob("*/bin")
    numbered = sorted(folders, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0), reverse=True)
    for folder in [*numbered, *map(pathlib.Path, os.environ.get("PATH", "").split(":"))]:
        if (folder / name).exists():
            return str(folder / name)
    sys.exit(f"there is no {name}: install PostgreSQL (deps/apt.txt)")


def as_user() -> list[str]:
    """What goes before a command so that it does not run as root."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return ["runuser", "-u", name, "--"]
    sys.exit("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody'")


def run(*command: str, folder: pathlib.Path) -> None:
    done = subprocess.run(
        [*as_user(), *command], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        log = folder / "server.log"
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}{log.read_text() if log.exists() else ''}")


def start(folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if command := as_user():
        user = pwd.getpwnam(command[2])
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"
    if not data.exists():
        run(find_program("initdb"), "-D", str(data), "-U", "gale", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
            "--no-sync", folder=folder)
        with (data / "postgresql.conf").open("a") as conf:
            conf.write(f"unix_socket_directories = '{folder}'\n")
            conf.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
    # The log is pg_ctl's to open: a server that keeps our output open would keep whoever reads it.
    run(find_program("pg_ctl"), "start", "-w", "-D", str(data), "-l", str(folder / "server.log"), folder=folder)


def stop(folder: pathlib.Path) -> None:
    if (folder / "data" / "postmaster.pid").exists():
        run(find_program("pg_ctl"), "stop", "-w", "-m", "immediate", "-D", str(folder / "data"), folder=folder)
    shutil.rmtree(folder, ignore_errors=True)


def restart(folder: pathlib.Path) -> None:
    run(find_program("pg_ctl"), "restart", "-w", "-m", "immediate", "-D", str(folder / "data"),
        "-l", str(folder / "server.log"), folder=folder)


if __name__ == "__main__":
    {"start": start, "stop": stop, "restart": restart}[sys.argv[1]](pathlib.Path(sys.argv[2]).resolve())
