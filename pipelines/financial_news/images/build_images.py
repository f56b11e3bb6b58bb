"""Builds the container images of the pipeline from its two built programs.

    build_images.py --bin build/release/bin --out build/release/images [--load | --folders] [--model MODEL] [NAME ...]

Each image starts from nothing (`FROM scratch`) and holds the program, the libraries that it needs, the
C library's loader, and the data that it reads: certificates for the loader of news, the model folder
for the classifier. OUT/NAME.tar is what `docker load` and `podman load` take; --load loads it.
--folders lays out the file systems as OUT/NAME/ instead, for a Dockerfile.
--model puts another model into the classifier's image: a folder, or OWNER/NAME on the hub.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools" / "container_images"))

from image_archive import File, Layer, extract, write_image  # noqa: E402
from shared_libraries import MissingLibrary, needed_libraries  # noqa: E402

# As in Airflow's own image: a user without a name on the host, in group 0, so that a data folder of
# root's is writable for it once it is group-writable.
USER, GROUP = 50000, 0
LIBRARIES = "/usr/lib/x86_64-linux-gnu"
PROGRAMS = "/usr/local/bin"
SHARE = "/usr/local/share/gale"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
MODEL = "all-MiniLM-L6-v2"

# Loaded while the program runs, so that ldd does not name them.
OPENVINO_PLUGINS = ("libopenvino_intel_cpu_plugin.so",)


class CannotBuild(Exception):
    pass


def base_layer(libraries, loaded_later=()):
    """What every program needs around it: libraries, the loader, a user, a place for temporary files."""
    layer = Layer("libraries", folders={"/tmp": 0o1777})
    for name, path in libraries.items():
        target = name if name.startswith("/") else f"{LIBRARIES}/{name}"
        layer.files[target] = File(path.resolve(), 0o755)
    for path in loaded_later:
        layer.files[f"{LIBRARIES}/{path.name}"] = File(path.resolve(), 0o755)
    layer.files["/etc/passwd"] = File(
        f"root:x:0:0:root:/:/sbin/nologin\ngale:x:{USER}:{GROUP}:gale:/tmp:/sbin/nologin\n".encode()
    )
    layer.files["/etc/group"] = File(b"root:x:0:\n")
    layer.files["/etc/nsswitch.conf"] = File(b"passwd: files\ngroup: files\nhosts: files dns\n")
    return layer


def program_layer(program):
    """The program without debug information, which would name the folder it was built in."""
    with tempfile.TemporaryDirectory() as folder:
        stripped = Path(folder) / program.name
        command = ["strip", "--strip-all", "--remove-section=.note.gnu.build-id", "-o", str(stripped), str(program)]
        subprocess.run(command, check=True)
        content = stripped.read_bytes()
    return Layer(program.name, {f"{PROGRAMS}/{program.name}": File(content, 0o755)})


def folder_files(source, target, mode=0o644):
    files = sorted(path for path in source.rglob("*") if path.is_file())
    return {f"{target}/{path.relative_to(source)}": File(path, mode) for path in files}


def loader_layers(program):
    if not CERTIFICATES.is_file():
        raise CannotBuild(f"there is no {CERTIFICATES}: install the package ca-certificates")
    base = base_layer(needed_libraries([program]))
    base.files[str(CERTIFICATES)] = File(CERTIFICATES)
    # Feeds in encodings that iconv reads through these modules.
    base.files |= folder_files(Path(LIBRARIES) / "gconv", f"{LIBRARIES}/gconv")
    return [base, program_layer(program)]


def fetched_model(program, name, cache):
    """The folder of the hub's model `name` below `cache`: the program fetches and checks it, given no news to label."""
    cache.mkdir(parents=True, exist_ok=True)
    news = cache / "none.tsv"
    news.write_text("id\tpublished\ttitle\tsummary\n")
    command = [program, "--data_path", news, "--pred_path", cache / "none.json", "--model", name]
    done = subprocess.run([str(word) for word in command], env=os.environ | {"HF_HUB_CACHE": str(cache)}, check=False)
    if done.returncode != 0:
        raise CannotBuild(f"the model {name} cannot be had, see above")
    (folder,) = (cache / f"models--{name.replace('/', '--')}" / "snapshots").iterdir()
    return folder


