#!/usr/bin/env python3
"""Builds Gale's container images without a registry and without a container engine, from what is installed here.

    build_images.py --bin build/release/bin --out build/release/images [--load | --folders] [NAME ...]

OUT/NAME.tar is what `docker load` and `podman load` take; --load loads it. --folders lays out the file systems as
OUT/NAME/ instead, which is what the Dockerfile does. Each image starts from nothing and has the
program, its libraries and what docs/deployment.md says. Debian 12 and `./dev setup` are needed. Where base images can be
pulled, deploy/images/Dockerfile makes the same by `docker compose build`.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "tools" / "container_images"), str(ROOT / "deploy")]

from debian_files import (  # noqa: E402
    MissingPackage,
    folder_layer,
    libraries_layer,
    package_layer,
    programs_of,
)
from image_archive import File, Layer, extract, write_image  # noqa: E402
from installation import (  # noqa: E402
    CannotInstall,
    compile_python,
    lay_out_python,
    lay_out_server,
    strip,
)
from shared_libraries import MissingLibrary  # noqa: E402

# As in Airflow's own image; any AIRFLOW_UID works, in group 0.
USER = 50000
HOME = "/opt/airflow"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# What Bash tasks may expect.
TOOLS = ["bash", "dash", "coreutils", "sed", "grep", "findutils", "mawk", "gzip", "bzip2", "xz-utils", "tar", "diffutils",
         "hostname", "procps", "util-linux", "debianutils", "curl", "tini"]  # fmt: skip
PYTHON = ["python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib", "media-types"]
POSTGRES_TOOLS = ["bash", "coreutils", "sed", "grep", "findutils", "util-linux", "tzdata"]


def system_layer(homes=(HOME,), group_writable=True):
    """Users, folders, certificates, links that packages' scripts would have made."""
    layer = Layer("system")
    users = f"root:x:0:0:root:/root:/usr/bin/bash\ngale:x:{USER}:0:gale:{HOME}:/usr/bin/bash\npostgres:x:999:999::/var/lib/postgresql:/usr/bin/bash\n"
    # Group 0 may add itself a name (see entrypoint).
    layer.files["/etc/passwd"] = File(users.encode(), 0o664 if group_writable else 0o644)
    layer.files["/etc/group"] = File(b"root:x:0:\ntty:x:5:\npostgres:x:999:\n")
    if CERTIFICATES.is_file():
        layer.files[str(CERTIFICATES)] = File(CERTIFICATES)
        layer.links["/usr/lib/ssl/certs"] = "/etc/ssl/certs"
        layer.links["/usr/lib/ssl/cert.pem"] = str(CERTIFICATES)
    layer.files["/etc/os-release"] = File(Path("/etc/os-release"))
    # Group 0 writes there: whoever AIRFLOW_UID is.
    layer.folders |= dict.fromkeys(homes, 0o775)
    return layer


def locale_layer():
    layer = Layer("locale C.UTF-8")
    folder = Path("/usr/lib/locale/C.utf8")
    layer.files = {str(path): File(path) for path in folder.rglob("*") if path.is_file()}
    return layer


def server_layers(binaries, folder):
    lay_out_server(binaries, folder)
    program = folder_layer("gale", folder)
    extra = package_layer("time zones and curl", ["tzdata", "curl"])
    homes = (HOME, *(f"{HOME}/{name}" for name in ("dags", "logs", "plugins", "config", "data", "run")))
    return [libraries_layer(programs_of(program, extra)), extra, system_layer(homes), program], {
        "Entrypoint": ["/usr/bin/gale"],
        "Cmd": ["api-server"],
    }


def worker_layers(binaries, folder):
    stage, library = folder / "python", folder / "gale"
    python = package_layer("python", PYTHON, without=("/usr/share/binfmts", "/usr/share/applications"))
    materialize(python, stage)
    compile_python(stage, stage / "usr" / "lib" / "python3.11")
    python = folder_layer("python", stage)
    python.links["/usr/bin/python3"] = "python3.11"
    tools = package_layer("tools", [*TOOLS, "tzdata"], without=("/usr/bin/tini-static", "/usr/lib/udev/", "/lib/udev/"))
    tools.links |= {"/usr/bin/sh": "dash", "/usr/bin/awk": "mawk"}
    lay_out_python(library)
    environment = folder_layer("python environment", library / "usr" / "lib" / "gale" / "venv")
    environment = moved(environment, "/usr/lib/gale/venv")
    lay_out_server(binaries, folder / "server")
    gale = folder_layer("gale", folder / "server")
    own = moved(folder_layer("", library / "usr" / "lib" / "gale" / "python"), "/usr/lib/gale/python")
    gale.files |= own.files
    gale.files["/usr/bin/entrypoint"] = File(HERE / "entrypoint", 0o755)
    homes = (HOME, *(f"{HOME}/{name}" for name in ("dags", "logs", "plugins", "config", "data", "run")))
    libraries = libraries_layer(programs_of(python, tools, environment, gale))
    return [libraries, locale_layer(), tools, python, system_layer(homes), environment, gale], {
        "Entrypoint": ["/usr/bin/tini", "--", "/usr/bin/entrypoint"],
        "Cmd": ["worker"],
    }


