"""Zero-shot classification against transformers' pipeline on PyTorch, in one run and on the same texts.

    zero_shot.py MODEL --bin build/release/bin [--threads 2] [--news 30] [--repeat 3] [--json]

MODEL is a Hugging Face folder of an entailment model; `zero_shot_model.py` makes one of full size. The pipeline is
called as tutorials do: all texts at once, one pair a forward pass. Both are measured with the model loaded. GEMM peak
is OpenVINO's own, on the shapes of the model's layers, in this run. Needs the environment of
pipelines/zero_shot/tests/reference_requirements.txt and openvino.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import numpy
import torch
from transformers import pipeline

SAMPLE = Path(__file__).resolve().parents[1] / "pipelines/financial_news/sample/news.json"
HYPOTHESIS = "This example is {}."
LABELS = ["Banking", "Bonds", "Crypto", "Dividend", "Earnings", "Energy", "Housing", "Interest rates", "Stocks", "Trade"]


def gemm_peak(threads, rows, inputs, outputs, seconds=3):
    """The best f32 rate of OpenVINO's matrix product, in floating-point operations a second."""
    import openvino
    import openvino.opset13 as ops

    given = ops.parameter([rows, inputs], numpy.float32)
    weights = ops.constant(numpy.random.default_rng(0).standard_normal((outputs, inputs)).astype(numpy.float32))
    model = openvino.Model([ops.matmul(given, weights, False, True)], [given], "gemm")
    settings = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
    request = openvino.Core().compile_model(model, "CPU", settings).create_infer_request()
    values = [numpy.ones((rows, inputs), numpy.float32)]
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        request.infer(values, share_inputs=True, share_outputs=True)
        best = min(best, time.perf_counter() - start)
    return 2 * rows * inputs * outputs / best


def operations(config, lengths):
    """What a BART needs for inputs of these lengths when the decoder's last layer gives one state; else unknown."""
    if config.model_type != "bart":
        return None
    size, inner = config.d_model, config.encoder_ffn_dim
    total = 0
    for length in lengths:
        total += config.encoder_layers * (2 * length * (4 * size**2 + 2 * size * inner) + 4 * length**2 * size)
        whole = 2 * length * (8 * size**2 + 2 * size * config.decoder_ffn_dim) + 8 * length**2 * size
        # One place; its keys and values are looked at by their weights, head by head, not projected for all places.
        heads = config.decoder_attention_heads
        last = 2 * (8 * size**2 + 2 * size * config.decoder_ffn_dim) + 2 * 2 * 2 * length * heads * size
        total += (config.decoder_layers - 1) * whole + last
    return total


def measure_pipeline(model, texts, threads):
    torch.set_num_threads(threads)
    classifier = pipeline("zero-shot-classification", model=str(model), device="cpu")
    classifier(texts[:1], LABELS, hypothesis_template=HYPOTHESIS)
    start = time.perf_counter()
    found = classifier(texts, LABELS, hypothesis_template=HYPOTHESIS)
    seconds = time.perf_counter() - start
    scores = numpy.array([[row["scores"][row["labels"].index(label)] for label in LABELS] for row in found])
    tokens = classifier.tokenizer
    lengths = [len(tokens(text, HYPOTHESIS.format(label))["input_ids"]) for text in texts for label in LABELS]
    return seconds, scores, operations(classifier.model.config, lengths), sum(lengths) / len(lengths)


def measure_gale(program, model, texts, precision):
    with tempfile.TemporaryDirectory() as folder:
        for name, values in (("texts", texts), ("labels", LABELS)):
            Path(folder, name).write_bytes(b"".join(value.encode() + b"\0" for value in values))
        command = [program, model, f"{folder}/texts", f"{folder}/labels", HYPOTHESIS, "single", precision]
        start = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        printed, words = process.communicate()
        whole = time.perf_counter() - start
    if process.returncode != 0:
        raise SystemExit(words)
    _, load, _, score = words.split()
    scores = numpy.array([[float(value) for value in line.split()] for line in printed.splitlines()])
    return float(load), float(score), whole, scores


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--bin", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--news", type=int, default=30)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    news = json.loads(SAMPLE.read_text(encoding="utf-8"))[: arguments.news]
    texts = [f"{item['title']}. {item['summary']}" for item in news]

    result = {"load_before": os.getloadavg()[0], "news": len(texts), "labels": len(LABELS)}
    seconds, wanted, needed, tokens = measure_pipeline(arguments.model, texts, arguments.threads)
    result |= {"pipeline_s": seconds, "tokens_a_pair": tokens}
    for precision in ("f32", "bf16x3", "bf16", "int8"):
        runs = [measure_gale(arguments.bin / "zero_shot_score_texts", arguments.model, texts, precision) for _ in range(arguments.repeat)]
        load, score, whole, scores = sorted(runs, key=lambda run: run[1])[len(runs) // 2]
        agree = float((scores.argmax(axis=1) == wanted.argmax(axis=1)).mean())
        result[precision] = {
            "load_s": load, "score_s": score, "process_s": whole, "times_faster": seconds / score, "same_top_label": agree,
            "largest_difference": float(numpy.abs(scores - wanted).max()),
        }
    peak = max(gemm_peak(arguments.threads, rows, 1024, 4096) for rows in (256, 1024))
    result["gemm_peak_gflops"] = peak / 1e9
    if needed:
        result["f32"]["of_peak"] = needed / result["f32"]["score_s"] / peak
    result["load_after"] = os.getloadavg()[0]
    if arguments.json:
        print(json.dumps(result, indent=1))
        return
    print(f"| {len(texts)} news x {len(LABELS)} labels, {tokens:.0f} tokens a pair | load | scoring | pipeline / this | top label as f32 pipeline |")
    print("|---|--:|--:|--:|--:|")
    print(f"| transformers' pipeline | | {seconds:.2f} s | 1 | |")
    for precision in ("f32", "bf16x3", "bf16", "int8"):
        row = result[precision]
        print(f"| {precision} | {row['load_s']:.2f} s | {row['score_s']:.2f} s | {row['times_faster']:.1f} | {row['same_top_label']:.0%} |")
    share = f", {result['f32']['of_peak']:.0%} of it in f32" if needed else ""
    print(f"\nGEMM peak {peak / 1e9:.0f} GFLOP/s{share}; machine's load {result['load_before']:.1f} before, {result['load_after']:.1f} after.")


if __name__ == "__main__":
    main()
