# SPDX-License-Identifier: Apache-2.0
"""Well-known image classifiers for 224 x 224 images with random weights, batch normalization folded into the convolutions
as exporters write it. Needs the Python packages onnx and numpy.

    networks.py FOLDER [NAME...]     writes NAME.onnx for each name: resnet18, resnet50, mobilenet_v1, mobilenet_v2"""
import os
import sys

import numpy
from onnx import TensorProto, helper, numpy_helper, save


class Builder:
    def __init__(self, seed):
        self.random = numpy.random.default_rng(seed)
        self.nodes, self.constants = [], []

    def constant(self, name, shape, deviation):
        values = self.random.standard_normal(shape, dtype=numpy.float32) * numpy.float32(deviation)
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def node(self, op, inputs, name, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [name], name, **attributes))
        return name

    def conv(self, x, name, fan_in, fan_out, kernel, stride=1, groups=1, activation="Relu"):
        """Weights as He draws them, so that values keep their size through any number of layers."""
        taps = fan_in // groups * kernel * kernel
        weights = self.constant(name + ".weight", (fan_out, fan_in // groups, kernel, kernel), (2 / taps) ** 0.5)
        bias = self.constant(name + ".bias", (fan_out,), 0.05)
        y = self.node("Conv", [x, weights, bias], name, kernel_shape=[kernel] * 2, strides=[stride] * 2, group=groups,
                      pads=[kernel // 2] * 4)
        return self.activate(y, activation)

    def activate(self, x, activation):
        if activation == "Relu":
            return self.node("Relu", [x], x + ".relu")
        if activation == "Relu6":
            return self.node("Clip", [x, "zero", "six"], x + ".relu6")
        return x

    def classify(self, x, channels, classes=1000):
        x = self.node("Flatten", [self.node("GlobalAveragePool", [x], "pool")], "flat")
        weights, bias = self.constant("fc.weight", (classes, channels), channels ** -0.5), self.constant("fc.bias", (classes,), 0.05)
        self.nodes.append(helper.make_node("Gemm", [x, weights, bias], ["output"], "fc", transB=1))


def stem(b):
    x = b.conv("input", "conv1", 3, 64, 7, 2)
    return b.node("MaxPool", [x], "maxpool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])


def add_and_relu(b, x, skip, name):
    return b.activate(b.node("Add", [x, skip], name + ".add"), "Relu")


def resnet18(b):
    x, fan_in = stem(b), 64
    for stage, width in enumerate((64, 128, 256, 512), 1):
        for i in range(2):
            name, stride = f"layer{stage}.{i}", 2 if stage > 1 and i == 0 else 1
            skip = x if fan_in == width else b.conv(x, name + ".downsample", fan_in, width, 1, stride, activation=None)
            y = b.conv(x, name + ".conv1", fan_in, width, 3, stride)
            x = add_and_relu(b, b.conv(y, name + ".conv2", width, width, 3, activation=None), skip, name)
            fan_in = width
    b.classify(x, 512)


def resnet50(b):
    x, fan_in = stem(b), 64
    for stage, (width, blocks) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3)), 1):
        for i in range(blocks):
            name, stride = f"layer{stage}.{i}", 2 if stage > 1 and i == 0 else 1
            skip = x if fan_in == 4 * width else b.conv(x, name + ".downsample", fan_in, 4 * width, 1, stride, activation=None)
            y = b.conv(b.conv(x, name + ".conv1", fan_in, width, 1), name + ".conv2", width, width, 3, stride)
            x = add_and_relu(b, b.conv(y, name + ".conv3", width, 4 * width, 1, activation=None), skip, name)
            fan_in = 4 * width
    b.classify(x, 2048)


def mobilenet_v1(b):
    x, fan_in = b.conv("input", "conv1", 3, 32, 3, 2), 32
    widths = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + [(512, 1)] * 5 + [(1024, 2), (1024, 1)]
    for i, (width, stride) in enumerate(widths, 1):
        x = b.conv(x, f"block{i}.depthwise", fan_in, fan_in, 3, stride, groups=fan_in)
        x = b.conv(x, f"block{i}.pointwise", fan_in, width, 1)
        fan_in = width
    b.classify(x, 1024)


def mobilenet_v2(b):
    b.constants += [numpy_helper.from_array(numpy.float32(0), "zero"), numpy_helper.from_array(numpy.float32(6), "six")]
    x, fan_in = b.conv("input", "conv1", 3, 32, 3, 2, activation="Relu6"), 32
    stages = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
    for stage, (expansion, width, blocks, first_stride) in enumerate(stages, 1):
        for i in range(blocks):
            name, stride, hidden = f"stage{stage}.{i}", first_stride if i == 0 else 1, fan_in * expansion
            y = b.conv(x, name + ".expand", fan_in, hidden, 1, activation="Relu6") if expansion > 1 else x
            y = b.conv(y, name + ".depthwise", hidden, hidden, 3, stride, groups=hidden, activation="Relu6")
            y = b.conv(y, name + ".project", hidden, width, 1, activation=None)
            x = b.node("Add", [x, y], name + ".add") if stride == 1 and fan_in == width else y
            fan_in = width
    b.classify(b.conv(x, "head", 320, 1280, 1, activation="Relu6"), 1280)


NETWORKS = {network.__name__: network for network in (resnet18, resnet50, mobilenet_v1, mobilenet_v2)}


def write(name, path, seed=7):
    b = Builder(seed)
    NETWORKS[name](b)
    graph = helper.make_graph(b.nodes, name, [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 224, 224])],
                              [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1000])], b.constants)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


if __name__ == "__main__":
    for chosen in sys.argv[2:] or NETWORKS:
        write(chosen, os.path.join(sys.argv[1], chosen + ".onnx"))
