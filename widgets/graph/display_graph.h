// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/analysis/analysis.h"
#include "widgets/graph/blocks.h"

namespace ew::widgets {

/// One box of the drawing.
struct DisplayItem {
  enum class Kind { Node, Block, Input, Output } kind = Kind::Node;
  NodeId node = kNone;             ///< Node
  ValueId value = kNone;           ///< Input, Output; the first output of a node
  int block = -1;                  ///< Block: index into DisplayGraph::blocks
  std::vector<NodeId> members;     ///< the nodes that it stands for, quantize nodes left out
  bool layer = false;              ///< carries weights or MACs, so it gets a large box
  QString title;                   ///< operator, or what the block is
  QString name, shape, facts;      ///< display name, output shape, weight facts
  std::string op;
};

struct DisplayEdge {
  int from = 0, to = 0;
  QString badge;                   ///< integer type that the value has on its way, when it is quantized
};

/// What is drawn of a graph: constants are no boxes, quantize and dequantize nodes are badges on edges, collapsed
/// blocks are one box each.
struct DisplayGraph {
  std::vector<DisplayItem> items;  ///< in execution order
  std::vector<DisplayEdge> edges;
  std::vector<Block> blocks;
  std::unordered_map<NodeId, int> itemOf;  ///< merged quantize nodes map to the box that they belong to
};

struct DisplayOptions {
  bool mergeQuantize = true;
  std::set<int> collapsed;         ///< indices of blocks that are drawn as one box
};

DisplayGraph makeDisplayGraph(const Graph& graph, const analysis::Summary& summary, std::vector<Block> blocks,
                              const DisplayOptions& options);

/// "1×3×224×224" from "1 x 3 x 224 x 224".
QString shapeText(const std::string& shape);

}  // namespace ew::widgets
