#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Peak RSS and time of working on a model of 3 GiB, once with external data and once in one file (which no protobuf
library can read): inspect, fold, and prune the elements of one layer. All should stay below 600 MiB.

    large_model.py EDGEWRIGHT [FOLDER] [--layers N]

Writes up to 10 GB below FOLDER (default: the temporary folder) and removes them again. Needs the Python package numpy."""
import argparse
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from measure import run_measured  # noqa: E402

WIDTH = 4096
WEIGHT_BYTES = WIDTH * WIDTH * 4


def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number, content):
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    if isinstance(content, str):
        content = content.encode()
    return varint(number << 3 | 2) + varint(len(content)) + content


def value_info(name):
    dims = b"".join(field(1, field(1, extent)) for extent in (1, WIDTH))
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, dims)))


def tensor_head(name):
    return field(1, WIDTH) + field(1, WIDTH) + field(2, 1) + field(8, name)


def model_parts(layers, tensors):
    """Bytes before and behind the initializers, whose fields are `tensors` bytes long together."""
    nodes = b"".join(field(1, field(1, f"x{i}") + field(1, f"w{i}") + field(2, f"x{i + 1}") + field(3, f"fc{i}") +
                              field(4, "MatMul")) for i in range(layers))
    head = nodes + field(2, "large")
    tail = field(11, value_info("x0")) + field(12, value_info(f"x{layers}"))
    graph = varint(7 << 3 | 2) + varint(len(head) + tensors + len(tail))
    return field(1, 8) + field(8, field(2, 17)) + graph + head, tail


def weights(layer, block=[]):
    """Blocks of one weight; the same numbers for each layer but the first, so that making the file takes no time."""
    import numpy

    if not block:
        block.append(numpy.random.default_rng(7).standard_normal(1 << 22, dtype=numpy.float32).tobytes())
    first = numpy.float32(layer).tobytes() + block[0][4:]
    return [first] + block * (WEIGHT_BYTES // len(first) - 1)


def write_external(path, layers):
    entries = b""
    for i in range(layers):
        places = [("location", "large.bin"), ("offset", str(i * WEIGHT_BYTES)), ("length", str(WEIGHT_BYTES))]
        external = b"".join(field(13, field(1, key) + field(2, value)) for key, value in places)
        entries += field(5, tensor_head(f"w{i}") + external + field(14, 1))
    head, tail = model_parts(layers, len(entries))
    with open(path, "wb") as file:
        file.write(head + entries + tail)
    with open(os.path.join(os.path.dirname(path), "large.bin"), "wb") as file:
        for i in range(layers):
            file.writelines(weights(i))


def write_inline(path, layers):
    def begin(i):
        inner = tensor_head(f"w{i}") + varint(9 << 3 | 2) + varint(WEIGHT_BYTES)
        return varint(5 << 3 | 2) + varint(len(inner) + WEIGHT_BYTES) + inner

    head, tail = model_parts(layers, sum(len(begin(i)) + WEIGHT_BYTES for i in range(layers)))
    with open(path, "wb") as file:
        file.write(head)
        for i in range(layers):
            file.write(begin(i))
            file.writelines(weights(i))
        file.write(tail)


def measure(label, command):
    seconds, rss = run_measured(command)
    print(f"{label:28} {seconds:8.2f} s   peak RSS {rss / 2**20:8.1f} MiB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("edgewright")
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--layers", type=int, default=48)
    arguments = parser.parse_args()
    prune = "prune: {structure: element, criterion: l1, sparsity: 0, scope: layer, layers: {fc3: 0.5}}"
    for kind, write in (("external", write_external), ("inline", write_inline)):
        folder = tempfile.mkdtemp(dir=arguments.folder)
        try:
            model, out = os.path.join(folder, "large.onnx"), os.path.join(folder, "out", "out.onnx")
            os.mkdir(os.path.dirname(out))
            # In a process of its own: a child's peak RSS begins with that of the process that starts it.
            child = os.fork()
            if child == 0:
                write(model, arguments.layers)
                os._exit(0)
            os.waitpid(child, 0)
            measure(f"{kind}: inspect", [arguments.edgewright, "inspect", "--json", model])
            for name, step in (("fold", "fold: {}"), ("prune one layer", prune)):
                measure(f"{kind}: {name}", [arguments.edgewright, "optimize", model, "-o", out, "--step", step])
            files = {name: os.path.getsize(os.path.join(folder, "out", name)) for name in sorted(os.listdir(os.path.dirname(out)))}
            print("    written:", ", ".join(f"{name} {size:,} bytes" for name, size in files.items()))
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
