// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/transform/prune/prune.h"

namespace ew::transform {
namespace {

std::vector<double> l1(const ScoreInput& input) {
  std::vector<double> out(input.groups(), 0.0);
  for (std::size_t g = 0; g < out.size(); ++g)
    for (const float w : input.group(g)) out[g] += std::abs(static_cast<double>(w));
  return out;
}

std::vector<double> l2(const ScoreInput& input) {
  std::vector<double> out(input.groups(), 0.0);
  for (std::size_t g = 0; g < out.size(); ++g) {
    for (const float w : input.group(g)) out[g] += static_cast<double>(w) * static_cast<double>(w);
    out[g] = std::sqrt(out[g]);
  }
  return out;
}

/// SplitMix64 (S. Vigna 2015), one number for each group: the same on every machine.
std::vector<double> random(const ScoreInput& input) {
  std::vector<double> out(input.groups());
  std::uint64_t state = input.seed;
  for (double& score : out) {
    state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    score = static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
  }
  return out;
}

/// Network slimming (Z. Liu et al. 2017): the factor that training gave each channel.
std::vector<double> bnScale(const ScoreInput& input) {
  std::vector<double> out;
  for (const float scale : input.normScale) out.push_back(std::abs(static_cast<double>(scale)));
  return out;
}

/// Filter pruning via geometric median (Y. He et al. 2019): filters that lie near all others can be replaced by them.
std::vector<double> geometricMedian(const ScoreInput& input) {
  std::vector<double> out(input.groups(), 0.0);
  for (std::size_t a = 0; a < out.size(); ++a) {
    for (std::size_t b = a + 1; b < out.size(); ++b) {
      const auto x = input.group(a), y = input.group(b);
      float squares = 0;
      for (std::size_t i = 0; i < x.size(); ++i) squares += (x[i] - y[i]) * (x[i] - y[i]);
      const double distance = std::sqrt(static_cast<double>(squares));
      out[a] += distance;
      out[b] += distance;
    }
  }
  return out;
}

/// Layer-adaptive magnitude (J. Lee et al. 2021): the share of a group's squared norm among itself and all larger
/// groups, so that layers of different size compare under one threshold.
std::vector<double> lamp(const ScoreInput& input) {
  std::vector<double> squares = l2(input);
  for (double& norm : squares) norm = std::isfinite(norm) ? norm * norm : std::numeric_limits<float>::max();
  std::vector<std::size_t> order(squares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return squares[a] != squares[b] ? squares[a] > squares[b] : a > b; });
  double larger = 0;
  std::vector<double> out(squares.size(), 0.0);
  for (const std::size_t index : order) {
    larger += squares[index];
    if (larger > 0) out[index] = squares[index] / larger;
  }
  return out;
}

}  // namespace

std::span<const Criterion> criteria() {
  static constexpr std::array table{
      Criterion{"l1", "Sum of absolute weights", l1},
      Criterion{"l2", "Euclidean norm of the weights", l2},
      Criterion{"bn_scale", "Scale of the batch normalization behind the channel", bnScale, false, true},
      Criterion{"fpgm", "Distance to the other filters of the layer (geometric median)", geometricMedian, false},
      Criterion{"lamp", "Magnitude relative to what is larger in the layer, for one threshold over all layers", lamp},
      Criterion{"random", "Random, from the seed: the baseline to beat", random},
  };
  return table;
}

}  // namespace ew::transform
