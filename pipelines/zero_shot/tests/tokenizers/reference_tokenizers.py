"""Tokenizers with the parts of the well-known ones, trained here on made-up text of all scripts.

No vocabulary of theirs can be had without the internet, so real ones of smaller size are trained by the
reference implementation itself, from fixed texts.
"""

import collections
import functools
import itertools

from charsmap import nmt_nfkc
from odd_texts import SPECIAL, texts
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

TRAINING_TEXTS = 4000


@functools.cache
def corpus():
    return [text.decode(errors="replace") for text in texts(TRAINING_TEXTS, seed=1)]


@functools.cache
def frequent_corpus():
    """Without rare characters, each of which a Unigram vocabulary must hold, and without special tokens,
    which it would learn a second time."""
    some = [text for text in corpus() if not any(token.strip() in text for token in SPECIAL)]
    counts = collections.Counter(itertools.chain.from_iterable(some))
    return ["".join(character for character in text if counts[character] > 5) for text in some]


def byte_level(add_prefix_space=False, normalized=False):
    """BART's and RoBERTa's."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.BpeTrainer(
        vocab_size=6000, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(corpus(), trainer)
    tokenizer.add_special_tokens([AddedToken(token, normalized=normalized) for token in special])
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=normalized)])
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=add_prefix_space
    )
    return tokenizer


def unigram(special, normalizer, pre_tokenizer, unknown):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    trainer = trainers.UnigramTrainer(vocab_size=8000, special_tokens=special, unk_token=unknown, show_progress=False)
    tokenizer.train_from_iterator(frequent_corpus(), trainer)
    return tokenizer


def xlm_roberta(sequence=True):
    """XLM-R's, multilingual e5's: as its file is on the hub, or as its SentencePiece model is converted."""
    metaspace = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    normalizer = normalizers.Precompiled(nmt_nfkc())
    splitter = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), metaspace])
    if not sequence:
        steps = [normalizer, normalizers.Strip(left=False, right=True), normalizers.Replace(Regex(" {2,}"), "▁")]
        normalizer, splitter = normalizers.Sequence(steps), metaspace
    tokenizer = unigram(["<s>", "<pad>", "</s>", "<unk>"], normalizer, splitter, "<unk>")
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def deberta_v3(saved_by_transformers_5=False):
    steps = [
        normalizers.Strip(),
        normalizers.Precompiled(nmt_nfkc()),
        normalizers.Replace(Regex(" {2,}"), " "),
    ]
    if saved_by_transformers_5:
        spaces = normalizers.Replace(Regex(r"\s{2,}|[\n\r\t]"), " ")
        steps = [spaces, normalizers.NFC(), normalizers.Strip(left=False, right=True)]
    metaspace = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    special = ["[PAD]", "[CLS]", "[SEP]", "[UNK]"]
    tokenizer = unigram(special, normalizers.Sequence(steps), pre_tokenizers.Sequence([metaspace]), "[UNK]")
    tokenizer.add_special_tokens([AddedToken("[MASK]", normalized=False), AddedToken("[UNK]", normalized=True)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    return tokenizer


def word_piece(lowercase=True):
    """BERT's, MiniLM's, bge's; the cased one is multilingual BERT's."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(
        corpus(), trainers.WordPieceTrainer(vocab_size=6000, special_tokens=special, show_progress=False)
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


TOKENIZERS = {
    "roberta": byte_level,
    "bart_normalized_specials": functools.partial(byte_level, normalized=True),
    "byte_level_prefix_space": functools.partial(byte_level, add_prefix_space=True),
    "xlm_roberta": xlm_roberta,
    "xlm_roberta_converted": functools.partial(xlm_roberta, sequence=False),
    "deberta_v3": deberta_v3,
    "deberta_v3_by_transformers_5": functools.partial(deberta_v3, saved_by_transformers_5=True),
    "bert_uncased": word_piece,
    "bert_cased": functools.partial(word_piece, lowercase=False),
}


def write_folder(folder, name):
    """A folder with the tokenizer.json of `name`; the tokenizer read from there is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    TOKENIZERS[name]().save(str(folder / "tokenizer.json"))
    return Tokenizer.from_file(str(folder / "tokenizer.json"))
