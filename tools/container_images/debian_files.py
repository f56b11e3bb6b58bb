"""Files of installed Debian packages, and of folders, as layers of an image that starts from nothing."""

import os
import subprocess
from pathlib import Path

from image_archive import File, Layer
from shared_libraries import needed_libraries

LIBRARIES = "/usr/lib/x86_64-linux-gnu"
# Where / has links into /usr; the packages of Debian 12 name files by either.
MERGED = {"/bin": "usr/bin", "/sbin": "usr/sbin", "/lib": "usr/lib", "/lib64": "usr/lib64"}
NOT_NEEDED = ("/usr/share/doc/", "/usr/share/man/", "/usr/share/locale/", "/usr/share/lintian/", "/usr/share/info/",
              "/usr/share/bash-completion/", "/usr/share/bug/", "/usr/share/doc-base/", "/usr/share/menu/", "/etc/init.d/",
              "/etc/cron", "/usr/lib/systemd/", "/lib/systemd/", "/etc/pam.d/", "/usr/share/pixmaps/", "/usr/share/icons/")  # fmt: skip


class MissingPackage(Exception):
    pass


def merged(path):
    """`/bin/sh` -> `/usr/bin/sh`"""
    for folder, target in MERGED.items():
        if path.startswith(folder + "/"):
            return "/" + target + path[len(folder) :]
    return path


def package_layer(comment, packages, without=()):
    """What `packages` have installed here, without documentation and what begins with one of `without`."""
    layer = Layer(comment)
    for package in packages:
        listing = subprocess.run(["dpkg-query", "-L", package], capture_output=True, text=True, check=False)
        if listing.returncode != 0:
            raise MissingPackage(f"the Debian package {package} is not installed: apt-get install {package}")
        for name in listing.stdout.splitlines():
            if name.startswith("/") and not name.startswith((*NOT_NEEDED, *without)):
                add_path(layer, Path(name), merged(name))
    return layer


def folder_layer(comment, folder):
    """A layer of what is below `folder`, with its modes."""
    layer = Layer(comment)
    for path in sorted(folder.rglob("*")):
        add_path(layer, path, "/" + str(path.relative_to(folder)))
    return layer


def add_path(layer, path, target):
    if path.is_symlink():
        layer.links[target] = os.readlink(path)
    elif path.is_file():
        layer.files[target] = File(path, 0o755 if os.access(path, os.X_OK) and path.stat().st_mode & 0o100 else 0o644)


def programs_of(*layers):
    """The ELF files among the layers' files: programs and libraries."""
    return [file.content for layer in layers for file in layer.files.values() if is_elf(file.content)]


def is_elf(content):
    if isinstance(content, bytes):
        return content.startswith(b"\x7fELF")
    with content.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def libraries_layer(programs, search=()):
    """The shared libraries of `programs`, the loader, and the links that Debian has at /."""
    layer = Layer("libraries", folders={"/tmp": 0o1777, "/var/tmp": 0o1777, "/run": 0o755}, links=dict(MERGED))
    for name, path in needed_libraries(programs, search).items():
        layer.files[merged(name) if name.startswith("/") else f"{LIBRARIES}/{name}"] = File(path.resolve(), 0o755)
    # Loaded by the C library itself, for names of hosts and users.
    for name in ("libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2"):
        path = Path(LIBRARIES) / name
        if path.exists():
            layer.files[f"{LIBRARIES}/{name}"] = File(path.resolve(), 0o755)
    layer.files["/etc/nsswitch.conf"] = File(b"passwd: files\ngroup: files\nhosts: files dns\n")
    return layer
