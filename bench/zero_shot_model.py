"""Makes a full-size model with random weights from a fixed seed, to measure speed where no trained one is to be had.

    zero_shot_model.py TARGET [--tokenizer FOLDER]

TARGET gets the architecture of valhalla/distilbart-mnli-12-1 (222 million parameters) in F32 and a byte-level BPE
tokenizer trained on news-like text. Needs torch and transformers (pipelines/zero_shot/tests/reference_requirements.txt).
"""

import argparse
import json
import random
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import BartConfig, BartForSequenceClassification

SAMPLE = Path(__file__).resolve().parents[1] / "pipelines/financial_news/sample/news.json"
LABELS = {0: "contradiction", 1: "neutral", 2: "entailment"}


def tokenizer():
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=4000, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
    )
    news = json.loads(SAMPLE.read_text(encoding="utf-8"))
    made.train_from_iterator([f"{item['title']} {item['summary']} This example is {item['topic']}." for item in news], trainer)
    made.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path)
    target = parser.parse_args().target
    torch.manual_seed(20261125)
    random.seed(20261125)
    config = BartConfig(
        vocab_size=50265, d_model=1024, encoder_layers=12, decoder_layers=1, encoder_attention_heads=16,
        decoder_attention_heads=16, encoder_ffn_dim=4096, decoder_ffn_dim=4096, max_position_embeddings=1024,
        id2label=LABELS, label2id={name: number for number, name in LABELS.items()},
    )
    model = BartForSequenceClassification(config).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            # With the usual 0.02 all pairs would look alike, and int8 could not be judged.
            if weight.dim() == 2:
                weight.normal_(0, 0.06 if "embed" not in name and "shared" not in name else 0.5)
    model.save_pretrained(target)
    tokenizer().save(str(target / "tokenizer.json"))
    names = {"bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "cls_token": "<s>", "unk_token": "<unk>",
             "pad_token": "<pad>", "mask_token": "<mask>"}
    settings = {"tokenizer_class": "BartTokenizer", "model_max_length": 1024, **names}
    (target / "tokenizer_config.json").write_text(json.dumps(settings))
    print(f"{sum(weight.numel() for weight in model.parameters()):,} parameters")


if __name__ == "__main__":
    main()
