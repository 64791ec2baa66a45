# SPDX-License-Identifier: Apache-2.0
"""Runs every N.onnx of the current folder in ONNX Runtime on N.in.npy; writes output K to N.outK.npy.

A model that does not run is named on stdout, and the others still run.
"""
import glob

import numpy
import onnxruntime

onnxruntime.set_default_logger_severity(4)
for model in sorted(glob.glob("*.onnx")):
    name = model[: -len(".onnx")]
    try:
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        inputs = {session.get_inputs()[0].name: numpy.load(name + ".in.npy")}
        for k, output in enumerate(session.run(None, inputs)):
            numpy.save(f"{name}.out{k}.npy", output)
    except Exception as error:  # the caller misses the outputs and says so
        print(f"{model}: {error}")
