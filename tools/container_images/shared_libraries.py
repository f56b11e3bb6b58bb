"""Which shared libraries a program needs, by the loader that will load them."""

import os
import re
import subprocess
from pathlib import Path

LINE = re.compile(r"^\s*(?:(?P<name>\S+) => )?(?P<path>/\S+) \(0x[0-9a-f]+\)$")


class MissingLibrary(Exception):
    pass


def needed_libraries(binaries, search=()):
    """Library name -> file, over all of `binaries` (programs, and libraries loaded while they run).

    `search` are folders for libraries that have no run path of their own. The loader itself is under
    its absolute path. Raises MissingLibrary with the name of one that is not found.
    """
    libraries = {}
    for binary in binaries:
        environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, search))}
        listing = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, env=environment, check=False)
        if listing.returncode != 0:
            raise MissingLibrary(f"ldd cannot read {binary}: {listing.stderr.strip()}")
        for line in listing.stdout.splitlines():
            if "not found" in line:
                raise MissingLibrary(f"{binary} needs {line.split()[0]}, which is not on this machine")
            found = LINE.match(line)
            if found:
                libraries[found["name"] or found["path"]] = Path(found["path"])
    return libraries
