"""Writes ONNX files in numpy alone, and BERT in them as Hugging Face's exporter (optimum) names and shapes it.

An ONNX file is a few nested protobuf messages (onnx.proto3); the package `onnx` would bring protobuf for them.
"""

import struct

import numpy

FLOAT, INT64 = 1, 7
FLOAT_ATTRIBUTE, INT_ATTRIBUTE, INTS_ATTRIBUTE = 1, 2, 7
OPSET = 17


def varint(value):
    value &= (1 << 64) - 1
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def field(number, value):
    """A protobuf field: a whole number, or bytes, text or a message by its length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def tensor_message(name, array):
    kind = FLOAT if array.dtype == numpy.float32 else INT64
    dims = b"".join(field(1, size) for size in array.shape)
    return dims + field(2, kind) + field(8, name) + field(9, numpy.ascontiguousarray(array).tobytes())


def attribute_message(name, value):
    if isinstance(value, float):
        return field(1, name) + varint(2 << 3 | 5) + struct.pack("<f", value) + field(20, FLOAT_ATTRIBUTE)
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, INT_ATTRIBUTE)
    return field(1, name) + b"".join(field(8, one) for one in value) + field(20, INTS_ATTRIBUTE)


def value_message(name, kind, shape):
    """A shape's names stand for sizes of any kind."""
    dims = b"".join(field(1, field(1, size) if isinstance(size, int) else field(2, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, dims)))


class Graph:
    def __init__(self):
        self.nodes, self.tensors, self.inputs, self.outputs = [], [], [], []

    def input(self, name, shape):
        self.inputs.append(value_message(name, INT64, shape))
        return name

    def output(self, value, name, shape):
        self.nodes.append(field(1, value) + field(2, name) + field(4, "Identity"))
        self.outputs.append(value_message(name, FLOAT, shape))

    def constant(self, array):
        name = f"constant_{len(self.tensors)}"
        self.tensors.append(tensor_message(name, numpy.asarray(array)))
        return name

    def numbers(self, *values):
        return self.constant(numpy.array(values, numpy.int64))

    def real(self, value):
        return self.constant(numpy.array(value, numpy.float32))

    def __getattr__(self, operation):
        """graph.MatMul(a, b) adds that node and gives its output's name."""
        if not operation[0].isupper():
            raise AttributeError(operation)

        def node(*inputs, **attributes):
            name = f"value_{len(self.nodes)}"
            parts = [field(1, value) for value in inputs] + [field(2, name), field(4, operation)]
            self.nodes.append(b"".join([*parts, *(field(5, attribute_message(*pair)) for pair in attributes.items())]))
            return name

        return node

    def write(self, path):
        graph = b"".join(field(1, node) for node in self.nodes) + field(2, "network")
        graph += b"".join(field(5, one) for one in self.tensors)
        graph += b"".join(field(11, one) for one in self.inputs) + b"".join(field(12, one) for one in self.outputs)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(field(1, 8) + field(2, "tests") + field(7, graph) + field(8, field(2, OPSET)))


class Bert:
    """`inputs` are those that the file declares, `shape` theirs; `traced` bakes that [rows, width] into the network."""

    def __init__(self, config, weights, inputs=("input_ids", "attention_mask", "token_type_ids"), shape=("batch", "sequence"), traced=None):
        self.config, self.weights, self.traced = config, weights, traced
        self.graph = Graph()
        given = {name: self.graph.input(name, shape) for name in inputs}
        self.prefix = "bert." if "bert.pooler.dense.bias" in weights else ""
        self.hidden = self.encode(given["input_ids"], given.get("attention_mask"), given.get("token_type_ids"))

    def classifier(self):
        graph = self.graph
        first = graph.Gather(self.hidden, graph.constant(numpy.int64(0)), axis=1)
        pooled = graph.Tanh(self.dense(first, self.prefix + "pooler.dense"))
        graph.output(self.dense(pooled, "classifier"), "logits", ("batch", len(self.weights["classifier.bias"])))
        return graph

    def encoder(self):
        self.graph.output(self.hidden, "last_hidden_state", ("batch", "sequence", self.config["hidden_size"]))
        return self.graph

    def dense(self, value, name):
        graph = self.graph
        weight = graph.constant(self.weights[f"{name}.weight"].T)
        return graph.Add(graph.MatMul(value, weight), graph.constant(self.weights[f"{name}.bias"]))

    def norm(self, value, name):
        scale, bias = (self.graph.constant(self.weights[f"{name}.LayerNorm.{part}"]) for part in ("weight", "bias"))
        return self.graph.LayerNormalization(value, scale, bias, axis=-1, epsilon=float(self.config["layer_norm_eps"]))

    def gelu(self, value):
        graph = self.graph
        erf = graph.Erf(graph.Div(value, graph.real(2**0.5)))
        return graph.Mul(graph.Mul(value, graph.Add(erf, graph.real(1))), graph.real(0.5))

    def encode(self, ids, mask, types):
        graph = self.graph
        table = (self.prefix + "embeddings.{}_embeddings.weight").format
        words, places, kinds = (graph.constant(self.weights[table(kind)]) for kind in ("word", "position", "token_type"))
        width = graph.Gather(graph.Shape(ids), graph.constant(numpy.int64(1)))
        positions = graph.Range(graph.constant(numpy.int64(0)), width, graph.constant(numpy.int64(1)))
        of_type = graph.Gather(kinds, types if types else graph.Mul(ids, graph.numbers(0)))
        hidden = graph.Add(graph.Add(graph.Gather(words, ids), of_type), graph.Gather(places, positions))
        hidden = self.norm(hidden, self.prefix + "embeddings")
        mask = mask or graph.Add(graph.Mul(ids, graph.numbers(0)), graph.numbers(1))
        real = graph.Cast(graph.Unsqueeze(mask, graph.numbers(1, 2)), to=FLOAT)
        bias = graph.Mul(graph.Sub(graph.real(1), real), graph.real(numpy.finfo(numpy.float32).min))
        for number in range(self.config["num_hidden_layers"]):
            hidden = self.layer(hidden, bias, f"{self.prefix}encoder.layer.{number}")
        return hidden

    def layer(self, hidden, bias, name):
        attended = self.dense(self.attention(hidden, bias, f"{name}.attention.self"), f"{name}.attention.output.dense")
        hidden = self.norm(self.graph.Add(hidden, attended), f"{name}.attention.output")
        inner = self.gelu(self.dense(hidden, f"{name}.intermediate.dense"))
        return self.norm(self.graph.Add(hidden, self.dense(inner, f"{name}.output.dense")), f"{name}.output")

    def attention(self, hidden, bias, name):
        graph, heads = self.graph, self.config["num_attention_heads"]
        size = self.config["hidden_size"] // heads
        places = self.traced or (0, 0)
        split = graph.numbers(*places, heads, size)
        query, key, value = (graph.Reshape(self.dense(hidden, f"{name}.{part}"), split) for part in ("query", "key", "value"))
        query, value = (graph.Transpose(part, perm=(0, 2, 1, 3)) for part in (query, value))
        scores = graph.Div(graph.MatMul(query, graph.Transpose(key, perm=(0, 2, 3, 1))), graph.real(size**0.5))
        context = graph.MatMul(graph.Softmax(graph.Add(scores, bias), axis=-1), value)
        return graph.Reshape(graph.Transpose(context, perm=(0, 2, 1, 3)), graph.numbers(*places, heads * size))
