#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares compile time and memory of the cpu backend with making a session of ONNX Runtime, model by model, in turn.

    compile.py BENCH_COMPILE MODEL... [--threads N] [--rounds N]

Prints for each model the medians of the first compilation in a process and of a session in a process (which also reads
the file), what compiling again after one layer changed costs of a full compilation, and how much memory each process
gained over its start (ONNX Runtime's: over the interpreter with its imports) and its peak. Needs onnxruntime and numpy."""
import argparse
import os
import resource
import statistics
import subprocess
import sys
import time

PEER = "--peer"


def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peer(model, threads):
    """Prints what one session takes: ms, peak MiB after three runs, MiB before it was made."""
    import numpy
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    before = peak_mib()
    start = time.perf_counter()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    milliseconds = (time.perf_counter() - start) * 1000
    feeds = {}
    for value in session.get_inputs():
        shape = [extent if isinstance(extent, int) else 1 for extent in value.shape]
        kind = {"tensor(float)": numpy.float32, "tensor(int64)": numpy.int64, "tensor(uint8)": numpy.uint8, "tensor(int8)": numpy.int8}[value.type]
        feeds[value.name] = numpy.ones(shape, kind)
    for _ in range(3):
        session.run(None, feeds)
    print(milliseconds, peak_mib(), before)


def numbers(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit((done.stderr.strip().splitlines() or ["failed"])[-1])
    return [float(x) for x in done.stdout.split()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{'model':38} {'ours ms':>8} {'ort ms':>8} {'ratio':>6} {'again ms':>8} {'of full':>7} {'packed':>9} "
          f"{'gain MiB':>8} {'ort gain':>8} {'ratio':>6} {'peak MiB':>8} {'ort peak':>8}")
    for model in arguments.models:
        ours, theirs = [], []
        for _ in range(arguments.rounds):
            ours.append(numbers([arguments.bench, model, str(arguments.threads)]))
            theirs.append(numbers([sys.executable, __file__, PEER, model, str(arguments.threads)]))
        full, again, packed, packed_again, peak, start = (statistics.median(column) for column in zip(*ours))
        session, ort_peak, ort_start = (statistics.median(column) for column in zip(*theirs))
        gain, ort_gain = peak - start, ort_peak - ort_start
        print(f"{os.path.basename(model):38} {full:8.1f} {session:8.1f} {full / session:6.2f} {again:8.2f} {100 * again / full:6.1f}% "
              f"{packed_again:.0f} of {packed:.0f} {gain:8.1f} {ort_gain:8.1f} {gain / ort_gain:6.2f} {peak:8.1f} {ort_peak:8.1f}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == PEER:
        peer(sys.argv[2], int(sys.argv[3]))
    else:
        main()
