// SPDX-License-Identifier: Apache-2.0
#include "core/graph/graph_edit.h"
#include "core/onnx/onnx_file.h"
#include "tests/fuzz/targets.h"
#include "tests/support/graph_text.h"

namespace ew::fuzz {
namespace {

std::string bytesOf(const Graph& graph) {
  Result<std::string> bytes = onnx::exportBytes(graph);
  require(bytes.ok(), "a seed cannot be written");
  return std::move(bytes).value();
}

constexpr const char* texts[] = {
    "input x:f32[1,3,8,8]\nW:f32[4,3,3,3] = random(7)\nB:f32[4] = random(8)\nConv(x, W, B){strides=[2,2], pads=[1,1,1,1]} -> y\nRelu(y) -> z\n"
    "output z\nopset 13\n",
    "input x:f32[N,4]\nW:f32[4,5] = random(1)\nGemm(x, W) -> a\nSoftmax(a){axis=1} -> y\noutput y\nopset 17\n",
    "input x:f32[N,C,H,W]\nShape(x) -> s\ni:i64[1] = {0}\nGather(s, i){axis=0} -> n\nm:i64[1] = {-1}\nConcat(n, m){axis=0} -> t\nReshape(x, t) -> y\n"
    "output y\nopset 14\n",
    "input x:f32[2,3]\ns:f32[] = ones\nz:u8[] = zeros\nQuantizeLinear(x, s, z) -> q\nDequantizeLinear(q, s, z) -> y\noutput y\nopset 13\n",
    "input x:i64[3]\ns:i64[1] = {1}\ne:i64[1] = {9}\nSlice(x, s, e) -> y\noutput y\nopset 13\n",
    "input a:bool[2]\ninput b:f32[2]\ninput c:f32[1]\nWhere(a, b, c) -> y\nSplit(y){axis=0} -> p, q\noutput p\noutput q\nopset 12\n",
    "input x:f32[3,1,2]\nW:f32[1,8,2] = random(1)\nR:f32[1,8,2] = random(2)\nLSTM(x, W, R){hidden_size=2} -> y, h, _\noutput y\noutput h\nopset 14\n",
};

/// If(c) { x } else { x + x }: both branches read x from outside.
Graph branching() {
  const auto branch = [](const char* text) {
    auto out = std::make_shared<Subgraph>();
    out->graph = test::graphFromText(text);
    out->captures = 1;
    return out;
  };
  GraphEdit edit(test::graphFromText("input c:bool[]\ninput x:f32[2]\nIdentity(x) -> y\noutput y\nopset 16\n"));
  const Graph& graph = edit.graph();
  const ValueId x = graph.valueNamed("x"), y = graph.valueNamed("y");
  edit.removeNode(graph.nodes()[0].id);
  Node node;
  node.opType = "If";
  node.inputs = {graph.valueNamed("c")};
  node.outputs = {y};
  node.captures = {x, x};
  node.attributes.set("else_branch", SubgraphPtr(branch("input x:f32[2]\nAdd(x, x) -> e\noutput e\nopset 16\n")));
  node.attributes.set("then_branch", SubgraphPtr(branch("input x:f32[2]\nIdentity(x) -> t\noutput t\nopset 16\n")));
  edit.addNode(std::move(node));
  Result<Graph> made = std::move(edit).apply();
  require(made.ok(), "the branching seed is broken");
  return std::move(made).value();
}

}  // namespace

std::vector<std::string> loaderSeeds() {
  std::vector<std::string> out;
  for (const char* text : texts) out.push_back(bytesOf(test::graphFromText(text)));
  out.push_back(bytesOf(branching()));
  return out;
}

}  // namespace ew::fuzz