def model_place(model):
    """Where the image has it: by its name as it was given, so that a Dockerfile can say it too."""
    return os.path.normpath(f"{SHARE}/models/{model}")


def model_layer(program, model, cache):
    """The model that the classifier takes when none is named: the one built with it, or `model`."""
    if model is None:
        folder = program.parents[1] / "share" / "gale" / "models" / MODEL
        if not (folder / "model.safetensors").is_file():
            raise CannotBuild(f"there is no model in {folder}: build the target zero_shot_model")
        return Layer("model", folder_files(folder, model_place(MODEL)))
    folder = Path(model) if Path(model).is_dir() else fetched_model(program, model, cache)
    return Layer("model", folder_files(folder, model_place(model)))


def classifier_layers(program, model=None, cache=None):
    libraries = needed_libraries([program])
    openvino = next((path for name, path in libraries.items() if re.match(r"libopenvino\.so", name)), None)
    if openvino is None:
        raise CannotBuild(f"{program} does not use OpenVINO's shared library")
    folder = openvino.parent
    plugins = [folder / name for name in OPENVINO_PLUGINS]
    missing = [path for path in plugins if not path.is_file()]
    if missing:
        raise CannotBuild(f"there is no {missing[0]}: install OpenVINO again")
    return [
        base_layer(needed_libraries([program, *plugins], [folder]), plugins),
        model_layer(program, model, cache),
        program_layer(program),
    ]


IMAGES = {
    "data-loader": "data_load",
    "model-prediction": "model_predict",
}


def build(name, binaries, out, as_folder=False, model=None):
    program_name = IMAGES[name]
    program = binaries / program_name
    if not program.is_file():
        raise CannotBuild(f"there is no {program}: build the target {program_name} first")
    environment = [f"PATH={PROGRAMS}"]
    if program_name == "model_predict":
        layers = classifier_layers(program, model, out / "hub")
        environment.append(f"ZERO_SHOT_MODEL={model_place(model or MODEL)}")
    else:
        layers = loader_layers(program)
    if as_folder:
        extract(layers, out / name)
        return None
    config = {
        "Env": environment,
        "User": f"{USER}:{GROUP}",
        "WorkingDir": "/",
        # No entry point: a task's command starts with the program's name.
        "Cmd": [program_name, "--help"],
    }
    archive = out / f"{name}.tar"
    image_id, size = write_image(archive, f"{name}:latest", layers, config)
    print(f"{name}:latest  {size / 1e6:.1f} MB  {image_id}  {archive}")
    return archive


def load(archive):
    loaded = subprocess.run(["docker", "load", "-i", str(archive)], capture_output=True, text=True, check=False)
    if loaded.returncode != 0:
        raise CannotBuild(f"docker load of {archive} failed: {loaded.stderr.strip()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=Path, required=True, help="folder of the built programs")
    parser.add_argument("--out", type=Path, required=True, help="folder for the archives")
    parser.add_argument("--load", action="store_true", help="load them into the container engine")
    parser.add_argument("--folders", action="store_true", help="write file systems, not archives")
    parser.add_argument("--model", help="folder, or OWNER/NAME on the hub, for the classifier's image")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(IMAGES)} (default: all)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in IMAGES]
    if unknown:
        parser.error(f"no image {unknown[0]}; there are {', '.join(IMAGES)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    try:
        for name in arguments.names or IMAGES:
            archive = build(name, arguments.bin.resolve(), arguments.out, arguments.folders, arguments.model)
            if arguments.load and archive:
                load(archive)
    except (CannotBuild, MissingLibrary, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"build_images: {error}")


if __name__ == "__main__":
    main()
