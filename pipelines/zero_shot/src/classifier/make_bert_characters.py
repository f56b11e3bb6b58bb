"""Writes bert_characters.inc: what BERT's uncased normalizer does to each character.

    make_bert_characters.py > bert_characters.inc

Each table is measured on the `tokenizers` package, the reference implementation, one code point at a
time, so that it follows the Unicode version which the model was trained with and not the newest one.
Runs in the Python environment for builds.
"""

import sys

from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

HANGUL = range(0xAC00, 0xD7A4)


def code_points():
    return (point for point in range(sys.maxunicode + 1) if not 0xD800 <= point <= 0xDFFF)


def ranges(points):
    found = []
    for point in points:
        if found and found[-1][1] == point - 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return found


def hangul_jamo(syllable):
    """Canonical decomposition by arithmetic (Unicode, section 3.12); the C++ side does the same."""
    place = syllable - HANGUL.start
    jamo = [0x1100 + place // 588, 0x1161 + place % 588 // 28]
    return "".join(map(chr, jamo + ([0x11A7 + place % 28] if place % 28 else [])))


def measure():
    normalizer = BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
    splitter = BertPreTokenizer()
    dropped, spaced, replaced, punctuation = [], [], {}, []
    for point in code_points():
        character = chr(point)
        normal = normalizer.normalize_str(character)
        if point in HANGUL:
            assert normal == hangul_jamo(point), hex(point)
        elif normal == "":
            dropped.append(point)
        elif normal == f" {character} ":
            spaced.append(point)
        elif normal != character:
            replaced[point] = normal
        pieces = len(splitter.pre_tokenize_str(f"a{character}b"))
        if pieces == 3:
            punctuation.append(point)
        # What splits words is gone or a plain space after the normalizer.
        assert pieces != 2 or normal in ("", " "), hex(point)
    return dropped, spaced, replaced, punctuation


def print_ranges(name, comment, points):
    print(f"\n// {comment}\nconstexpr CharacterRange {name}[] = {{")
    print_wrapped([f"{{0x{first:X}, 0x{last:X}}}," for first, last in ranges(points)])
    print("};")


def print_wrapped(items):
    line = ""
    for item in items:
        if len(line) + len(item) > 96:
            print(f"    {line.rstrip()}")
            line = ""
        line += item + " "
    print(f"    {line.rstrip()}")


def main():
    dropped, spaced, replaced, punctuation = measure()
    longest = max(map(len, replaced.values()))
    print("// Written by make_bert_characters.py; do not change by hand.")
    print_ranges("kDropped", "Control and format characters, combining marks.", dropped)
    print_ranges("kSpaced", "Ideographs: each is a word.", spaced)
    print_ranges("kPunctuation", "Each is a word.", punctuation)
    print(f"\n// Lower case, base letters, plain spaces: at most {longest} characters.")
    print("constexpr Replacement kReplaced[] = {")
    rows = ((point, ", ".join(f"0x{ord(x):X}" for x in text)) for point, text in sorted(replaced.items()))
    print_wrapped([f"{{0x{point:X}, {{{text}}}}}," for point, text in rows])
    print("};")


if __name__ == "__main__":
    main()
