#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the cpu backend with ONNX Runtime, OpenVINO (float32 layers) and ncnn, model by model, batch 1. Each runs in a
process of its own; they take turns, so that a busy machine slows all alike.

    peers.py BENCH_CPU_PEER MODEL... [--threads N] [--rounds N] [--starts N] [--seconds S] [--int8 FOLDER] [--json FILE]

Outputs are compared with ONNX Runtime's first: float32 within 1e-4 of the largest output, 8 bits at most one step of the
output's scale; where a model blows up single roundings (found by making the inputs 1e-5 larger), what that alone changes in
ONNX Runtime is allowed, and shown. Who differs is named, and what cannot run is left out. Then, in each of --rounds rounds, each runtime runs for --seconds;
figures are medians over the rounds, ratios are peer / ours (above 1: we are faster). Processes start afresh --starts times:
"ready" is the median of reading and compiling the model, "first" the same (ours against the peer's median) when no
measured times of kernels are remembered yet, "memory" the peak RSS over that of the process with its
libraries loaded but no model, and "RSS" the peak itself.

With --int8, FOLDER has quantized forms of the models, NAME.KIND.onnx, as quantized.py makes them (those that are missing are
made); they are compared instead, and our own time of MODEL in float32 stands beside them.

With --bf16, our own bfloat16 stands beside float32, without a comparison of outputs but with its error.

Needs the Python packages onnx, onnxruntime and numpy; uses openvino, ncnn and pnnx (which converts for ncnn) where they are
installed, and says which are not."""
import argparse
import glob
import importlib.util
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import onnx

HERE = os.path.dirname(os.path.abspath(__file__))
FLOAT_TOLERANCE = 1e-4
# Threads of some runtimes wait actively for up to 200 ms after their work and would take a processor from who comes next.
SETTLE_SECONDS = 0.25
TYPES = {onnx.TensorProto.FLOAT: numpy.float32, onnx.TensorProto.INT64: numpy.int64, onnx.TensorProto.INT32: numpy.int32,
         onnx.TensorProto.UINT8: numpy.uint8, onnx.TensorProto.INT8: numpy.int8}
PASSED_ON = {"Reshape", "Transpose", "Flatten", "Squeeze", "Unsqueeze", "Concat", "Slice", "Split", "Identity"}


class Failed(Exception):
    pass


class Worker:
    """A runtime with one model in a process of its own; answers a line of JSON to each command. It has run once, on the
    inputs in `folder`, and written its outputs there."""

    def __init__(self, command, folder):
        # As the program itself sets it: threads sleep soon after a loop, and do not disturb the runtime that is next.
        environment = {"GOMP_SPINCOUNT": "5000", **os.environ}
        self.errors = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
                                        env=environment)
        self.ready = self.answer()
        self.ask("outputs " + folder)

    def answer(self):
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        self.process.wait()
        self.errors.seek(0)
        raise Failed((self.errors.read().strip().splitlines() or ["no answer"])[-1][:160])

    def ask(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()


def write_inputs(model, folder):
    constants = {tensor.name for tensor in model.graph.initializer}
    random = numpy.random.default_rng(7)
    for k, value in enumerate(value for value in model.graph.input if value.name not in constants):
        shape = [d.dim_value or 1 for d in value.type.tensor_type.shape.dim]
        kind = TYPES[value.type.tensor_type.elem_type]
        array = random.standard_normal(shape).astype(kind) if kind == numpy.float32 else numpy.ones(shape, kind)
        numpy.save(os.path.join(folder, f"input_{k}.npy"), array)


def output_steps(model):
    """For each output the distance between neighbouring values, where all of it comes from DequantizeLinear; else None."""
    makers = {name: node for node in model.graph.node for name in node.output}
    numbers = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}

    def step(name):
        node = makers.get(name)
        if node is not None and node.op_type == "DequantizeLinear":
            return float(numbers[node.input[1]].max()) if node.input[1] in numbers else None
        if node is None or node.op_type not in PASSED_ON:
            return None
        steps = [step(source) for source in (node.input if node.op_type == "Concat" else node.input[:1])]
        return max(steps) if all(steps) else None

    return [step(value.name) for value in model.graph.output]


def differences(folder, name, count):
    """For each output: the largest difference from ONNX Runtime, and the largest magnitude there."""
    for k in range(count):
        theirs = numpy.load(os.path.join(folder, f"ort_{k}.npy")).astype(numpy.float64)
        array = numpy.load(os.path.join(folder, f"{name}_{k}.npy")).astype(numpy.float64)
        if array.size != theirs.size:
            raise Failed(f"output {k} has {array.size} elements, not {theirs.size}")
        array = array.reshape(theirs.shape)
        if not numpy.array_equal(numpy.isfinite(array), numpy.isfinite(theirs)):
            raise Failed(f"output {k} is not finite in other places")
        known = numpy.isfinite(theirs)
        yield float(numpy.abs(array - theirs)[known].max(initial=0)), float(numpy.abs(theirs[known]).max(initial=0))


def compare_outputs(folder, name, steps):
    """(within the tolerance, words)"""
    fits, words = True, []
    nudged = differences(folder, "nudged", len(steps))
    for (worst, largest), (moved, _), step in zip(differences(folder, name, len(steps)), nudged, steps):
        if step is None:
            relative = worst / largest if largest > 0 else worst
            moved = moved / largest if largest > 0 else moved
            fits &= relative <= max(FLOAT_TOLERANCE, moved)
            words.append(f"{relative:.1e}" + (f" (inputs 1e-5 larger: {moved:.1e})" if relative > FLOAT_TOLERANCE else ""))
        else:
            apart, moved = round(worst / step), round(moved / step)
            fits &= apart <= max(1, moved)
            words.append(f"{apart} steps" + (f" (inputs 1e-5 larger: {moved})" if apart > 1 else ""))
    return fits, ", ".join(sorted(set(words)))


def to_ncnn(model, folder):
    """The .param file for ncnn. pnnx writes beside the file that it reads."""
    root = os.path.dirname(importlib.util.find_spec("pnnx").origin)
    program, copy = os.path.join(root, "pnnx"), os.path.join(folder, "model.onnx")
    shutil.copy(model, copy)
    if not os.access(program, os.X_OK):
        os.chmod(program, 0o755)
    done = subprocess.run([program, copy, "fp16=0", f"ncnnparam={folder}/model.param", f"ncnnbin={folder}/model.bin"],
                          cwd=folder, capture_output=True, text=True)
    if done.returncode != 0 or not os.path.exists(f"{folder}/model.param"):
        raise Failed("pnnx: " + (done.stderr.strip().splitlines() or ["failed"])[-1][:120])
    return f"{folder}/model.param"


class Comparison:
    """One model in every runtime: outputs first, then times."""

    def __init__(self, arguments, label, model, float_model=None):
        self.arguments, self.label, self.model, self.float_model = arguments, label, model, float_model
        self.first_ready = {}  # with nothing remembered of earlier runs
        self.commands, self.result = {}, {"model": label, "threads": arguments.threads, "runtimes": {}}

    def describe(self, folder):
        threads = str(self.arguments.threads)
        ours = lambda model, precision: [self.arguments.bench, model, threads, "serve", precision, self.arguments.cache]
        peer = lambda name, model: [sys.executable, os.path.join(HERE, "runtimes.py"), name, model, threads]
        self.commands = {"ours": ours(self.model, "float32"), "ort": peer("ort", self.model)}
        if "openvino" in self.arguments.peers:
            self.commands["openvino"] = peer("openvino", self.model)
        if "ncnn" in self.arguments.peers and self.float_model is None:
            try:
                self.commands["ncnn"] = peer("ncnn", to_ncnn(self.model, folder))
            except Failed as error:
                self.say("ncnn", f"left out: {error}")
        if self.float_model is not None:
            self.commands["ours fp32"] = ours(self.float_model, "float32")
        if self.arguments.bf16:
            self.commands["ours bf16"] = ours(self.model, "bf16")

    def say(self, name, text):
        print(f"  {self.label}: {name}: {text}", file=sys.stderr, flush=True)

    def check(self, folder):
        model = onnx.load(self.model)
        write_inputs(model, folder)
        steps = output_steps(model)
        names = [name for name in ("ort", "ours", "openvino", "ncnn", "ours bf16") if name in self.commands]
        for name in names:
            try:
                worker = Worker(self.commands[name], folder)
                if name == "ort":
                    worker.ask("nudged " + folder)
                self.first_ready[name] = worker.ready["ready_ms"]
                worker.close()
                if name == "ours bf16":
                    self.keep_bf16(folder, len(steps))
                elif name != "ort":
                    self.judge(folder, name, steps)
            except Failed as error:
                self.say(name, f"left out: {error}")
                del self.commands[name]
        return "ours" in self.commands and "ort" in self.commands

    def keep_bf16(self, folder, count):
        """bench_cpu_peer calls its outputs "ours" in either precision; those of float32 were judged already."""
        worst = max(a / b if b > 0 else a for a, b in differences(folder, "ours", count))
        self.result["bf16_relative_error"] = worst
        self.say("ours bf16", f"outputs: {worst:.1e} from float32, relative to the largest")

    def judge(self, folder, name, steps):
        fits, words = compare_outputs(folder, name, steps)
        self.result.setdefault("outputs", {})[name] = {"agrees": fits, "difference": words}
        self.say(name, f"outputs: {words} from ONNX Runtime" + ("" if fits else ": NOT within the tolerance"))

    def measure(self, folder):
        rounds = {name: {"times": [], "ready": [], "memory": [], "rss": []} for name in self.commands}
        per_start = math.ceil(self.arguments.rounds / self.arguments.starts)
        for _ in range(self.arguments.starts):
            workers = {name: Worker(command, folder) for name, command in self.commands.items()}
            answers = {}
            for turn in range(per_start):
                # Every second round backwards, so that nobody always comes after the same one.
                for name in list(workers) if turn % 2 == 0 else list(workers)[::-1]:
                    time.sleep(SETTLE_SECONDS)
                    answers[name] = workers[name].ask(f"time {self.arguments.seconds}")
                    rounds[name]["times"].append(answers[name]["p50_ms"])
            for name, worker in workers.items():
                rounds[name]["ready"].append(worker.ready["ready_ms"])
                rounds[name]["memory"].append(answers[name]["peak_rss_bytes"] - worker.ready["bare_rss_bytes"])
                rounds[name]["rss"].append(answers[name]["peak_rss_bytes"])
                worker.close()
        for name, of in rounds.items():
            self.result["runtimes"][name] = {
                "p50_ms": statistics.median(of["times"]), "rounds": len(of["times"]), "ready_ms": statistics.median(of["ready"]),
                "first_ready_ms": self.first_ready.get(name), "memory_bytes": statistics.median(of["memory"]),
                "peak_rss_bytes": statistics.median(of["rss"])}

    def run(self):
        """The result, or None where there is nothing to compare."""
        with tempfile.TemporaryDirectory() as folder:
            self.describe(folder)
            if not self.check(folder):
                return None
            self.measure(folder)
        return self.result


PEERS = ("ort", "openvino", "ncnn")


def ratio(result, peer, field):
    runtimes = result["runtimes"]
    return runtimes[peer][field] / runtimes["ours"][field] if peer in runtimes else None


def best(result):
    return min(result["runtimes"][peer]["p50_ms"] for peer in PEERS if peer in result["runtimes"]) / result["runtimes"]["ours"]["p50_ms"]


def first_ready(result):
    return result["runtimes"]["ort"]["ready_ms"] / result["runtimes"]["ours"]["first_ready_ms"]


COLUMNS = [("ours ms", lambda r: r["runtimes"]["ours"]["p50_ms"]), ("ort", lambda r: ratio(r, "ort", "p50_ms")),
           ("openvino", lambda r: ratio(r, "openvino", "p50_ms")), ("ncnn", lambda r: ratio(r, "ncnn", "p50_ms")), ("best", best),
           ("own fp32", lambda r: ratio(r, "ours fp32", "p50_ms")), ("bf16", lambda r: 1 / (ratio(r, "ours bf16", "p50_ms") or math.nan)),
           ("ready ms", lambda r: r["runtimes"]["ours"]["ready_ms"]), ("ready ort", lambda r: ratio(r, "ort", "ready_ms")),
           ("first ort", first_ready),
           ("memory/ort", lambda r: 1 / ratio(r, "ort", "memory_bytes")), ("RSS/ort", lambda r: 1 / ratio(r, "ort", "peak_rss_bytes"))]
MILLISECONDS = ("ours ms", "ready ms")


def cell(number, name):
    if number is None or math.isnan(number):
        return "-"
    return f"{number:.3f}" if name == "ours ms" else f"{number:.1f}" if name == "ready ms" else f"{number:.2f}"


def print_row(label, numbers):
    print(f"{label:42}" + "".join(f"{cell(number, name):>{max(len(name), 7) + 1}}" for (name, _), number in zip(COLUMNS, numbers)), flush=True)


def print_header():
    print(f"{'model':42}" + "".join(f"{name:>{max(len(name), 7) + 1}}" for name, _ in COLUMNS), flush=True)


def geometric_means(results):
    means = []
    for name, of in COLUMNS:
        numbers = [number for number in map(of, results) if number is not None and not math.isnan(number)]
        means.append(statistics.geometric_mean(numbers) if numbers and name not in MILLISECONDS else None)
    return means


def pairs(arguments):
    """(label, model, its float form or None)"""
    for model in arguments.models:
        name = os.path.splitext(os.path.basename(model))[0]
        if arguments.int8 is None:
            yield name, model, None
            continue
        missing = not glob.glob(os.path.join(glob.escape(arguments.int8), glob.escape(name) + ".*.onnx"))
        if missing:
            os.makedirs(arguments.int8, exist_ok=True)
            subprocess.run([sys.executable, os.path.join(HERE, "quantized.py"), arguments.int8, model], check=True)
        for form in sorted(glob.glob(os.path.join(glob.escape(arguments.int8), glob.escape(name) + ".*.onnx"))):
            yield os.path.splitext(os.path.basename(form))[0], form, model


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.2)
    parser.add_argument("--int8", metavar="FOLDER")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--peers", default="openvino,ncnn", help="besides ONNX Runtime")
    parser.add_argument("--cache", help="folder where we keep measured times of kernels; default: one that is removed again")
    parser.add_argument("--json", metavar="FILE")
    arguments = parser.parse_args()
    wanted = {"openvino": ("openvino",), "ncnn": ("ncnn", "pnnx")}
    arguments.peers = [peer for peer in arguments.peers.split(",") if peer]
    for peer in list(arguments.peers):
        absent = [package for package in wanted[peer] if importlib.util.find_spec(package) is None]
        if absent:
            print(f"  {peer} left out: no Python package {absent[0]}", file=sys.stderr)
            arguments.peers.remove(peer)
    return arguments


def compare_all(arguments):
    results = []
    print_header()
    for label, model, float_model in pairs(arguments):
        try:
            result = Comparison(arguments, label, model, float_model).run()
        except Failed as error:
            print(f"  {label}: {error}", file=sys.stderr)
            continue
        if result is not None:
            results.append(result)
            print_row(label, [of(result) for _, of in COLUMNS])
    if len(results) > 1:
        print_row("geometric mean", geometric_means(results))
    return results


def main():
    arguments = parse()
    with tempfile.TemporaryDirectory() as folder:
        arguments.cache = arguments.cache or folder
        results = compare_all(arguments)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump({"schema": "edgewright.peers/1", "results": results}, file, indent=2)


if __name__ == "__main__":
    main()
