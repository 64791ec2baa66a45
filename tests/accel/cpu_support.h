// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/run/backend.h"

namespace ew::test {

/// The graph of `text` with types and shapes inferred.
Graph inferred(const std::string& text);
/// Random inputs for it.
std::vector<Tensor> randomInputs(const Graph& graph, unsigned seed);

/// Compiles and runs; errors fail the test and give nothing.
std::vector<Tensor> runOn(const Backend& backend, const Graph& graph, const std::vector<Tensor>& inputs,
                          const CompileOptions& options = {}, Observer* observer = nullptr);

/// Fails when float tensors differ by more than `tolerance` of the largest expected magnitude (or in a NaN or infinity),
/// or any other tensors in a byte.
void expectClose(const Tensor& expected, const Tensor& actual, double tolerance, const std::string& what);

/// Runs `text` on the reference and on the cpu backend with equal inputs and compares all outputs.
void expectSameAsReference(const std::string& text, unsigned seed = 1, const CompileOptions& options = {}, double tolerance = 1e-4);

/// The kernels that ran, in order, joined by ", ".
std::string kernelsOf(const std::string& text, const CompileOptions& options = {});

}  // namespace ew::test
