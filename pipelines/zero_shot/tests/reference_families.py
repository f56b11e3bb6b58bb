"""Small models of each family, with tokenizers of the originals' components trained on a few texts."""

import json

from seeded_weights import HYPOTHESIS, LABELS, TEXTS
from tokenizers import (
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import BartConfig, BertConfig, DebertaV2Config, RobertaConfig, XLMRobertaConfig

CORPUS = [HYPOTHESIS.format(label) for label in LABELS] * 4 + TEXTS * 2
VOCABULARY = 420
NLI = {"id2label": {0: "contradiction", 1: "neutral", 2: "entailment"}, "label2id": {"contradiction": 0, "neutral": 1, "entailment": 2}}
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48}


def byte_level(pad):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", pad, "</s>", "<unk>", "<mask>"]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return tokenizer


def unigram(special, template, normalizer):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    trainer = trainers.UnigramTrainer(vocab_size=VOCABULARY, special_tokens=special, unk_token=special[3], show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    single, pair, pieces = template
    ids = [(piece, tokenizer.token_to_id(piece)) for piece in pieces]
    tokenizer.post_processor = processors.TemplateProcessing(single=single, pair=pair, special_tokens=ids)
    return tokenizer


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=VOCABULARY, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def entry(config, architecture, tokenizer, kind, limit, names, pooling=None, **additions):
    config.architectures = [architecture]
    return {
        "config": config,
        "config_additions": additions,
        "tokenizer": json.loads(tokenizer.to_str()),
        "tokenizer_config": {"tokenizer_class": kind, "model_max_length": limit, **names},
        "pooling": pooling,
    }


ROBERTA_NAMES = {
    "bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "cls_token": "<s>", "unk_token": "<unk>", "pad_token": "<pad>",
    "mask_token": "<mask>",
}
BERT_NAMES = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"}


def bart(decoder_layers=1, **more):
    tokenizer = byte_level("<pad>")
    config = BartConfig(
        vocab_size=tokenizer.get_vocab_size(), d_model=32, encoder_layers=3, decoder_layers=decoder_layers,
        encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=48, decoder_ffn_dim=40,
        max_position_embeddings=96, classifier_dropout=0.0, **NLI, **more,
    )
    return entry(config, "BartForSequenceClassification", tokenizer, "BartTokenizer", 96, ROBERTA_NAMES)


def roberta():
    tokenizer = byte_level("<pad>")
    config = RobertaConfig(
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=98, type_vocab_size=1, layer_norm_eps=1e-5, **SMALL, **NLI
    )
    return entry(config, "RobertaForSequenceClassification", tokenizer, "RobertaTokenizer", 96, ROBERTA_NAMES)


def xlm_tokenizer():
    template = ("<s> $A </s>", "<s> $A </s> </s> $B </s>", ["<s>", "</s>"])
    spaces = normalizers.Sequence([normalizers.Replace(Regex(" {2,}"), " ")])
    return unigram(["<s>", "<pad>", "</s>", "<unk>", "<mask>"], template, spaces)


def xlm_roberta():
    """As joeddav/xlm-roberta-large-xnli, whose labels stand in another order."""
    tokenizer = xlm_tokenizer()
    labels = {
        "id2label": {0: "entailment", 1: "neutral", 2: "contradiction"},
        "label2id": {"entailment": 0, "neutral": 1, "contradiction": 2},
    }
    config = XLMRobertaConfig(
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=98, type_vocab_size=1, layer_norm_eps=1e-5, **SMALL, **labels
    )
    return entry(config, "XLMRobertaForSequenceClassification", tokenizer, "PreTrainedTokenizerFast", 96, ROBERTA_NAMES)


def deberta(version):
    template = ("[CLS]:0 $A:0 [SEP]:0", "[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", ["[CLS]", "[SEP]"])
    spaces = normalizers.Sequence([normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip()])
    tokenizer = unigram(["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"], template, spaces)
    more = {"conv_kernel_size": 3, "conv_act": "gelu"} if version == 2 else {}
    config = DebertaV2Config(
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=96, relative_attention=True, position_buckets=16,
        norm_rel_ebd="layer_norm", share_att_key=True, pos_att_type=["p2c", "c2p"], max_relative_positions=-1,
        type_vocab_size=0, position_biased_input=False, layer_norm_eps=1e-7, pooler_hidden_size=32, pooler_dropout=0,
        pooler_hidden_act="gelu", **more, **SMALL, **NLI,
    )
    return entry(config, "DebertaV2ForSequenceClassification", tokenizer, "PreTrainedTokenizerFast", 96, BERT_NAMES)


def deberta_plain_positions():
    """Without buckets, with a key projection of its own for positions, and token types."""
    made = deberta(3)
    made["tokenizer_config"]["model_input_names"] = ["input_ids", "token_type_ids", "attention_mask"]
    for name, value in {
        "position_buckets": -1, "max_relative_positions": 24, "share_att_key": False, "type_vocab_size": 2,
        "position_biased_input": True, "norm_rel_ebd": "none",
    }.items():
        setattr(made["config"], name, value)
    return made


def bert(pooling=None):
    tokenizer = word_piece()
    config = BertConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=96, **SMALL, **({} if pooling else NLI))
    kind = "BertModel" if pooling else "BertForSequenceClassification"
    return entry(config, kind, tokenizer, "BertTokenizer", 96, BERT_NAMES, pooling)


def e5():
    tokenizer = xlm_tokenizer()
    config = XLMRobertaConfig(
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=98, type_vocab_size=1, layer_norm_eps=1e-5, **SMALL
    )
    return entry(config, "XLMRobertaModel", tokenizer, "PreTrainedTokenizerFast", 96, ROBERTA_NAMES, "mean")


FAMILIES = {
    "distilbart": bart,
    "bart": lambda: bart(decoder_layers=3, scale_embedding=True),
    "roberta": roberta,
    "xlm_roberta": xlm_roberta,
    "deberta_v2": lambda: deberta(2),
    "deberta_v3": lambda: deberta(3),
    "deberta_plain_positions": deberta_plain_positions,
    "bert": bert,
    "bge": lambda: bert("cls"),
    "e5": e5,
}
