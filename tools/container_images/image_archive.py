"""Writes container images as `docker load` reads them, byte for byte the same for the same content.

No container engine takes part: an image is a few tar files and two JSON files. Owners, times and order
are fixed, so that the image's id is a hash of nothing but what is inside.
"""

import hashlib
import io
import json
import tarfile
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class File:
    """A file of an image: its content, or where it is read from."""

    content: bytes | Path
    mode: int = 0o644

    def read(self):
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()


@dataclass
class Layer:
    """Files and symbolic links by their absolute path in the image, and folders that must be there though empty."""

    comment: str
    files: dict[str, File] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def tar(self):
        """The layer as an uncompressed tar: parents before children, then by name."""
        folders = {"/" + str(parent): 0o755 for path in [*self.files, *self.folders, *self.links] for parent in parents(path)}
        folders |= self.folders
        entries = sorted([*folders, *self.files, *self.links])
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for path in entries:
                info = tarfile.TarInfo(path.lstrip("/"))
                if path in self.files:
                    content = self.files[path].read()
                    info.size, info.mode = len(content), self.files[path].mode
                    tar.addfile(info, io.BytesIO(content))
                elif path in self.links:
                    info.type, info.linkname, info.mode = tarfile.SYMTYPE, self.links[path], 0o777
                    tar.addfile(info)
                else:
                    info.type, info.mode = tarfile.DIRTYPE, folders[path]
                    tar.addfile(info)
        return buffer.getvalue()


def parents(path):
    """`/a/b/c` -> a, a/b"""
    return [parent for parent in Path(path.lstrip("/")).parents if str(parent) != "."]


def extract(layers, folder):
    """The image's file system below `folder`, for a Dockerfile that copies it `FROM scratch`."""
    folder.mkdir(parents=True)
    for layer in layers:
        with tarfile.open(fileobj=io.BytesIO(layer.tar())) as tar:
            tar.extractall(folder)


def write_image(path, tag, layers, config, architecture="amd64"):
    """Writes the archive of the image `tag`; its id, and its size in bytes unpacked.

    `layers` go from the one that changes least to the one that changes most: an engine keeps those that
    it has already. `config` is the OCI image config's `config` object.
    """
    tars = [layer.tar() for layer in layers]
    digests = [hashlib.sha256(tar).hexdigest() for tar in tars]
    # No time of day: it would be the only part that differs between two builds.
    epoch = "1970-01-01T00:00:00Z"
    image = {
        "architecture": architecture,
        "os": "linux",
        "created": epoch,
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]},
        "history": [{"created": epoch, "created_by": "build_images.py", "comment": x.comment} for x in layers],
    }
    image_json = json.dumps(image, sort_keys=True).encode()
    image_id = hashlib.sha256(image_json).hexdigest()
    names = [f"{digest}/layer.tar" for digest in digests]
    manifest = [{"Config": f"{image_id}.json", "RepoTags": [tag], "Layers": names}]

    part = path.with_name(path.name + ".part")
    with tarfile.open(part, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        parts = [*zip(names, tars, strict=True), (f"{image_id}.json", image_json)]
        for name, content in [*parts, ("manifest.json", json.dumps(manifest).encode())]:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    part.replace(path)
    return f"sha256:{image_id}", sum(map(len, tars))
