# SPDX-License-Identifier: Apache-2.0
"""A ResNet-50 for 224 x 224 images with random weights, batch normalization folded into the convolutions as exporters
write it: 98 MB. Needs the Python packages onnx and numpy."""
import numpy
from onnx import TensorProto, helper, numpy_helper, save


class Builder:
    def __init__(self, seed):
        self.random = numpy.random.default_rng(seed)
        self.nodes, self.constants = [], []

    def constant(self, name, *shape):
        values = self.random.standard_normal(shape, dtype=numpy.float32) * numpy.float32(0.05)
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def conv(self, x, name, fan_in, fan_out, kernel, stride=1, relu=True):
        weights = self.constant(name + ".weight", fan_out, fan_in, kernel, kernel)
        bias = self.constant(name + ".bias", fan_out)
        self.nodes.append(helper.make_node("Conv", [x, weights, bias], [name], name, kernel_shape=[kernel] * 2,
                                           strides=[stride] * 2, pads=[kernel // 2] * 4))
        return self.relu(name) if relu else name

    def relu(self, x):
        self.nodes.append(helper.make_node("Relu", [x], [x + ".relu"], x + ".relu"))
        return x + ".relu"

    def block(self, x, name, fan_in, width, stride):
        skip = x if fan_in == 4 * width else self.conv(x, name + ".downsample", fan_in, 4 * width, 1, stride, relu=False)
        y = self.conv(x, name + ".conv1", fan_in, width, 1)
        y = self.conv(y, name + ".conv2", width, width, 3, stride)
        y = self.conv(y, name + ".conv3", width, 4 * width, 1, relu=False)
        self.nodes.append(helper.make_node("Add", [y, skip], [name + ".add"], name + ".add"))
        return self.relu(name + ".add")


def write(path, seed=7):
    b = Builder(seed)
    x = b.conv("input", "conv1", 3, 64, 7, 2)
    b.nodes.append(helper.make_node("MaxPool", [x], ["maxpool"], "maxpool", kernel_shape=[3, 3], strides=[2, 2],
                                    pads=[1, 1, 1, 1]))
    x, fan_in = "maxpool", 64
    for stage, (width, blocks) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3)), 1):
        for i in range(blocks):
            x = b.block(x, f"layer{stage}.{i}", fan_in, width, 2 if stage > 1 and i == 0 else 1)
            fan_in = 4 * width
    b.nodes.append(helper.make_node("GlobalAveragePool", [x], ["pool"], "pool"))
    b.nodes.append(helper.make_node("Flatten", ["pool"], ["flat"], "flat"))
    weights, bias = b.constant("fc.weight", 1000, 2048), b.constant("fc.bias", 1000)
    b.nodes.append(helper.make_node("Gemm", ["flat", weights, bias], ["output"], "fc", transB=1))
    graph = helper.make_graph(b.nodes, "resnet50",
                              [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 224, 224])],
                              [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1000])], b.constants)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
