#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Train the sample classifier on Fashion-MNIST and export it as fashion.onnx.

Needs two Debian packages and nothing else:

    apt install python3-torch dataset-fashion-mnist
    /usr/bin/python3 train_fashion.py

The checkpoint that is exported is the one after the last epoch.  No checkpoint
is ever selected on the test set: the test images are looked at once, when
training is over, to report the accuracy.

The seed fixes the initial weights, the order of the images and their
augmentation.  Sums of floating-point numbers still depend on the processor and
on the number of threads, so another machine may give a few images more or less.

A group lasso on channels leaves some of them near zero, so that the recipe can
remove channels without training again; see channel_penalty.

BatchNormalization stays a node of its own in the exported file, because folding
it is one of the things the sample is there to show.
"""

import argparse
import math
import pathlib
import random
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fashion_data import DATASET, HERE, MEAN, STD, load_split


def normalise(images):
    """Turn uint8 images into the float32 tensor the network expects."""
    return images.float().div_(255.0).sub_(MEAN).div_(STD)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut, which is projected if shapes differ."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu2 = nn.ReLU()
        self.projected = stride != 1 or inputs != outputs
        if self.projected:
            self.shortcut_conv = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.shortcut_bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        y = self.relu1(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.projected:
            x = self.shortcut_bn(self.shortcut_conv(x))
        return self.relu2(y + x)


class SeparableBlock(nn.Module):
    """A depthwise 3x3 convolution followed by a pointwise 1x1 convolution."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False)
        self.bn1 = nn.BatchNorm2d(inputs)
        self.relu1 = nn.ReLU()
        self.pointwise = nn.Conv2d(inputs, outputs, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu2 = nn.ReLU()

    def forward(self, x):
        x = self.relu1(self.bn1(self.depthwise(x)))
        return self.relu2(self.bn2(self.pointwise(x)))


class Stem(nn.Module):
    """The first convolution."""

    def __init__(self, outputs):
        super().__init__()
        self.conv = nn.Conv2d(1, outputs, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.bn(self.conv(x)))


class FashionNet(nn.Module):
    """A small residual network for 28x28 grey images and ten classes."""

    def __init__(self):
        super().__init__()
        self.stem = Stem(16)
        self.block1 = ResidualBlock(16, 16)
        self.block2 = ResidualBlock(16, 32, stride=2)
        self.block3 = ResidualBlock(32, 32)
        self.block4 = ResidualBlock(32, 64, stride=2)
        self.separable = SeparableBlock(64, 96)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(96, 10)

    def forward(self, x):
        x = self.stem(x)
        x = self.block1(x)
        x = self.block2(x)
        x = self.block3(x)
        x = self.block4(x)
        x = self.separable(x)
        return self.fc(self.flatten(self.pool(x)))

    def channel_groups(self):
        """Return the normalisations whose channels can only be removed together."""
        return [
            [self.stem.bn, self.block1.bn2],
            [self.block1.bn1],
            [self.block2.bn1],
            [self.block2.bn2, self.block2.shortcut_bn, self.block3.bn2],
            [self.block3.bn1],
            [self.block4.bn1],
            [self.block4.bn2, self.block4.shortcut_bn, self.separable.bn1],
            [self.separable.bn2],
        ]


def augment(images, reach, generator):
    """Flip half of the images and shift each by up to `reach` pixels."""
    count, _, height, width = images.shape
    flip = torch.rand(count, generator=generator) < 0.5
    images = torch.where(flip[:, None, None, None], images.flip(3), images)
    padded = functional.pad(images, (reach, reach, reach, reach))
    down = torch.randint(0, 2 * reach + 1, (count, 1), generator=generator)
    right = torch.randint(0, 2 * reach + 1, (count, 1), generator=generator)
    rows = torch.arange(height) + down
    columns = torch.arange(width) + right
    which = torch.arange(count)[:, None, None]
    return padded[which, 0, rows[:, :, None], columns[:, None, :]][:, None, :, :]


def channel_penalty(model):
    """Return the group lasso over channels: the sum of the norms of their factors.

    It drives the channels that matter least to zero, all layers that share a
    channel at once, so that a channel can be removed without training again.
    """
    total = 0.0
    for group in model.channel_groups():
        factors = torch.stack([p for norm in group for p in (norm.weight, norm.bias)])
        total = total + (factors.square().sum(0) + 1e-8).sqrt().sum()
    return total


def parameter_groups(model, weight_decay):
    """Decay the weights of convolutions and of the classifier, nothing else."""
    decayed = [p for p in model.parameters() if p.dim() > 1]
    kept = [p for p in model.parameters() if p.dim() <= 1]
    return [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": kept, "weight_decay": 0.0},
    ]


def train(model, images, labels, options):
    generator = torch.Generator().manual_seed(options.seed)
    optimizer = torch.optim.SGD(
        parameter_groups(model, options.weight_decay),
        lr=options.learning_rate, momentum=0.9, nesterov=True)
    steps = math.ceil(len(images) / options.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=options.learning_rate, total_steps=steps * options.epochs,
        pct_start=0.2, cycle_momentum=False)
    criterion = nn.CrossEntropyLoss(label_smoothing=options.label_smoothing)
    for epoch in range(1, options.epochs + 1):
        started = time.monotonic()
        model.train()
        loss_sum = 0.0
        correct = 0
        for chosen in torch.randperm(len(images), generator=generator).split(options.batch):
            batch = normalise(augment(images[chosen], options.shift, generator))
            batch = batch.contiguous(memory_format=torch.channels_last)
            target = labels[chosen]
            logits = model(batch)
            loss = criterion(logits, target)
            optimizer.zero_grad()
            (loss + options.channel_penalty * channel_penalty(model)).backward()
            optimizer.step()
            schedule.step()
            loss_sum += loss.item() * len(chosen)
            correct += (logits.argmax(1) == target).sum().item()
        print(f"epoch {epoch:2d}/{options.epochs}: loss {loss_sum / len(images):.4f}, "
              f"augmented training images right {100.0 * correct / len(images):.2f} %, "
              f"{time.monotonic() - started:.1f} s", flush=True)


@torch.no_grad()
def count_correct(model, images, labels):
    model.eval()
    correct = 0
    for batch, target in zip(images.split(500), labels.split(500)):
        correct += (model(normalise(batch)).argmax(1) == target).sum().item()
    return correct


@torch.no_grad()
def export(model, path):
    """Write the network as ONNX, opset 13, with a free batch dimension named N."""
    model.eval()
    model.to(memory_format=torch.contiguous_format)
    # Dead channels leave numbers so small that processors handle them slowly.
    for values in model.state_dict().values():
        if values.is_floating_point():
            values[values.abs() < 1e-20] = 0.0
    # In evaluation mode the exporter keeps one of several equal weights and makes
    # Identity nodes of the others, and the two biases that meet in a projected
    # shortcut are always equal.  It looks at the flag of the outermost module only;
    # every layer inside stays in evaluation mode.
    model.training = True
    torch.onnx.export(
        model, torch.zeros(1, 1, 28, 28), str(path),
        opset_version=13,
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
        input_names=["input"], output_names=["logits"],
        dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}})
    model.eval()


