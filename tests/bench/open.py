#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares opening a model (the whole process of `edgewright inspect --json`) with two peers, in turn, so that a busy
machine slows all alike: creating an ONNX Runtime session with all optimizations off, and onnx.load + check_model +
infer_shapes. The peers are timed inside a process that has imported them already.

    open.py EDGEWRIGHT MODEL... [--rounds N]

Prints for each model the medians in ms, the ratios peer / ours (above 1: we are faster) and our peak memory. Needs the
Python packages onnx and onnxruntime."""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time

import onnx
import onnxruntime


def command(program, model):
    return [program, "inspect", model, "--json", "--quiet"]


def ours(program, model):
    start = time.perf_counter()
    done = subprocess.run(command(program, model), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"{program} inspect {model} gave {done.returncode}")
    return (time.perf_counter() - start) * 1000


def peak_megabytes(program, model):
    """By GNU time: a child of this process would be charged for the memory of its parent."""
    tool = shutil.which("time")
    if tool is None:
        return float("nan")
    done = subprocess.run([tool, "-f", "%M"] + command(program, model), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return int(done.stderr.split()[-1]) / 1024


def session(model):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    start = time.perf_counter()
    onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return (time.perf_counter() - start) * 1000


def checked(model):
    start = time.perf_counter()
    loaded = onnx.load(model)
    onnx.checker.check_model(loaded)
    onnx.shape_inference.infer_shapes(loaded)
    return (time.perf_counter() - start) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--no-peers", action="store_true", help="time only our own program")
    arguments = parser.parse_args()
    print(f"{'model':32} {'ours ms':>9} {'session':>9} {'onnx':>9} {'x session':>10} {'x onnx':>8} {'peak MB':>8}")
    for model in arguments.models:
        times = {"ours": [], "session": [], "onnx": []}
        for _ in range(arguments.rounds):
            times["ours"].append(ours(arguments.program, model))
            if arguments.no_peers:
                continue
            times["session"].append(session(model))
            times["onnx"].append(checked(model))
        middle = {name: statistics.median(values) if values else float("nan") for name, values in times.items()}
        print(f"{os.path.basename(model):32} {middle['ours']:9.1f} {middle['session']:9.1f} {middle['onnx']:9.1f} "
              f"{middle['session'] / middle['ours']:10.2f} {middle['onnx'] / middle['ours']:8.2f} {peak_megabytes(arguments.program, model):8.1f}")


if __name__ == "__main__":
    main()
