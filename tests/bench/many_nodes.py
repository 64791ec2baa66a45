#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes models of many nodes, with small seeded weights, to measure how long opening one takes.

    many_nodes.py NODES OUT.onnx [--dense]

By default a third each of Conv, Relu and Add, with shape arithmetic (Shape, Gather, Concat, Reshape) every 50th node or so;
with --dense every Add reads a value of up to 40 blocks before. Needs the Python packages onnx and numpy."""
import argparse
import random

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

CHANNELS = 4


def shaped(nodes, number, value):
    """Reshapes to what the value already is, by way of its shape."""
    prefix = f"shape{number}_"
    nodes.append(helper.make_node("Shape", [value], [prefix + "s"], prefix + "Shape"))
    nodes.append(helper.make_node("Gather", [prefix + "s", "zero"], [prefix + "n"], prefix + "Gather"))
    nodes.append(helper.make_node("Concat", [prefix + "n", "rest"], [prefix + "t"], prefix + "Concat", axis=0))
    nodes.append(helper.make_node("Reshape", [value, prefix + "t"], [prefix + "r"], prefix + "Reshape"))
    return prefix + "r"


def build(count, dense):
    random.seed(1)
    numbers = numpy.random.default_rng(1)
    nodes, initializers, recent = [], [], ["x"]
    value, block = "x", 0
    while len(nodes) < count:
        weight = f"w{block}"
        array = numbers.standard_normal((CHANNELS, CHANNELS, 3, 3)).astype(numpy.float32) * 0.1
        initializers.append(numpy_helper.from_array(array, weight))
        nodes.append(helper.make_node("Conv", [value, weight], [f"c{block}"], f"conv{block}", pads=[1, 1, 1, 1], kernel_shape=[3, 3]))
        nodes.append(helper.make_node("Relu", [f"c{block}"], [f"r{block}"], f"relu{block}"))
        skip = random.choice(recent[-40:]) if dense else recent[-1]
        nodes.append(helper.make_node("Add", [f"r{block}", skip], [f"a{block}"], f"add{block}"))
        value = f"a{block}"
        if block % 16 == 15:
            value = shaped(nodes, block, value)
        recent.append(value)
        block += 1
    initializers += [numpy_helper.from_array(numpy.array([0], numpy.int64), "zero"),
                     numpy_helper.from_array(numpy.array([CHANNELS, 8, 8], numpy.int64), "rest")]
    shape = ["N", CHANNELS, 8, 8]
    graph = helper.make_graph(nodes, "many_nodes", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info(value, TensorProto.FLOAT, shape)], initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nodes", type=int)
    parser.add_argument("out")
    parser.add_argument("--dense", action="store_true")
    arguments = parser.parse_args()
    onnx.save(build(arguments.nodes, arguments.dense), arguments.out)


if __name__ == "__main__":
    main()
