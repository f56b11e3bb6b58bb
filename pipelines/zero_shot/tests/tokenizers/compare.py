"""Compares encodings of the C++ program with the reference's: ids, type ids and offsets.

    compare.py PROGRAM [--texts 100000] [--only NAME ...] [--seed 2]

Offsets of the reference count characters of the decoded text, ours bytes of the text given.
"""

import argparse
import codecs
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
from odd_texts import every_code_point, texts
from reference_tokenizers import TOKENIZERS, write_folder

NOTHING = 0xFFFFFFFF


replaced = []  # parts of the text being decoded


def replace_and_note(error):
    replaced.append((error.start, error.end))
    return "\ufffd", error.end


codecs.register_error("replace_and_note", replace_and_note)


def character_starts(text):
    """Places in bytes of each character of a text decoded with replacement, and of the end."""
    replaced.clear()
    decoded = text.decode(errors="replace_and_note")
    assert decoded == text.decode(errors="replace")
    lengths = {first: last - first for first, last in replaced}
    starts, at = [], 0
    for character in decoded:
        starts.append(at)
        at += lengths.get(at) or len(character.encode())
    assert at == len(text)
    return [*starts, at]


def records(pairs):
    out = bytearray()
    for first, second in pairs:
        out += struct.pack("=I", len(first)) + first
        out += struct.pack("=I", NOTHING) if second is None else struct.pack("=I", len(second)) + second
    return bytes(out)


def encode_here(program, folder, max_length, pairs):
    done = subprocess.run([program, str(folder), str(max_length)], input=records(pairs), capture_output=True, check=True)
    words = numpy.frombuffer(done.stdout, dtype="=u4")
    found, at = [], 0
    while at < len(words):
        count = int(words[at])
        at += 1
        if count == NOTHING:
            found.append(None)
            continue
        found.append(words[at : at + 4 * count].reshape(count, 4))
        at += 4 * count
    return found


def reference_rows(encoding, pair):
    starts = [character_starts(text) if text is not None else None for text in pair]
    rows = []
    for token, type_id, (first, last), sequence in zip(
        encoding.ids, encoding.type_ids, encoding.offsets, encoding.sequence_ids, strict=True
    ):
        if sequence is None:
            rows.append((token, type_id, first, last))
        else:
            rows.append((token, type_id, starts[sequence][first], starts[sequence][last]))
    return numpy.array(rows, dtype="=u4").reshape(len(rows), 4)


def encode_reference(tokenizer, max_length, pairs):
    tokenizer.no_truncation()
    found = []
    for pair in pairs:
        decoded = [text.decode(errors="replace") if text is not None else None for text in pair]
        if max_length:
            tokenizer.enable_truncation(max_length, strategy="longest_first" if pair[1] is None else "only_first")
        try:
            found.append(reference_rows(tokenizer.encode(*decoded), pair))
        except Exception as error:  # the only one it raises here
            assert "too short" in str(error), error
            found.append(None)
    return found


def same(ours, theirs):
    return (ours is None) == (theirs is None) and (ours is None or numpy.array_equal(ours, theirs))


def make_pairs(count, seed):
    some = texts(count, seed)
    pairs = [(text, None) for text in some[: count // 2]]
    pairs += list(zip(some[count // 2 :], reversed(some[count // 2 :]), strict=True))
    return pairs


def compare(program, folder, tokenizer, pairs, max_length):
    """The pairs that differ, with both encodings."""
    ours = encode_here(program, folder, max_length, pairs)
    theirs = encode_reference(tokenizer, max_length, pairs)
    assert len(ours) == len(theirs) == len(pairs)
    return [found for found in zip(pairs, ours, theirs, strict=True) if not same(found[1], found[2])]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--only", nargs="*", default=list(TOKENIZERS))
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--code-points", action="store_true", help="also every code point, in company")
    arguments = parser.parse_args()
    failed = False
    for name in arguments.only:
        start = time.monotonic()
        folder = Path(tempfile.mkdtemp()) / name
        tokenizer = write_folder(folder, name)
        for max_length, count in ((0, arguments.texts), (24, arguments.texts // 10)):
            pairs = make_pairs(count, arguments.seed)
            if arguments.code_points and max_length == 0:
                pairs += [(text, None) for text in every_code_point()]
            different = compare(arguments.program, folder, tokenizer, pairs, max_length)
            failed = failed or bool(different)
            print(f"{name}, max_length {max_length}: {len(different)} of {len(pairs)} differ ({time.monotonic() - start:.0f} s)")
            for pair, ours, theirs in different[:3]:
                print(" ", ascii(pair), "\n   ours  ", None if ours is None else ours.tolist(), "\n   theirs", None if theirs is None else theirs.tolist())
    sys.exit(failed)


if __name__ == "__main__":
    main()
