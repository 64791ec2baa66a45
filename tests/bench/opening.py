#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares opening a model (the whole process of `edgewright inspect --json`) with two peers, in turn, so that a busy
machine slows all alike, with a warm page cache: creating an ONNX Runtime session with all optimizations off, and
onnx.load + check_model + infer_shapes. The peers' times are without starting Python and importing their packages.

    opening.py EDGEWRIGHT [MODEL...] [--rounds N]

Without a model it makes a ResNet-50 with random weights (98 MB) and models of 10,000 nodes (many_nodes.py). Prints medians
in ms, the ratios peer / ours (above 1: we are faster), our peak RSS, and 60 MB + 0.3 x file, which it should stay below.
Needs the Python packages onnx, onnxruntime and numpy."""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from measure import run_measured  # noqa: E402

PEERS = "--peers"


def milliseconds(action):
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def time_peers(model):
    import onnx
    import onnxruntime

    def session():
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 4
        onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def checked():
        loaded = onnx.load(model)
        onnx.checker.check_model(loaded)
        onnx.shape_inference.infer_shapes(loaded)

    print(milliseconds(session), milliseconds(checked))


def compare(edgewright, model, rounds):
    ours, sessions, checks, peak = [], [], [], 0
    for _ in range(rounds):
        seconds, rss = run_measured([edgewright, "inspect", "--json", "--quiet", model])
        ours.append(seconds * 1000)
        peak = max(peak, rss)
        done = subprocess.run([sys.executable, __file__, PEERS, model], capture_output=True, text=True, check=True)
        session, check = map(float, done.stdout.split())
        sessions.append(session)
        checks.append(check)
    own, session, check = (statistics.median(times) for times in (ours, sessions, checks))
    size = os.path.getsize(model) / 1e6
    print(f"{os.path.basename(model):24} {size:7.1f} MB  ours {own:7.1f} ms  session {session:7.1f} ms = {session / own:5.2f}x  "
          f"onnx {check:7.1f} ms = {check / own:5.2f}x  peak {peak / 1e6:6.1f} MB, at most {60 + 0.3 * size:6.1f}", flush=True)


def made(folder):
    """In processes of their own: a child's peak RSS begins with that of the process that starts it."""
    resnet = os.path.join(folder, "resnet50.onnx")
    subprocess.run([sys.executable, os.path.join(HERE, "networks.py"), folder, "resnet50"], check=True)
    models = [resnet]
    for kind in ([], ["--dense"]):
        models.append(os.path.join(folder, "nodes_10000" + "".join(kind).replace("--", "_") + ".onnx"))
        subprocess.run([sys.executable, os.path.join(HERE, "many_nodes.py"), "10000", models[-1]] + kind, check=True)
    return models


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edgewright")
    parser.add_argument("models", nargs="*")
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for model in arguments.models or made(folder):
            compare(arguments.edgewright, model, arguments.rounds)


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == PEERS:
        time_peers(sys.argv[2])
    else:
        main()
