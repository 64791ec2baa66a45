// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <oneapi/dnnl/dnnl.hpp>
#include <vector>

#include "core/graph/graph.h"

namespace ew::cpu {

/// An element-wise function as oneDNN takes it.
struct Eltwise {
  dnnl::algorithm algorithm = dnnl::algorithm::eltwise_relu;
  float alpha = 0, beta = 0;
};

/// A float32 activation node as functions to apply in turn; empty when oneDNN has none or a bound is not constant.
std::vector<Eltwise> eltwiseOf(const Graph& graph, const Node& node);

}  // namespace ew::cpu
