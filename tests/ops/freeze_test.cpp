// SPDX-License-Identifier: Apache-2.0
#include "core/ops/freeze.h"

#include <gtest/gtest.h>

#include "tests/support/graph_text.h"

namespace ew::ops {
namespace {

const Graph graph = test::graphFromText("input x:f32[N,3,H,W]\ninput m:f32[N,?]\nAdd(x, x) -> y\nRelu(m) -> k\noutput y\noutput k\n");

std::string shapesAfter(const FixedShapes& fixed) {
  const Result<Inference> frozen = freezeShapes(graph, fixed);
  if (!frozen.ok()) return frozen.error().text();
  std::string out;
  for (const char* name : {"x", "m", "y", "k"}) out += frozen->graph.value(frozen->graph.valueNamed(name)).shape->text() + "; ";
  return out;
}

TEST(Freeze, BySymbolInputOrPlace) {
  EXPECT_EQ(shapesAfter({{"N", {2}}}), "2 x 3 x H x W; 2 x ?; 2 x 3 x H x W; 2 x ?; ");
  EXPECT_EQ(shapesAfter({{"x", {2, 3, 4, 5}}}), "2 x 3 x 4 x 5; 2 x ?; 2 x 3 x 4 x 5; 2 x ?; ");
  EXPECT_EQ(shapesAfter({{"m:1", {7}}}), "N x 3 x H x W; N x 7; N x 3 x H x W; N x 7; ");
}

TEST(Freeze, WhatIsNotThereIsNamedWithWhatIs) {
  EXPECT_EQ(shapesAfter({{"B", {2}}}), "the model has no input and no symbol 'B'; inputs: 'x' (N x 3 x H x W), 'm' (N x ?); symbols: 'H', 'N', 'W'");
  EXPECT_EQ(shapesAfter({{"N", {2, 3}}}), "'N' stands for one extent, not for 2x3");
  EXPECT_NE(shapesAfter({{"x:1", {4}}}).find("no symbol 'x:1'"), std::string::npos) << "that axis is no dynamic one";
  EXPECT_NE(shapesAfter({{"y", {4}}}).find("no input and no symbol 'y'"), std::string::npos);
}

TEST(Freeze, DynamicDimensionsAreGroupedBySymbol) {
  const std::vector<DynamicDim> dims = dynamicDims(graph);
  ASSERT_EQ(dims.size(), 4U);
  EXPECT_EQ(dims[0].symbol, "N");
  EXPECT_EQ(dims[0].places.size(), 2U);
  EXPECT_EQ(dims[3].symbol, "");
  EXPECT_EQ(dims[3].places[0].axis, 1U);
}

}  // namespace
}  // namespace ew::ops
