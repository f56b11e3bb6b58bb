"""What the documentation says is there, is there."""

import re

from conftest import ROOT


def test_every_setting_that_is_read_is_documented():
    source = (ROOT / "src" / "config" / "settings.cpp").read_text()
    text = (ROOT / "docs" / "configuration.md").read_text()
    read = set(re.findall(r'config\.(?:get|get_\w+|find)\(\s*"(\w+)",\s*"(\w+)"', source)) - {("gale", "pythonpath")}
    assert len(read) > 20
    for section, key in sorted(read):
        name = f"GALE_{key.upper()}" if section == "gale" else key
        assert re.search(rf"\b{name}\b", text), f"[{section}] {key} is missing in docs/configuration.md"


def test_every_verb_of_dev_is_listed_by_it():
    script = (ROOT / "dev").read_text()
    usage = script[script.index("usage:") : script.index("TEXT\n}")]
    verbs = re.findall(r"^  ([a-z]+)\)", script, re.M)
    assert {"setup", "build", "test", "demo", "run", "bench", "fmt", "check", "clean"} <= set(verbs)
    for verb in verbs:
        assert re.search(rf"^  {verb}\b", usage, re.M), f"./dev {verb} is not in ./dev's own list"
