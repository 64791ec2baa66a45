// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/graph/graph.h"

namespace ew::test {

/// Builds a small graph from text, one statement a line:
///   input x:f32[1,3,8,8]            an input; extents are numbers, symbols, or ?
///   W:f32[4,3,3,3] = random(7)      an initializer with a fixed seed (also: zeros, ones, range, {1,2,3})
///   Conv(x, W, B){strides=[2,2], pads=[1,1,1,1]} -> y      a node; `_` is an absent input
///   com.microsoft.QGemm(a, b) -> c  a node of another domain
///   output y                        an output (type is inferred by whoever needs it); y:f32[1,4] declares it
///   opset 13   opset com.microsoft 1
/// The name of a node is "<op>_<its first output>" unless the statement starts with `name: `. Aborts with the line on
/// a mistake, since the text is part of the test.
Graph graphFromText(const std::string& text);

/// A tensor of normally distributed values (integers: uniform over the type's range, at most 8 bits wide) from a seed.
Tensor randomTensor(DType type, const Dims& dims, unsigned seed);

}  // namespace ew::test
