# SPDX-License-Identifier: Apache-2.0
"""Quantizes models with ONNX Runtime's quantizer for benchmarks: QDQ, weights per channel, ranges from random inputs (the
accuracy of the result is not the point). Models below opset 13, which has no scales per channel, are raised to it. Needs the
Python packages onnx and onnxruntime.

    quantized.py FOLDER MODEL...     writes NAME.u8s8.onnx and NAME.s8s8.onnx for each model"""
import logging
import os
import sys
import tempfile

import numpy
import onnx
from onnx import version_converter
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

PER_CHANNEL = 13
ACTIVATIONS = {"u8s8": QuantType.QUInt8, "s8s8": QuantType.QInt8}


class RandomInputs(CalibrationDataReader):
    def __init__(self, model, count=4):
        constants = {tensor.name for tensor in model.graph.initializer}
        self.inputs = [value for value in model.graph.input if value.name not in constants]
        self.random, self.left = numpy.random.default_rng(7), count

    def get_next(self):
        if self.left == 0:
            return None
        self.left -= 1
        extents = lambda value: [d.dim_value or 1 for d in value.type.tensor_type.shape.dim]
        return {value.name: self.random.standard_normal(extents(value), dtype=numpy.float32) for value in self.inputs}


def raised(model):
    """The model in an opset that can quantize per channel."""
    if all(entry.version >= PER_CHANNEL for entry in model.opset_import if entry.domain in ("", "ai.onnx")):
        return model
    return version_converter.convert_version(model, PER_CHANNEL)


def write(model_path, out_path, activations):
    """`activations`: a key of ACTIVATIONS; weights are always int8."""
    with tempfile.TemporaryDirectory() as folder:
        current, ready = os.path.join(folder, "current.onnx"), os.path.join(folder, "ready.onnx")
        onnx.save(raised(onnx.load(model_path)), current)
        quant_pre_process(current, ready, skip_symbolic_shape=True)
        quantize_static(ready, out_path, RandomInputs(onnx.load(ready)), quant_format=QuantFormat.QDQ, per_channel=True,
                        activation_type=ACTIVATIONS[activations], weight_type=QuantType.QInt8)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    for model in sys.argv[2:]:
        for kind in ACTIVATIONS:
            name = os.path.splitext(os.path.basename(model))[0]
            write(model, os.path.join(sys.argv[1], f"{name}.{kind}.onnx"), kind)
