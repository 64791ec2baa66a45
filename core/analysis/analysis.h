// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace ew::analysis {

struct WeightRef;  // weights.h

/// The index of questions that can be asked of a graph. All are read-only: const Graph in, plain struct out.
///   contentsOf()       operators per graph, dynamic dimensions, initializers                   (contents.h)
///   summarize()        parameters, bytes, MACs, sparsity and precision, per layer and in total (layer_facts.cpp)
///   weightHistogram()  distribution of a layer's weights                                       (histogram.cpp)
///   weightsOf()        where a node keeps its weights and how they are stored                  (weights.h)
///   channelStats()     range and zeros of each output channel                                  (channel_stats.cpp)
///   peakActivation()   bytes of live activations over time                                     (memory.cpp)
///   compareGraphs()    what changed between two versions, matched by origin                    (compare.cpp)

struct Range { double low = 0, high = 0; };

/// Facts of one node. A node is a layer when it carries weights or MACs; quantize and dequantize nodes are not
/// layers: they show up as the precision of the layers around them.
struct LayerFacts {
  NodeId node = kNone;
  std::string name, op;
  std::string outputShape;
  bool isLayer = false;
  std::int64_t parameters = 0;          ///< elements of the constants it owns (scales and zero points not counted)
  std::int64_t weightBytes = 0;         ///< as stored, packed
  std::int64_t macs = 0;                ///< 0 when unknown; see `macsKnown`
  bool macsKnown = true;
  std::int64_t activationBytes = 0;     ///< of its outputs at their precision
  std::int64_t zeros = 0;               ///< zero weight elements (quantized: equal to the zero point)
  double sparsity = 0;                  ///< zeros / parameters of the main weight, 0..1
  std::int64_t channels = 0;            ///< output channels of the weight
  std::int64_t zeroChannels = 0;        ///< channels whose weights are all zero
  std::string weightPrecision;          ///< "float32", "int8", "" without weights
  std::string activationPrecision;      ///< of its output: "float32", "uint8", ...
  std::optional<Range> weightRange;     ///< dequantized
};

struct Totals {
  std::int64_t nodes = 0, layers = 0, parameters = 0, weightBytes = 0, macs = 0, zeros = 0;
  double sparsity = 0;                  ///< zeros / elements over all main weights, 0..1
  std::int64_t activationPeakBytes = 0; ///< most bytes of activations live at once, in execution order
};

struct Summary {
  std::vector<LayerFacts> layers;       ///< every node in execution order, quantize nodes left out
  Totals totals;
  std::vector<std::string> warnings;
};

/// Dynamic dimensions count as 1. Never fails: what cannot be told is left out with a warning.
Summary summarize(const Graph& graph);
/// The same for a graph whose shapes are inferred already; those that depend on dynamic dimensions are inferred again.
Summary summarizeInferred(Graph graph);

/// The value that holds a node's main weight (through a DequantizeLinear when quantized), and its content as float
/// with [output channels, rest] known.
struct Weight {
  ValueId value = kNone;                ///< the initializer
  Tensor stored;                        ///< as stored (float or integer)
  Tensor floats;                        ///< dequantized, float32, same dims
  std::int64_t channelAxis = 0;         ///< axis of output channels
};
std::optional<Weight> mainWeight(const Graph& graph, const Node& node);

struct Histogram {
  Range range;
  std::vector<std::int64_t> counts;     ///< equal bins over `range`
  std::int64_t total = 0, zeros = 0;
  std::optional<Range> average;         ///< mean over samples of their least and greatest value, where samples are known
};
/// Over the finite values; `range` defaults to their least and greatest. Values outside it count in the end bins.
Histogram histogram(const Tensor& values, int bins, std::optional<Range> range = {});
/// Adds more values to a histogram whose range and bins are set.
void addToHistogram(Histogram& histogram, const Tensor& values);
/// Least and greatest finite value; nothing when there is none.
std::optional<Range> finiteRange(const Tensor& values);

/// Of one output channel, in real numbers; a zero of a quantized weight is an element equal to its zero point.
struct ChannelStats { double low = 0, high = 0, l1 = 0; std::int64_t zeros = 0, count = 0; };
std::vector<ChannelStats> channelStats(const Weight& weight);
std::vector<ChannelStats> channelStats(const WeightRef& weight);  ///< reads quantized weights without a float copy

/// Live activations in execution order: bytes while each node runs, and the peak. Constants are not counted; views
/// (Reshape, Flatten, Squeeze, ...) share their operand's bytes; a value between an operator and its QuantizeLinear
/// or DequantizeLinear lives as the integers.
struct MemoryProfile { std::vector<std::int64_t> liveBytes; std::int64_t peakBytes = 0; NodeId peakNode = kNone; };
MemoryProfile peakActivation(const Graph& inferred);

/// One row of a comparison, matched by origin through fusing and pruning.
struct LayerDelta {
  std::string kind;                     ///< same | changed | removed | added
  std::optional<LayerFacts> before, after;
};
std::vector<LayerDelta> compareGraphs(const Graph& before, const Graph& after);

}  // namespace ew::analysis
