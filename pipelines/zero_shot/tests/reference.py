"""A second, independent implementation of the sentence embedding, in plain numpy and f64.

It shares nothing with the program but the model's files: weights by the safetensors package, tokens
by the tokenizers package from tokenizer.json. One text at a time, so there is no padding either.
"""

import json
import math
from pathlib import Path

import numpy
from safetensors.numpy import load_file
from tokenizers import Tokenizer


class Reference:
    def __init__(self, folder):
        folder = Path(folder)
        self.config = json.loads((folder / "config.json").read_text())
        limit = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
        self.weights = {
            name: value.astype(numpy.float64)
            for name, value in load_file(folder / "model.safetensors").items()
            if value.dtype.kind == "f"
        }
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(limit)
        self.tokenizer.no_padding()

    def tokens(self, text):
        return self.tokenizer.encode(text).ids

    def embed(self, text):
        hidden = self.hidden_states(numpy.array(self.tokens(text)))
        mean = hidden.mean(axis=0)
        return mean / numpy.linalg.norm(mean)

    def hidden_states(self, ids):
        table = "embeddings.{}_embeddings.weight".format
        hidden = self.weights[table("word")][ids]
        hidden = hidden + self.weights[table("position")][: len(ids)] + self.weights[table("token_type")][0]
        hidden = self.layer_norm(hidden, "embeddings")
        for number in range(self.config["num_hidden_layers"]):
            hidden = self.layer(hidden, f"encoder.layer.{number}")
        return hidden

    def layer(self, hidden, name):
        attended = self.dense(self.attention(hidden, f"{name}.attention.self"), f"{name}.attention.output.dense")
        hidden = self.layer_norm(hidden + attended, f"{name}.attention.output")
        inner = gelu(self.dense(hidden, f"{name}.intermediate.dense"))
        return self.layer_norm(hidden + self.dense(inner, f"{name}.output.dense"), f"{name}.output")

    def attention(self, hidden, name):
        heads = self.config["num_attention_heads"]
        size = self.config["hidden_size"] // heads
        query, key, value = (self.dense(hidden, f"{name}.{part}") for part in ("query", "key", "value"))
        parts = []
        for head in range(heads):
            columns = slice(head * size, (head + 1) * size)
            scores = query[:, columns] @ key[:, columns].T / math.sqrt(size)
            odds = numpy.exp(scores - scores.max(axis=1, keepdims=True))
            parts.append(odds / odds.sum(axis=1, keepdims=True) @ value[:, columns])
        return numpy.concatenate(parts, axis=1)

    def dense(self, value, name):
        return value @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def layer_norm(self, value, name):
        centred = value - value.mean(axis=1, keepdims=True)
        spread = numpy.sqrt((centred**2).mean(axis=1, keepdims=True) + self.config["layer_norm_eps"])
        return centred / spread * self.weights[f"{name}.LayerNorm.weight"] + self.weights[f"{name}.LayerNorm.bias"]


def gelu(value):
    return value * 0.5 * (1 + numpy.vectorize(math.erf)(value / math.sqrt(2)))