def parse_options():
    parser = argparse.ArgumentParser(description="Train the Fashion-MNIST sample network.")
    parser.add_argument("--dataset", type=pathlib.Path, default=DATASET)
    parser.add_argument("--output", type=pathlib.Path, default=HERE / "fashion.onnx")
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    parser.add_argument("--weight-decay", type=float, default=5e-4)
    parser.add_argument("--channel-penalty", type=float, default=2e-3)
    parser.add_argument("--label-smoothing", type=float, default=0.05)
    parser.add_argument("--shift", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main():
    options = parse_options()
    random.seed(options.seed)
    np.random.seed(options.seed)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)

    train_images, train_labels = load_split(options.dataset, "train")
    pixels = train_images / 255.0
    print(f"training pixels: mean {pixels.mean():.4f}, std {pixels.std():.4f}; "
          f"the network uses mean {MEAN:.4f}, std {STD:.4f}")
    del pixels

    # Channels-last memory halves the training time on a processor.
    model = FashionNet().to(memory_format=torch.channels_last)
    print(f"parameters: {sum(p.numel() for p in model.parameters())}", flush=True)
    train(model, torch.from_numpy(train_images), torch.from_numpy(train_labels), options)
    export(model, options.output)

    test_images, test_labels = load_split(options.dataset, "t10k")
    correct = count_correct(model, torch.from_numpy(test_images), torch.from_numpy(test_labels))
    print(f"test images right: {correct} of {len(test_images)}")


if __name__ == "__main__":
    main()
