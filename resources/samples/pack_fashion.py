#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pack calibration and evaluation images of Fashion-MNIST into fashion.npz.

Needs two Debian packages and nothing else:

    apt install python3-numpy dataset-fashion-mnist
    /usr/bin/python3 pack_fashion.py

Calibration takes 256 images of the training set, drawn by seed without
replacement; evaluation takes the first 1000 images of the test set, in order.
Images are stored as raw pixels, so the recipe says how to preprocess them.
"""

import argparse
import pathlib

import numpy as np

from fashion_data import DATASET, HERE, load_split


def main():
    parser = argparse.ArgumentParser(description="Pack the Fashion-MNIST sample data.")
    parser.add_argument("--dataset", type=pathlib.Path, default=DATASET)
    parser.add_argument("--output", type=pathlib.Path, default=HERE / "fashion.npz")
    parser.add_argument("--calibration", type=int, default=256)
    parser.add_argument("--evaluation", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    train_images, train_labels = load_split(options.dataset, "train")
    test_images, test_labels = load_split(options.dataset, "t10k")
    generator = np.random.default_rng(options.seed)
    chosen = generator.choice(len(train_images), options.calibration, replace=False)
    np.savez_compressed(
        options.output,
        calibration_images=train_images[chosen],
        calibration_labels=train_labels[chosen],
        evaluation_images=test_images[:options.evaluation],
        evaluation_labels=test_labels[:options.evaluation])

    with np.load(options.output) as packed:
        for name in packed.files:
            print(f"{name}: {packed[name].dtype} {list(packed[name].shape)}")
        print(f"calibration images of each class: "
              f"{np.bincount(packed['calibration_labels'], minlength=10).tolist()}")
        print(f"evaluation images of each class: "
              f"{np.bincount(packed['evaluation_labels'], minlength=10).tolist()}")
    print(f"{options.output.name}: {options.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
