"""The C++ program's tokens and embeddings against the reference."""

import random
import unicodedata

import numpy
import pytest
from reference import Reference

TEXTS = [
    "Bitcoin climbs above $90,000. Traders piled into tokens.",
    "OPEC+ trims output; crude rises 2%.",
    "a",
    "...",
    "Zürich's Straße: naïve café, ÅNGSTRÖM",
    "日本銀行が利上げ。東京市場は上昇",
    "한국은행 기준금리 인상",
    "Банк России повысил ставку",
    "مصر ترفع أسعار الفائدة",
    "emoji 😀🚀 and 👩‍👩‍👧 family",
    "tabs\tand\nlines\r\nand\u00a0spaces\u3000",
    "soft\u00adhyphen zero\u200bwidth \ufeffmark \ufffd",
    "supercalifragilisticexpialidocious" * 4,
    "word " * 600,
    "[CLS] special [SEP] tokens [MASK]",
    "1,234.56 3/4 50% $5bn Q3'26 S&P500 AT&T",
    "𝓯𝓪𝓷𝓬𝔂 𝟙𝟚𝟛 ﬁnance ½",
]


@pytest.fixture(scope="module")
def reference(model_folder):
    return Reference(model_folder)


def random_texts(count, seed=20261124):
    """Texts of letters, digits, punctuation and marks of many scripts, from a fixed seed."""
    chooser = random.Random(seed)
    ranges = [(0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x4E00, 0x9FFF), (0x2000, 0x206F)]
    texts = []
    for _ in range(count):
        low, high = chooser.choice(ranges)
        points = (chr(chooser.randint(low, high) if chooser.random() < 0.7 else 0x20) for _ in range(40))
        texts.append("".join(point for point in points if unicodedata.category(point) != "Cn"))
    return texts


def assert_same_tokens(tokenize_texts, reference, texts):
    wanted = [row.ids for row in reference.tokenizer.encode_batch(texts)]
    got = tokenize_texts(texts)
    pairs = zip(texts, got, wanted, strict=True)
    different = [f"{text!r}: {ours} instead of {theirs}" for text, ours, theirs in pairs if ours != theirs]
    assert not different, f"{len(different)} of {len(texts)} differ:\n" + "\n".join(different[:10])


def test_tokens_are_those_of_the_reference(tokenize_texts, reference):
    assert_same_tokens(tokenize_texts, reference, TEXTS + random_texts(100_000))


def test_every_character_is_treated_as_by_the_reference(tokenize_texts, reference):
    points = [point for point in range(1, 0x110000) if not 0xD800 <= point <= 0xDFFF]
    texts = ["".join(f"a{chr(x)}b " for x in points[start : start + 60]) for start in range(0, len(points), 60)]
    assert_same_tokens(tokenize_texts, reference, texts)


def test_long_texts_are_cut_at_the_models_length(tokenize_texts):
    ids = tokenize_texts(["word " * 600])
    assert len(ids[0]) == 256
    assert (ids[0][0], ids[0][-1]) == (101, 102)


def test_embeddings_agree_within_1e_4(embed_texts, reference):
    texts = TEXTS + random_texts(30, seed=7)
    embeddings = embed_texts(texts)
    assert numpy.allclose(numpy.linalg.norm(embeddings, axis=1), 1, atol=1e-5)
    worst = max(numpy.abs(row - reference.embed(text)).max() for text, row in zip(texts, embeddings, strict=True))
    print(f"largest difference of a component: {worst:.2e}")
    assert worst < 1e-4


def test_an_embedding_does_not_depend_on_its_neighbours(embed_texts):
    together = embed_texts(TEXTS)
    for place in (0, 2, 13):
        alone = embed_texts([TEXTS[place]])
        assert numpy.abs(together[place] - alone[0]).max() < 1e-5
