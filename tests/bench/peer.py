#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the cpu backend with ONNX Runtime, model by model, in turn, so that a busy machine slows both alike.

    peer.py BENCH_CPU_PEER MODEL... [--threads N] [--rounds N] [--runs N]

Prints for each model the medians over the rounds of both medians in ms, and the ratio ours / theirs (below 1: we are
faster). Needs the Python packages onnxruntime and numpy."""
import argparse
import os
import statistics
import subprocess
import sys
import time

PEER = "--peer"


def peer(model, threads, runs):
    """Prints the median and minimum of ONNX Runtime in ms; runs in a process of its own."""
    import numpy
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    types = {"tensor(float)": numpy.float32, "tensor(int64)": numpy.int64, "tensor(int32)": numpy.int32,
             "tensor(uint8)": numpy.uint8, "tensor(int8)": numpy.int8}
    random = numpy.random.default_rng(7)
    feeds = {}
    for value in session.get_inputs():
        shape = [extent if isinstance(extent, int) else 1 for extent in value.shape]
        kind = types[value.type]
        feeds[value.name] = random.standard_normal(shape).astype(kind) if kind == numpy.float32 else numpy.ones(shape, kind)
    for _ in range(3):
        session.run(None, feeds)
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        session.run(None, feeds)
        times.append((time.perf_counter() - start) * 1000)
    print(statistics.median(times), min(times))


def measured(command):
    """Median and minimum in ms, or NaN with the last line of the error where a program cannot run the model."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        print("  " + (done.stderr.strip().splitlines() or ["failed"])[-1][:160], file=sys.stderr)
        return [float("nan"), float("nan")]
    return [float(x) for x in done.stdout.split()[:2]]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=50)
    arguments = parser.parse_args()
    print(f"{'model':44} {'ours ms':>9} {'ort ms':>9} {'ratio':>6} {'best/best':>9}")
    for model in arguments.models:
        ours, theirs = [], []
        for _ in range(arguments.rounds):
            ours.append(measured([arguments.bench, model, str(arguments.threads), str(arguments.runs)]))
            theirs.append(measured([sys.executable, __file__, PEER, model, str(arguments.threads), str(arguments.runs)]))
        a, b = (statistics.median(x[0] for x in results) for results in (ours, theirs))
        best = min(x[1] for x in ours) / min(x[1] for x in theirs)
        print(f"{os.path.basename(model):44} {a:9.3f} {b:9.3f} {a / b:6.2f} {best:9.2f}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == PEER:
        peer(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
