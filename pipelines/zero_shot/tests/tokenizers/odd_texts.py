"""Texts that take tokenizers to their edges: every script, emoji, marks, controls, broken UTF-8.

The same seed gives the same texts. A text is bytes: most are UTF-8, some are not.
"""

import random
import sys
import unicodedata

# First and last code point of blocks that have words: a made-up language of each is as good as a real
# one for a tokenizer that never saw either.
SCRIPTS = {
    "latin": (0x61, 0x7A), "latin_accents": (0xDF, 0x17F), "vietnamese": (0x1EA0, 0x1EF9), "greek": (0x391, 0x3C9),
    "greek_accents": (0x1F00, 0x1FFF), "cyrillic": (0x410, 0x44F), "cyrillic_more": (0x450, 0x4FF),
    "armenian": (0x531, 0x587), "hebrew": (0x5B0, 0x5EA), "arabic": (0x620, 0x669), "arabic_forms": (0xFE70, 0xFEFC),
    "syriac": (0x70F, 0x74F), "devanagari": (0x900, 0x97F), "bengali": (0x980, 0x9F1), "tamil": (0xB82, 0xBEF),
    "thai": (0xE01, 0xE59), "lao": (0xE81, 0xEDD), "tibetan": (0xF00, 0xFB9), "myanmar": (0x1000, 0x109F),
    "georgian": (0x10A0, 0x10FF), "jamo": (0x1100, 0x11FF), "ethiopic": (0x1200, 0x137C), "cherokee": (0x13A0, 0x13FD),
    "khmer": (0x1780, 0x17E9), "mongolian": (0x1800, 0x18A8), "punctuation": (0x2000, 0x206F), "signs": (0x2070, 0x20F0),
    "letterlike": (0x2100, 0x218B), "arrows": (0x2190, 0x23FF), "enclosed": (0x2460, 0x24FF), "symbols": (0x2600, 0x27BF),
    "kana": (0x3040, 0x30FF), "squared": (0x3200, 0x33FF), "han": (0x4E00, 0x9FFF), "han_compatibility": (0xF900, 0xFAD9),
    "hangul": (0xAC00, 0xD7A3), "ligatures": (0xFB00, 0xFB4F), "variation": (0xFE00, 0xFE2F), "fullwidth": (0xFF01, 0xFFEE),
    "specials": (0xFFF0, 0xFFFF), "gothic": (0x10330, 0x1034A), "deseret": (0x10400, 0x1044F), "music": (0x1D100, 0x1D1FF),
    "mathematics": (0x1D400, 0x1D7FF), "emoji": (0x1F300, 0x1FAFF), "flags": (0x1F1E6, 0x1F1FF), "han_more": (0x20000, 0x2A6DF),
    "tags": (0xE0001, 0xE007F), "private": (0xE000, 0xE0FF), "marks": (0x300, 0x36F),
}  # fmt: skip
SPACES = [" ", "  ", "   ", "\t", "\n", "\r\n", "\xa0", "\u2003", "\u3000", "\u200b", "\u2028", "\x85", "\v"]
PLAIN = (
    "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were her all she there would their we him been has when who will more no if out so said what up its about into than them can only other new some could time these two may then do first any my now such like our over man me even most made after also did many before must through years where much your way well down should because each just those people how too little state good very make world still own see men work long get here between both life being under never day same another know while last might us great old year off come since against go came right used take three business market shares company bank percent billion million quarter profit revenue inflation rates central growth stocks investors shares trading prices economy deal merger earnings forecast oil gold dollar euro yuan crypto bitcoin regulation don't we're I'll you've it's he'd I'm can't O'Neil rock'n'roll"
).split()
SPECIAL = ["<s>", "</s>", "<pad>", "<mask>", " <mask> ", "<unk>", "[CLS]", "[SEP]", "[MASK]", " [MASK]x", "[UNK]", "[PAD]", "▁", "▁▁a"]
PIECES = [
    "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇺🇦🇫", "e\u0301", "e\u0323\u0301", "\u0600e\u0301", "©\u200d™\u0301", "\x01\u0301", "ﬁ\u0301", "ǅ", "İ", "ẞ", "ß", "Σς", "½", "№", "™", "㎏", "Å", "한국어",
    "\u1112\u1161\u11ab", "क्\u200dष", "\x00", "\x07", "\x7f", "\ufffd", "\ufeff", "\u00ad", "\u202e", "12,345.67", "$1.5bn", "U.S.", "https://a.b/c?d=e&f", "#tag", "@user", "C++", "…", "——", "“q”", "''s", "'S", "\r", "a\tb",
]  # fmt: skip
BROKEN = [b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\xed\xa0\x80", b"\xc0\xaf", b"\x80\x80", b"\xf5\x80", b"\xe0\x80\x80", b"\xf4\x90\x80\x80"]


def characters_of(script):
    first, last = SCRIPTS[script]
    return [chr(point) for point in range(first, last + 1) if not 0xD800 <= point <= 0xDFFF]


class Texts:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.scripts = {name: characters_of(name) for name in SCRIPTS}
        # A few hundred words a script, so that training finds something to merge.
        self.words = {
            name: ["".join(self.random.choices(characters, k=self.random.randint(1, 9))) for _ in range(300)]
            for name, characters in self.scripts.items()
        }

    def word(self):
        kind = self.random.random()
        if kind < 0.4:
            word = self.random.choice(PLAIN)
            return self.random.choice([word, word, word, word.capitalize(), word.upper()])
        if kind < 0.8:
            return self.random.choice(self.words[self.random.choice(list(SCRIPTS))])
        if kind < 0.88:
            return self.random.choice(PIECES)
        if kind < 0.92:
            return str(self.random.randrange(10 ** self.random.randint(1, 12)))
        if kind < 0.96:
            return "".join(chr(self.any_point()) for _ in range(self.random.randint(1, 6)))
        return self.random.choice(SPECIAL)

    def any_point(self):
        while True:
            point = self.random.choice([self.random.randrange(0x3000), self.random.randrange(sys.maxunicode + 1)])
            if not 0xD800 <= point <= 0xDFFF:
                return point

    def text(self):
        words = [self.word() for _ in range(self.random.choice([0, 1, 1, 2, 3, 5, 8, 13, 30]))]
        text = ""
        for word in words:
            between = self.random.random()
            text += "" if between < 0.15 else " " if between < 0.85 else self.random.choice(SPACES)
            text += word
        change = self.random.random()
        if change < 0.1:
            text = unicodedata.normalize(self.random.choice(["NFC", "NFD", "NFKC", "NFKD"]), text)
        elif change < 0.2:
            text += self.random.choice(SPACES)
        return text

    def bytes(self):
        text = self.text().encode()
        if self.random.random() < 0.05:
            at = self.random.randint(0, len(text))
            text = text[:at] + self.random.choice(BROKEN) + text[at:]
        return text


def texts(count, seed):
    made = Texts(seed)
    return [made.bytes() for _ in range(count)]


def every_code_point():
    """Each code point in company, some hundred to a text."""
    points = [point for point in range(sys.maxunicode + 1) if not 0xD800 <= point <= 0xDFFF]
    points = [point for point in points if point < 0x32000 or 0xE0000 <= point < 0xE0200 or point % 4096 < 4]
    return ["".join(f"a{chr(p)}b {chr(p)}\u0301 e{chr(p)}" for p in points[i : i + 64]).encode() for i in range(0, len(points), 64)]
