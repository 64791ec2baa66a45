# SPDX-License-Identifier: Apache-2.0
"""The peers' side of peers.py: one model in one runtime, in a process of its own.

    runtimes.py RUNTIME MODEL THREADS        RUNTIME: ort, openvino, ncnn

Makes the model ready, prints a line of JSON about that, and then answers each line on stdin, as bench_cpu_peer does:
"outputs FOLDER" reads FOLDER/input_K.npy and writes FOLDER/RUNTIME_K.npy, "nudged FOLDER" the same with inputs a little
larger as FOLDER/nudged_K.npy, "time SECONDS" runs that long. MODEL is an ONNX file; ncnn takes the .param file that pnnx makes of it, with the .bin file beside it."""
import json
import os
import statistics
import sys
import time

import numpy


def status_bytes(field):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field + ":"))


class Ort:
    def __init__(self):
        import onnxruntime

        self.package = onnxruntime

    def load(self, model, threads):
        options = self.package.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = self.package.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def give(self, inputs):
        self.feeds = {value.name: array for value, array in zip(self.session.get_inputs(), inputs)}

    def run(self):
        return self.session.run(None, self.feeds)


class OpenVino:
    def __init__(self):
        import openvino

        self.package = openvino

    def load(self, model, threads):
        """Float layers in float32: its own choice is bfloat16 where the processor has that."""
        options = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1,
                   "PERFORMANCE_HINT": "LATENCY"}
        self.request = self.package.Core().compile_model(model, "CPU", options).create_infer_request()

    def give(self, inputs):
        for i, array in enumerate(inputs):
            self.request.set_input_tensor(i, self.package.Tensor(array))

    def run(self):
        self.request.infer()
        return [self.request.get_output_tensor(i).data for i in range(len(self.request.model_outputs))]


class Ncnn:
    def __init__(self):
        import ncnn

        self.package = ncnn

    def load(self, model, threads):
        self.net = self.package.Net()
        self.net.opt.num_threads = threads
        self.net.opt.use_fp16_packed = self.net.opt.use_fp16_storage = self.net.opt.use_fp16_arithmetic = False
        self.net.opt.use_bf16_storage = False
        self.net.opt.use_vulkan_compute = False
        if self.net.load_param(model) != 0 or self.net.load_model(os.path.splitext(model)[0] + ".bin") != 0:
            sys.exit("ncnn: cannot load " + model)

    def give(self, inputs):
        self.mats = [self.package.Mat(numpy.ascontiguousarray(array[0])).clone() for array in inputs]

    def run(self):
        extractor = self.net.create_extractor()
        for name, mat in zip(self.net.input_names(), self.mats):
            extractor.input(name, mat)
        results = []
        for name in self.net.output_names():
            code, mat = extractor.extract(name)
            if code != 0:
                sys.exit(f"ncnn: {name}: error {code}")
            results.append(mat)
        return results


RUNTIMES = {"ort": Ort, "openvino": OpenVino, "ncnn": Ncnn}
WARMUP, LEAST_RUNS = 3, 5


def time_for(runtime, seconds):
    for _ in range(WARMUP):
        runtime.run()
    samples, begin = [], time.perf_counter()
    while time.perf_counter() - begin < seconds or len(samples) < LEAST_RUNS:
        start = time.perf_counter()
        runtime.run()
        samples.append((time.perf_counter() - start) * 1000)
    return {"p50_ms": statistics.median(samples), "runs": len(samples), "peak_rss_bytes": status_bytes("VmHWM")}


NUDGE = 1e-5


def write_outputs(runtime, name, folder):
    count = sum(file.startswith("input_") for file in os.listdir(folder))
    inputs = [numpy.load(os.path.join(folder, f"input_{k}.npy")) for k in range(count)]
    if name == "nudged":
        inputs = [array * numpy.float32(1 + NUDGE) if array.dtype == numpy.float32 else array for array in inputs]
    runtime.give(inputs)
    for k, array in enumerate(runtime.run()):
        numpy.save(os.path.join(folder, f"{name}_{k}.npy"), numpy.array(array))
    return {}


def main():
    name, model, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a runtime prints is no answer
    runtime = RUNTIMES[name]()
    bare = status_bytes("VmRSS")
    start = time.perf_counter()
    runtime.load(model, threads)
    answer = {"ready_ms": (time.perf_counter() - start) * 1000, "bare_rss_bytes": bare}
    print(json.dumps(answer), file=answers, flush=True)
    for line in sys.stdin:
        command, argument = line.split(maxsplit=1)
        if command == "time":
            answer = time_for(runtime, float(argument))
        else:
            answer = write_outputs(runtime, name if command == "outputs" else command, argument.strip())
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
