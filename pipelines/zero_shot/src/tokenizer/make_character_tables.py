"""Writes character_tables.inc: the classes of characters that tokenizers tell apart.

    make_character_tables.py > character_tables.inc

Each table is measured on the `tokenizers` package, the reference implementation, one code point at a
time: it follows whatever Unicode version each part of that package was built with. Needs
tokenizers 0.23.3, sentencepiece 0.2.3 and protobuf.
"""

import io
import sys
import unicodedata

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers.normalizers import NFC, NFD, BertNormalizer, Lowercase, Precompiled
from tokenizers.pre_tokenizers import BertPreTokenizer, ByteLevel

HANGUL = range(0xAC00, 0xD7A4)
SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


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


def measure_byte_level():
    """Letters and numbers join their like; white space alone joins nothing that is visible."""
    splitter = ByteLevel(add_prefix_space=False)
    letters, numbers = [], []
    for point in code_points():
        character = chr(point)
        if len(splitter.pre_tokenize_str("a" + character)) == 1:
            letters.append(point)
        elif len(splitter.pre_tokenize_str("1" + character)) == 1:
            numbers.append(point)
        else:
            is_space = len(splitter.pre_tokenize_str("!" + character)) == 2
            assert is_space == (character in SPACES), hex(point)
    return letters, numbers


def bert(**only):
    options = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
    return BertNormalizer(**{**options, **only}).normalize_str


def hangul_jamo(syllable):
    """Canonical decomposition by arithmetic (Unicode, section 3.12); the C++ side does the same."""
    place = syllable - HANGUL.start
    jamo = [0x1100 + place // 588, 0x1161 + place % 588 // 28]
    return "".join(map(chr, jamo + ([0x11A7 + place % 28] if place % 28 else [])))


def measure_bert():
    clean, pad, strip = bert(clean_text=True), bert(handle_chinese_chars=True), bert(strip_accents=True)
    splitter = BertPreTokenizer()
    dropped, ideographs, punctuation, marks = [], [], [], []
    for point in code_points():
        character = chr(point)
        if clean(character) == "":
            dropped.append(point)
        else:
            assert clean(character) == (" " if character in SPACES else character), hex(point)
        if pad(character) == f" {character} ":
            ideographs.append(point)
        if strip(character) == "":
            marks.append(point)
        if len(splitter.pre_tokenize_str(f"a{character}b")) == 3:
            punctuation.append(point)
    return dropped, ideographs, punctuation, marks


def measure_composition():
    """Canonical decompositions, pairs that compose, and combining classes. The latter can't be seen directly: they
    are Python's, for what the reference takes for a mark too."""
    decompose, compose = NFD().normalize_str, NFC().normalize_str
    decomposed, composed, classes = {}, {}, {}
    for point in code_points():
        character = chr(point)
        parts = decompose(character)
        if point in HANGUL:
            assert parts == hangul_jamo(point), hex(point)
        elif parts != character:
            decomposed[point] = parts
            if len(parts) > 1 and compose(parts) == character:
                first = compose(parts[:-1])
                if len(first) == 1 and compose(first + parts[-1]) == character:
                    composed[ord(first), ord(parts[-1])] = point
        combining = unicodedata.combining(character)
        # A class is above 0 when the mark goes in front of or behind another of another class.
        if combining and (decompose("a\u0345" + character), decompose("a" + character + "\u0334")) != (
            "a\u0345" + character,
            "a" + character + "\u0334",
        ):
            classes.setdefault(combining, []).append(point)
    return decomposed, composed, classes


def measure_lower():
    """As str.to_lowercase of Rust, one character at a time: no final sigma."""
    lower = Lowercase().normalize_str
    found = {}
    for point in code_points():
        if lower(chr(point)) != chr(point):
            found[point] = lower(chr(point))
        assert lower(chr(point)) == bert(lowercase=True)(chr(point)), hex(point)
    return found


def precompiled(rules):
    """A normalizer that rewrites by `rules`: hexadecimal code points, a tab, others."""
    model = io.BytesIO()
    with open("/tmp/rules.tsv", "w") as file:
        file.write(rules)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g hello world this is a test"] * 50), model_writer=model, vocab_size=30,
        hard_vocab_limit=False, minloglevel=2, normalization_rule_tsv="/tmp/rules.tsv")  # fmt: skip
    read = sentencepiece_model_pb2.ModelProto()
    read.ParseFromString(model.getvalue())
    return Precompiled(read.normalizer_spec.precompiled_charsmap).normalize_str


