#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares opening a model (`edgewright inspect --json`) with creating an ONNX Runtime session with all optimizations
off: whole processes in turn, warm page cache.

    opening.py EDGEWRIGHT [MODEL...] [--rounds N]

Without a model it makes a ResNet-50 with random weights (98 MB). The peer's time is that of the session alone, without
starting Python. Prints medians in ms, the ratio theirs / ours (above 1: we are faster), our peak RSS, and 60 MB + 0.3 x
file, which it should stay below. Needs the Python packages onnx, onnxruntime and numpy."""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from measure import run_measured  # noqa: E402

PEER = "--peer"


def peer(model):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    start = time.perf_counter()
    onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    print((time.perf_counter() - start) * 1000)


def compare(edgewright, model, rounds):
    ours, theirs, peak = [], [], 0
    for _ in range(rounds):
        seconds, rss = run_measured([edgewright, "inspect", "--json", model])
        ours.append(seconds * 1000)
        peak = max(peak, rss)
        done = subprocess.run([sys.executable, __file__, PEER, model], capture_output=True, text=True, check=True)
        theirs.append(float(done.stdout))
    a, b = statistics.median(ours), statistics.median(theirs)
    size = os.path.getsize(model) / 1e6
    print(f"{os.path.basename(model):32} {size:8.1f} MB  ours {a:8.1f} ms  session {b:8.1f} ms  ratio {b / a:6.2f}  "
          f"peak {peak / 1e6:7.1f} MB, at most {60 + 0.3 * size:7.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("edgewright")
    parser.add_argument("models", nargs="*")
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models = arguments.models
        if not models:
            models = [os.path.join(folder, "resnet50.onnx")]
            # In a process of its own: a child's peak RSS begins with that of the process that starts it.
            here = os.path.dirname(os.path.abspath(__file__))
            subprocess.run([sys.executable, "-c", "import resnet50, sys; resnet50.write(sys.argv[1])", models[0]], cwd=here, check=True)
        for model in models:
            compare(arguments.edgewright, model, arguments.rounds)


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == PEER:
        peer(sys.argv[2])
    else:
        main()
