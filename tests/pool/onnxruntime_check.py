# SPDX-License-Identifier: Apache-2.0
"""Runs models in ONNX Runtime and compares with what our backends gave.

usage: onnxruntime_check.py MODELS

MODELS is the folder of the models. The current folder has a folder MODEL/CASE for each
run: input_K.npy in the order of the model's inputs, and BACKEND_K.npy in the order of
its outputs. Fails where an output is further from ONNX Runtime's than 1e-4 of its
largest magnitude, or its largest element along the last axis is another one.
"""
import pathlib
import re
import sys

import numpy
import onnxruntime


def difference(ours, theirs):
    """Relative to the largest magnitude; infinite where shape, type or a place of NaN differs."""
    if ours.shape != theirs.shape or ours.dtype != theirs.dtype or (numpy.isnan(ours) != numpy.isnan(theirs)).any():
        return float("inf")
    if ours.size == 0:
        return 0.0
    largest = numpy.abs(theirs).max()
    return float(numpy.abs(ours.astype(float) - theirs).max() / (largest if largest > 0 else 1))


def same_choice(ours, theirs):
    """Whether the best class is the same, or tied to within the tolerance."""
    if ours.ndim != 2 or ours.shape[1] < 2:
        return True
    rows = numpy.arange(len(ours))
    best = theirs[rows, theirs.argmax(axis=1)]
    return bool((best - theirs[rows, ours.argmax(axis=1)] <= 1e-4 * numpy.abs(theirs).max()).all())


def number(path):
    return int(re.search(r"_(\d+)$", path.stem).group(1))


def main():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    failed = False
    for folder in sorted(pathlib.Path(".").iterdir()):
        session = onnxruntime.InferenceSession(f"{sys.argv[1]}/{folder.name}.onnx", options, providers=["CPUExecutionProvider"])
        for case in sorted(folder.iterdir()):
            arrays = [numpy.load(path) for path in sorted(case.glob("input_*.npy"), key=number)]
            theirs = session.run(None, {value.name: array for value, array in zip(session.get_inputs(), arrays)})
            for backend in ("reference", "cpu"):
                ours = [numpy.load(path) for path in sorted(case.glob(f"{backend}_*.npy"), key=number)]
                worst = max((difference(a, b) for a, b in zip(ours, theirs)), default=float("inf"))
                right = len(ours) == len(theirs) and worst <= 1e-4 and all(map(same_choice, ours, theirs))
                failed |= not right
                print(f"{folder.name:48} {case.name:8} {backend:10} {worst:.1e} {'ok' if right else 'DIFFERS'}")
    print(f"ONNX Runtime {onnxruntime.__version__}")
    sys.exit(1 if failed else 0)


main()
