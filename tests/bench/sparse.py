# SPDX-License-Identifier: Apache-2.0
"""Sets weights of a model's 1x1 convolutions and matrix products to zero, for measuring what sparsity is worth. Needs the
Python packages onnx and numpy.

    sparse.py MODEL OUTPUT PATTERN    PATTERN: a percentage (the smallest weights of each layer), 2:4 or 1x4 with a
                                      percentage as 1x4:80 (blocks of four neighbouring input channels)"""
import sys

import numpy
import onnx
from onnx import numpy_helper


def unstructured(w, percent):
    order = numpy.argsort(numpy.abs(w), axis=None, kind="stable")
    w.reshape(-1)[order[: int(w.size * percent / 100)]] = 0


def two_of_four(w):
    rows = w.reshape(-1, 4)
    smallest = numpy.argsort(numpy.abs(rows), axis=1, kind="stable")[:, :2]
    numpy.put_along_axis(rows, smallest, 0, axis=1)


def blocks(w, percent):
    rows = w.reshape(-1, 4)
    order = numpy.argsort(numpy.abs(rows).sum(axis=1), kind="stable")
    rows[order[: int(len(rows) * percent / 100)]] = 0


def prune(weights, pattern):
    if pattern == "2:4":
        two_of_four(weights)
    elif pattern.startswith("1x4:"):
        blocks(weights, float(pattern[4:]))
    else:
        unstructured(weights, float(pattern))


def main(model, output, pattern):
    loaded = onnx.load(model)
    constants = {tensor.name: tensor for tensor in loaded.graph.initializer}
    for node in loaded.graph.node:
        tensor = constants.get(node.input[1]) if len(node.input) > 1 else None
        if node.op_type not in ("Conv", "Gemm", "MatMul") or tensor is None:
            continue
        weights = numpy_helper.to_array(tensor).copy()
        if node.op_type == "Conv" and (any(extent != 1 for extent in weights.shape[2:]) or weights.shape[1] % 4):
            continue
        # Rows of one output channel lie together in every case but these.
        turned = node.op_type == "MatMul" or node.op_type == "Gemm" and not any(a.name == "transB" and a.i for a in node.attribute)
        rows = numpy.ascontiguousarray(weights.T if turned else weights)
        prune(rows, pattern)
        tensor.CopyFrom(numpy_helper.from_array(numpy.ascontiguousarray(rows.T if turned else rows).reshape(weights.shape), tensor.name))
    onnx.save(loaded, output)


if __name__ == "__main__":
    main(*sys.argv[1:4])
