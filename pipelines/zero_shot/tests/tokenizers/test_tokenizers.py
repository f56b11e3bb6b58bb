"""The C++ tokenizers against the reference implementation, on texts that take both to their edges.

compare.py does the same on as many texts as one likes.
"""

import functools
import json
import struct
import subprocess

import compare
import pytest
from charsmap import nmt_nfkc
from reference_tokenizers import TOKENIZERS, write_folder
from tokenizers import AddedToken, Tokenizer, models

@functools.cache
def pairs(count):
    return compare.make_pairs(count, seed=3)


@pytest.fixture(scope="module", params=TOKENIZERS)
def tokenizer(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer") / request.param
    return folder, write_folder(folder, request.param)


@pytest.mark.parametrize(("max_length", "count"), [(0, 3000), (24, 600), (5, 300)])
def test_ids_types_and_offsets_are_the_references(encode_texts_program, tokenizer, max_length, count):
    folder, reference = tokenizer
    different = compare.compare(encode_texts_program, folder, reference, pairs(count), max_length)
    assert not different, ascii(different[0][0])


def test_a_long_text_is_cut_without_reading_all_of_it(encode_texts_program, tokenizer):
    folder, reference = tokenizer
    long = b"the market don't \xe2\x82\xac12 " * 3000
    chosen = [(long, None), (long, b"This example is about oil."), (b"x" * 100_000, b"oil"), (b"\xe6\x97\xa5" * 40_000, None)]
    different = compare.compare(encode_texts_program, folder, reference, chosen, 64)
    assert not different


def write_legacy_folder(folder, name, reference):
    """What `transformers` used to save instead of tokenizer.json."""
    parts = json.loads(reference.to_str())
    vocabulary = {**parts["model"]["vocab"], **{token["content"]: token["id"] for token in parts["added_tokens"]}}
    if name == "roberta":
        merges = [" ".join(merge) if isinstance(merge, list) else merge for merge in parts["model"]["merges"]]
        (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
        (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges, ""]))
    else:
        lines = sorted(vocabulary, key=vocabulary.get)
        assert [vocabulary[line] for line in lines] == list(range(len(lines)))
        (folder / "vocab.txt").write_text("".join(line + "\n" for line in lines))
        (folder / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": name == "bert_uncased"}))


@pytest.mark.parametrize("name", ["roberta", "bert_uncased", "bert_cased"])
def test_files_from_before_tokenizer_json_give_the_same(encode_texts_program, tmp_path, name):
    reference = TOKENIZERS[name]()
    write_legacy_folder(tmp_path, name, reference)
    assert not compare.compare(encode_texts_program, tmp_path, reference, pairs(600), 0)


def write_sentencepiece_model(path, pieces, charsmap):
    """The protobuf message, by hand: pieces of text and score, trainer_spec, normalizer_spec."""

    def varint(number):
        out = bytearray()
        while number > 127:
            out.append(number & 127 | 128)
            number >>= 7
        return bytes([*out, number])

    def field(number, content):
        return varint(number << 3 | 2) + varint(len(content)) + content

    message = b""
    for text, score in pieces:
        message += field(1, field(1, text.encode()) + b"\x15" + struct.pack("<f", score))
    path.write_bytes(message + field(2, b"\x18\x01") + field(3, field(1, b"nmt_nfkc") + field(2, charsmap)))


@pytest.mark.parametrize(("name", "file"), [("xlm_roberta", "sentencepiece.bpe.model"), ("deberta_v3", "spm.model")])
def test_a_sentencepiece_model_gives_the_same(encode_texts_program, tmp_path, name, file):
    trained = TOKENIZERS[name]()
    parts = json.loads(trained.to_str())
    model = parts["model"]
    # The file has single precision; the reference gets the same.
    pieces = [(text, struct.unpack("<f", struct.pack("<f", score))[0]) for text, score in model["vocab"]]
    reference = Tokenizer(models.Unigram(pieces, model["unk_id"], False))
    for part in ("normalizer", "pre_tokenizer", "post_processor"):
        setattr(reference, part, getattr(trained, part))
    for token in parts["added_tokens"]:
        flags = {flag: token[flag] for flag in ("single_word", "lstrip", "rstrip", "normalized")}
        reference.add_special_tokens([AddedToken(token["content"], **flags)])
    own = pieces
    if name == "xlm_roberta":
        own = [("<unk>", 0), ("<s>", 0), ("</s>", 0), *pieces[4:]]
    write_sentencepiece_model(tmp_path / file, own, nmt_nfkc())
    # [UNK] is a normalized token in the file on the hub, and a raw one after a conversion.
    chosen = [pair for pair in pairs(600) if b"[UNK]" not in b"".join(filter(None, pair))]
    assert not compare.compare(encode_texts_program, tmp_path, reference, chosen, 0)


@pytest.mark.parametrize("cut", [10, 1000])
def test_a_damaged_sentencepiece_model_names_itself(encode_texts_program, tmp_path, cut):
    write_sentencepiece_model(tmp_path / "spm.model", [(f"piece{i}", -1.0) for i in range(1000)], b"")
    whole = (tmp_path / "spm.model").read_bytes()
    (tmp_path / "spm.model").write_bytes(whole[:-cut])
    done = subprocess.run([encode_texts_program, str(tmp_path), "0"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 4
    assert f"{tmp_path}/spm.model is no whole SentencePiece model" in done.stderr
