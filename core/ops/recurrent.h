// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/ops/op.h"

namespace ew::ops {

/// One activation of a recurrent cell, with its parameters.
struct CellActivation {
  double (*function)(double x, double alpha, double beta) = nullptr;
  double alpha = 0, beta = 0;
  double operator()(double x) const { return function(x, alpha, beta); }
};

/// What the cells of one direction read: rows of W and R are gates x hidden.
struct CellWeights {
  std::span<const double> w, r, wb, rb, p;  ///< p: peepholes (LSTM), empty when there are none
  std::vector<CellActivation> activations;
};

/// RNN, GRU and LSTM alike, read and checked; everything in double and steps first.
struct Recurrent {
  std::int64_t steps = 0, batch = 0, input = 0, hidden = 0, directions = 1, gates = 1;
  bool batchFirst = false;  ///< attribute layout
  double clip = 0;          ///< 0: none
  std::vector<double> x, w, r, b, p, h0, c0;
  std::vector<std::int64_t> lengths;
  std::vector<CellActivation> activations;  ///< for all directions, one after the other

  double clipped(double value) const;
  /// Row `row` of `matrix` (rows x vector.size()) times `vector`.
  static double product(std::span<const double> matrix, std::size_t row, std::span<const double> vector);
};

/// Which gates and activations an operator has, and where the LSTM's further operands are.
struct RecurrentKind {
  std::int64_t gates;
  std::vector<std::string> activations;  ///< defaults of one direction
  std::size_t cellInput = 0;             ///< input index of initial_c; 0: no cell state
  std::size_t peepholeInput = 0;
};

/// One step of one sequence: x is its input, h (and c) are replaced.
using CellStep = std::function<void(const Recurrent&, const CellWeights&, std::span<const double> x, std::vector<double>& h, std::vector<double>& c)>;

Status inferRecurrent(InferContext& context);
Status computeRecurrent(ComputeContext& context, const RecurrentKind& kind, const CellStep& step);
/// MACs of W and R for each step.
Cost costOfRecurrent(const Node& node, std::span<const Dims> inputs, std::span<const Dims> outputs);

}  // namespace ew::ops
