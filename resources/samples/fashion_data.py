# SPDX-License-Identifier: Apache-2.0
"""Reads Fashion-MNIST as the Debian package dataset-fashion-mnist installs it."""

import gzip
import pathlib

import numpy as np

DATASET = pathlib.Path("/usr/share/datasets/fashion-mnist")
HERE = pathlib.Path(__file__).resolve().parent

# Mean and standard deviation of all training pixels after division by 255.
MEAN = 0.2860
STD = 0.3530


def read_idx(path):
    """Return the array stored in a gzip-compressed IDX file of bytes."""
    with gzip.open(path, "rb") as stream:
        content = stream.read()
    if content[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    rank = content[3]
    shape = np.frombuffer(content, dtype=">u4", count=rank, offset=4)
    values = np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * rank)
    return values.reshape(tuple(int(extent) for extent in shape)).copy()


def load_split(folder, prefix):
    """Return images as uint8 [N,1,28,28] and labels as int64 [N]."""
    images = read_idx(folder / f"{prefix}-images-idx3-ubyte.gz")
    labels = read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz")
    return images[:, None, :, :], labels.astype(np.int64)
