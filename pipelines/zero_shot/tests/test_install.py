"""The installed library, as another project finds and links it."""

import json
import subprocess
from pathlib import Path

import pytest
from conftest import BIN
from seeded_weights import LABELS, TEXTS, write_folder

REFERENCE = Path(__file__).parent / "reference"

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES CXX)
find_package(zero_shot 0.1 REQUIRED)
add_executable(consumer main.cpp)
target_link_libraries(consumer PRIVATE gale::zero_shot)
"""

PROGRAM = """
#include <gale/zero_shot/classifier.hpp>

#include <cstdio>

int main(int, char** arguments) {
    auto classifier = gale::zero_shot::Classifier::open(arguments[1], {.threads = 1});
    if (!classifier) return std::fprintf(stderr, "%s", classifier.error().message.c_str()), 1;
    const std::string texts[] = {arguments[2]};
    const std::string labels[] = {arguments[3], arguments[4], arguments[5], arguments[6], arguments[7]};
    const auto found = classifier->classify(texts, labels);
    if (!found) return std::fprintf(stderr, "%s", found.error().message.c_str()), 1;
    for (const auto& [label, score] : found->front()) std::printf("%zu %.6f\\n", label, score);
}
"""


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    return done.stdout


def openvino_folder():
    openvino = pytest.importorskip("openvino")
    return Path(openvino.__file__).parent / "cmake"


def test_another_project_links_it(tmp_path):
    run("cmake", "--install", BIN.parent, "--component", "zero_shot", "--prefix", tmp_path / "prefix")
    source = tmp_path / "source"
    source.mkdir()
    (source / "CMakeLists.txt").write_text(PROJECT)
    (source / "main.cpp").write_text(PROGRAM)
    places = [f"-DCMAKE_PREFIX_PATH={tmp_path / 'prefix'}", f"-DOpenVINO_DIR={openvino_folder()}"]
    run("cmake", "-G", "Ninja", "-S", source, "-B", tmp_path / "build", "-DCMAKE_CXX_FLAGS=-O0", *places)
    run("ninja", "-C", tmp_path / "build")

    reference = json.loads((REFERENCE / "bert.json").read_text(encoding="utf-8"))
    write_folder(tmp_path / "model", reference)
    printed = run(tmp_path / "build" / "consumer", tmp_path / "model", TEXTS[0], *LABELS)
    found = {int(label): float(score) for label, score in (line.split() for line in printed.splitlines())}
    wanted = reference["single_label"][0]
    assert list(found) == sorted(range(len(LABELS)), key=lambda label: -wanted[label])
    assert all(abs(score - wanted[label]) < 1e-4 for label, score in found.items())