def is_candidate(point):
    """Could be a Control: those categories, and what is reserved for them."""
    category = unicodedata.category(chr(point))
    reserved = point == 0x2065 or 0xFFF0 <= point <= 0xFFF8 or 0xE0000 <= point <= 0xE0FFF
    return point > 0 and (category in {"Cc", "Cf", "Zl", "Zp"} or (category == "Cn" and reserved))


def measure_graphemes():
    """A cluster whose first character is known is replaced as a whole: what went with it was in it."""
    # a -> x, (c) -> y, e + acute -> z
    normalize = precompiled("61\t78\nA9\t79\n65 301\t7A\n")
    joining = [point for point in code_points() if normalize("a" + chr(point)) == "x"]
    prepended = [point for point in code_points() if not normalize(chr(point) + "e\u0301").endswith("z")]
    pictographs = [point for point in code_points() if len(normalize("\xa9\u200d" + chr(point))) == 3]
    candidates = [point for point in code_points() if is_candidate(point)]
    normalize = precompiled("".join(f"{point:X}\t79\n" for point in candidates))
    controls = [0] + [point for point in candidates if normalize(chr(point) + "\u0301") != "y"]
    joins = set(joining)
    prepended, pictographs = ([point for point in points if point not in joins] for points in (prepended, pictographs))
    return joining, prepended, pictographs, sorted(set(controls) - joins - set(prepended))


def print_wrapped(items):
    line = ""
    for item in items:
        if len(line) + len(item) > 112:
            print(f"    {line.rstrip()}")
            line = ""
        line += item + " "
    print(f"    {line.rstrip()}")


def print_ranges(name, comment, points):
    print(f"\n// {comment}\nconstexpr CharacterRange {name}[] = {{")
    print_wrapped([f"{{0x{first:X}, 0x{last:X}}}," for first, last in ranges(points)])
    print("};")


def print_replaced(name, comment, replaced):
    longest = max(map(len, replaced.values()))
    assert longest <= 4
    print(f"\n// {comment}: at most {longest} characters.\nconstexpr Replacement {name}[] = {{")
    rows = ((point, ", ".join(f"0x{ord(x):X}" for x in text)) for point, text in sorted(replaced.items()))
    print_wrapped([f"{{0x{point:X}, {{{text}}}}}," for point, text in rows])
    print("};")


def print_classes(classes):
    rows = sorted((*found, number) for number, points in classes.items() for found in ranges(points))
    print("\n// Canonical combining classes above 0.\nconstexpr CombiningRange kCombining[] = {")
    print_wrapped([f"{{0x{first:X}, 0x{last:X}, {number}}}," for first, last, number in rows])
    print("};")


def print_pairs(composed):
    print("\n// Primary composites: first, second, composite; Hangul by arithmetic.\nconstexpr Composition kComposed[] = {")
    rows = sorted(composed.items())
    print_wrapped([f"{{0x{first:X}, 0x{second:X}, 0x{composite:X}}}," for (first, second), composite in rows])
    print("};")


def main():
    letters, numbers = measure_byte_level()
    dropped, ideographs, punctuation, marks = measure_bert()
    decomposed, composed, classes = measure_composition()
    joining, prepended, pictographs, controls = measure_graphemes()
    print("// Written by make_character_tables.py; do not change by hand.")
    print_ranges("kLetters", "General category L, as the byte-level splitter has it.", letters)
    print_ranges("kNumbers", "General category N, as the byte-level splitter has it.", numbers)
    print_ranges("kPunctuation", "What BERT splits a text at, beside white space.", punctuation)
    print_ranges("kDropped", "Control and format characters that BERT's clean_text drops.", dropped)
    print_ranges("kIdeographs", "What BERT sets apart with spaces.", ideographs)
    print_ranges("kJoining", "Never the first of a grapheme cluster: Extend, SpacingMark, ZWJ.", joining)
    print_ranges("kPrepended", "Never the last of a grapheme cluster: Prepend.", prepended)
    print_ranges("kPictographs", "Joined to one another by ZWJ.", pictographs)
    print_ranges("kControls", "A grapheme cluster of their own: Control, CR, LF.", controls)
    print_ranges("kMarks", "What BERT's strip_accents drops after decomposition: general category Mn.", marks)
    print_replaced("kDecomposed", "Canonical decompositions, Hangul by arithmetic", decomposed)
    print_classes(classes)
    print_pairs(composed)
    print_replaced("kLower", "Lower case", measure_lower())


if __name__ == "__main__":
    main()