def proxy_layers(binaries, folder):
    strip(binaries / "gale-docker-proxy", folder / "usr" / "bin" / "gale-docker-proxy")
    program = folder_layer("gale-docker-proxy", folder)
    # Root, as the engine's socket is root's; the compose file takes its capabilities away.
    return [libraries_layer(programs_of(program)), system_layer((), group_writable=False), program], {
        "Entrypoint": ["/usr/bin/gale-docker-proxy"],
        "User": "0:0",
    }


def postgres_layers(_, __):
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not versions:
        raise MissingPackage("PostgreSQL is not installed: apt-get install postgresql-15")
    programs = versions[-1].parent
    version = programs.parent.name
    packages = [f"postgresql-{version}", f"postgresql-client-{version}"]
    # The compiler of queries needs LLVM, larger than all the rest.
    jit = (f"/usr/lib/postgresql/{version}/lib/bitcode", f"/usr/lib/postgresql/{version}/lib/llvmjit")
    postgres = package_layer("postgresql", packages, without=jit)
    postgres.links |= {f"/usr/bin/{path.name}": str(path) for path in programs.iterdir()}
    postgres.files["/usr/bin/entrypoint"] = File(HERE / "postgres_entrypoint", 0o755)
    tools = package_layer("tools", POSTGRES_TOOLS, without=("/usr/lib/udev/", "/lib/udev/"))
    # initdb asks it what there is.
    tools.files["/usr/bin/locale"] = File(Path("/usr/bin/locale"), 0o755)
    # initdb starts programs through it.
    tools.links["/usr/bin/sh"] = "bash"
    layers = [libraries_layer(programs_of(tools, postgres)), locale_layer(), tools, system_layer((), group_writable=False), postgres]
    return layers, {
        "Entrypoint": ["/usr/bin/entrypoint"],
        "User": "0:0",
        "StopSignal": "SIGINT",
        "ExposedPorts": {"5432/tcp": {}},
        "Volumes": {"/var/lib/postgresql/data": {}},
    }


def moved(layer, prefix):
    layer.files = {prefix + path: file for path, file in layer.files.items()}
    layer.links = {prefix + path: target for path, target in layer.links.items()}
    return layer


def materialize(layer, folder):
    """Copies a layer's files into a folder, for compiling them there."""
    for path, file in layer.files.items():
        target = folder / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.content, target)
        target.chmod(file.mode)
    for path, link in layer.links.items():
        target = folder / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(link)


IMAGES = {
    "gale-server": server_layers,
    "gale-worker": worker_layers,
    "gale-docker-proxy": proxy_layers,
    "gale-postgres": postgres_layers,
}


def build(name, binaries, out, as_folder):
    with tempfile.TemporaryDirectory() as folder:
        layers, config = IMAGES[name](binaries, Path(folder))
        if as_folder:
            extract(layers, out / name)
            return None
        config = {
            "Env": ["PATH=/usr/local/bin:/usr/bin:/usr/sbin", "LANG=C.UTF-8", f"AIRFLOW_HOME={HOME}", f"HOME={HOME}"],
            "User": f"{USER}:0",
            "WorkingDir": HOME,
            **config,
        }
        if config["User"] == "0:0":
            config |= {"WorkingDir": "/", "Env": config["Env"][:2]}
        archive = out / f"{name}.tar"
        image_id, size = write_image(archive, f"{name}:latest", layers, config)
    print(f"{name}:latest  {size / 1e6:.1f} MB  {image_id}  {archive}")
    return archive


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=Path, required=True, help="folder of the built programs")
    parser.add_argument("--out", type=Path, required=True, help="folder for the archives")
    parser.add_argument("--load", action="store_true", help="load them into the container engine")
    parser.add_argument("--folders", action="store_true", help="write file systems, not archives")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(IMAGES)} (default: all)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in IMAGES]
    if unknown:
        parser.error(f"no image {unknown[0]}; there are {', '.join(IMAGES)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    try:
        for name in arguments.names or IMAGES:
            archive = build(name, arguments.bin.resolve(), arguments.out, arguments.folders)
            if arguments.load and archive:
                loaded = subprocess.run(["docker", "load", "-q", "-i", str(archive)], capture_output=True, text=True, check=False)
                if loaded.returncode != 0:
                    sys.exit(f"build_images: docker load of {archive} failed: {loaded.stderr.strip()}")
    except (MissingPackage, MissingLibrary, CannotInstall, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"build_images: {error}")


if __name__ == "__main__":
    main()
