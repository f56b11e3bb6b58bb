#!/usr/bin/env python3
"""Makes the C++ file that holds the page's files: embed_web.py DIST OUTPUT.cpp

Each file becomes an .incbin of its bytes beside OUTPUT, compressed where that helps, with a hash of its content as ETag. Without DIST
(the page is not built) the table is empty.
"""

import gzip
import hashlib
import sys
from pathlib import Path

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
PACKED_ALREADY = {".png", ".woff2", ".ico"}


def embedded(dist, folder):
    """One line of the table, and the assembly for its bytes, of each file."""
    for number, path in enumerate(sorted(p for p in dist.rglob("*") if p.is_file() and p.suffix not in (".map", ".br", ".gz"))):
        if path.suffix not in MEDIA_TYPES:
            sys.exit(f"embed_web.py: {path}: name the media type of {path.suffix} in {__file__}")
        content = path.read_bytes()
        variants = [("plain", content)]
        if path.suffix not in PACKED_ALREADY:
            # Plain is left out: what does not take gzip gets it unpacked at the request.
            variants = [("gzip", gzip.compress(content, 9, mtime=0))]
            brotli = path.with_name(path.name + ".br")
            if brotli.is_file():
                variants.append(("brotli", brotli.read_bytes()))
        symbols = {}
        for kind, data in variants:
            symbol = f"gale_web_{number}_{kind}"
            (folder / symbol).write_bytes(data)
            symbols[kind] = (symbol, len(data))
        yield path.relative_to(dist).as_posix(), MEDIA_TYPES[path.suffix], hashlib.sha256(content).hexdigest()[:32], symbols


def main():
    dist, output = Path(sys.argv[1]), Path(sys.argv[2])
    folder = output.parent / "web"
    folder.mkdir(parents=True, exist_ok=True)
    declarations, table = [], []
    for name, media_type, digest, symbols in embedded(dist, folder) if dist.is_dir() else ():
        views = []
        for kind in ("plain", "gzip", "brotli"):
            if kind not in symbols:
                views.append("{}")
                continue
            symbol, size = symbols[kind]
            declarations.append(
                f'extern "C" const char {symbol}[];\n'
                f'asm(".section .rodata\\n.global {symbol}\\n{symbol}:\\n.incbin \\"{folder / symbol}\\"\\n.previous\\n");'
            )
            views.append(f"{{{symbol}, {size}}}")
        table.append(f'    {{"/{name}", "{media_type}", "\\"{digest}\\"", {", ".join(views)}}},')
    output.write_text(
        "\n".join(
            [
                '// Made by embed_web.py.\n#include "api/web/web_files.hpp"\n',
                *declarations,
                "\nnamespace gale {\nnamespace {\n",
                f"const std::vector<WebFile> kFiles = {{\n" + "\n".join(table) + "\n};\n",
                "}  // namespace\n",
                "std::span<const WebFile> embedded_web_files() {\n    return kFiles;\n}\n",
                "}  // namespace gale\n",
            ]
        )
    )


main()
