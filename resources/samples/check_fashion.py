#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Count the test images that fashion.onnx gets right in ONNX Runtime.

    apt install python3-venv dataset-fashion-mnist
    python3 -m venv ~/fashion-check
    ~/fashion-check/bin/pip install onnx onnxruntime
    ~/fashion-check/bin/python check_fashion.py

Prints the operators of the file, the count over all 10,000 test images and the
count over the evaluation images in fashion.npz.
"""

import argparse
import collections
import pathlib

import numpy as np
import onnx
import onnxruntime

from fashion_data import DATASET, HERE, MEAN, STD, load_split


def count_correct(session, images, labels, batch=500):
    correct = 0
    for start in range(0, len(images), batch):
        pixels = images[start:start + batch].astype(np.float32)
        values = ((pixels / 255.0 - MEAN) / STD).astype(np.float32)
        logits, = session.run(["logits"], {"input": values})
        correct += int((logits.argmax(1) == labels[start:start + batch]).sum())
    return correct


def main():
    parser = argparse.ArgumentParser(description="Check the Fashion-MNIST sample network.")
    parser.add_argument("--dataset", type=pathlib.Path, default=DATASET)
    parser.add_argument("--model", type=pathlib.Path, default=HERE / "fashion.onnx")
    parser.add_argument("--data", type=pathlib.Path, default=HERE / "fashion.npz")
    options = parser.parse_args()

    model = onnx.load(str(options.model))
    onnx.checker.check_model(model, full_check=True)
    operators = collections.Counter(node.op_type for node in model.graph.node)
    print(f"{len(model.graph.node)} nodes: "
          + ", ".join(f"{count} {name}" for name, count in sorted(operators.items())))
    if not operators["BatchNormalization"]:
        raise SystemExit("BatchNormalization has been folded away")

    session = onnxruntime.InferenceSession(
        str(options.model), providers=["CPUExecutionProvider"])
    images, labels = load_split(options.dataset, "t10k")
    print(f"test images right: {count_correct(session, images, labels)} of {len(images)}")
    with np.load(options.data) as packed:
        images, labels = packed["evaluation_images"], packed["evaluation_labels"]
        print(f"evaluation images right: {count_correct(session, images, labels)} "
              f"of {len(images)}")


if __name__ == "__main__":
    main()
