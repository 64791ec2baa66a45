# SPDX-License-Identifier: Apache-2.0
"""Runs model.onnx in ONNX Runtime on inputs.npy and compares with outputs.npy, all in the current folder.

usage: onnxruntime_check.py STEP

STEP is the distance between two neighbouring values of the quantized output. Fails
when an output is further than one step away, or the best class is another and is
not tied with ours to within one step.
"""
import sys

import numpy
import onnxruntime

step = float(sys.argv[1])
inputs = numpy.load("inputs.npy")
ours = numpy.load("outputs.npy")
session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name
theirs = numpy.concatenate([session.run(None, {name: image[None]})[0] for image in inputs])

distance = numpy.abs(ours - theirs) / step
best = theirs.max(axis=1)
chosen = theirs[numpy.arange(len(theirs)), ours.argmax(axis=1)]
other = ours.argmax(axis=1) != theirs.argmax(axis=1)
tied = best - chosen <= 1.5 * step
print(
    f"ONNX Runtime {onnxruntime.__version__}: {len(ours)} images, {numpy.mean(distance < 0.5):.2%} of outputs equal, "
    f"largest distance {distance.max():.2f} steps, best class other on {other.sum()} images, "
    f"{(other & tied).sum()} of them ties"
)
sys.exit(1 if distance.max() > 1.01 or (other & ~tied).any() else 0)
