"""SentencePiece's compiled map of characters: its own nmt_nfkc where `sentencepiece` is installed, else one
like it, made of this Python's Unicode data: a Darts double array (as of darts-clone) and the texts."""

import functools
import io
import struct
import sys
import unicodedata


@functools.cache
def nmt_nfkc():
    try:
        import sentencepiece
        from sentencepiece import sentencepiece_model_pb2
    except ImportError:
        return build(rules())
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g hello world this is a test"] * 50), model_writer=model, vocab_size=30,
        hard_vocab_limit=False, minloglevel=2, normalization_rule_name="nmt_nfkc")  # fmt: skip
    read = sentencepiece_model_pb2.ModelProto()
    read.ParseFromString(model.getvalue())
    return read.normalizer_spec.precompiled_charsmap


def rules():
    """Of text to text: NFKC of characters and of composed pairs; white space a space, controls nothing."""
    found = {chr(point): "" for point in [*range(1, 9), *range(14, 32), 0x7F, 0x8F, 0x9F]}
    found |= dict.fromkeys("\t\n\f\r\u1680\u200b\u200e\u2028\u2029\u2581\ufeff\ufffd", " ")
    for point in range(0x80, sys.maxunicode + 1):
        if 0xD800 <= point <= 0xDFFF or 0xAC00 <= point <= 0xD7A3:
            continue
        character = chr(point)
        normal = unicodedata.normalize("NFKC", character)
        if normal != character:
            found[character] = normal
        pair = unicodedata.normalize("NFD", character)
        if len(pair) == 2 and unicodedata.normalize("NFC", pair) == character:
            found[pair] = character
    return found


def build(mapping):
    texts, places = bytearray(), {}
    for text in mapping.values():
        if text not in places:
            places[text] = len(texts)
            texts += text.encode() + b"\0"
    trie = {}
    for key, text in mapping.items():
        node = trie
        for byte in key.encode():
            node = node.setdefault(byte, {})
        node[0] = places[text]  # no key holds a NUL
    units = DoubleArray().build(trie)
    return struct.pack("=I", 4 * len(units)) + struct.pack(f"={len(units)}I", *units) + bytes(texts)


class DoubleArray:
    """A node's children stand at base ^ byte; the unit of a node says what to xor to its place for that."""

    def __init__(self):
        self.units = {0: 0}
        self.bases = set()
        self.first_try = 1

    def build(self, trie):
        nodes = [(0, trie)]
        while nodes:
            place, children = nodes.pop()
            base = self.find_base(children)
            self.units[place] |= (place ^ base) << 10 | (1 << 8 if 0 in children else 0)
            for byte, child in children.items():
                self.units[base ^ byte] = child | 1 << 31 if byte == 0 else byte
            nodes += [(base ^ byte, child) for byte, child in children.items() if byte != 0]
        return [self.units.get(place, 0) for place in range((max(self.units) | 255) + 1)]

    def find_base(self, children):
        base = self.first_try
        while base in self.bases or any(base ^ byte in self.units for byte in children):
            base += 1
        self.bases.add(base)
        if len(children) == 1:
            self.first_try = max(self.first_try, base - 64)
        return base
