// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/display_graph.h"

#include <QCoreApplication>
#include <map>

#include "widgets/common/origin_map.h"
#include "widgets/common/text.h"
#include "widgets/common/units.h"

namespace ew::widgets {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("GraphView", text); }

QString factsOf(const analysis::LayerFacts& facts) {
  QStringList parts;
  if (facts.parameters > 0) parts << quantity(Quantity::Count, static_cast<double>(facts.parameters));
  if (!facts.weightPrecision.empty()) parts << shown(facts.weightPrecision);
  if (facts.sparsity >= 0.005) parts << tr("%1 zeros").arg(quantity(Quantity::Percent, facts.sparsity * 100));
  return parts.join(QStringLiteral(" · "));
}

class Builder {
 public:
  Builder(const Graph& graph, const analysis::Summary& summary, std::vector<Block> blocks, const DisplayOptions& options)
      : graph_(graph), options_(options), sources_(graph.valueCount()) {
    out_.blocks = std::move(blocks);
    for (const analysis::LayerFacts& facts : summary.layers) facts_.emplace(facts.node, &facts);
  }

  DisplayGraph run() {
    for (const ValueId id : graph_.inputs()) addTerminal(DisplayItem::Kind::Input, id);
    std::size_t block = 0;
    for (std::size_t i = 0; i < graph_.nodes().size(); ++i) {
      while (block < out_.blocks.size() && i >= out_.blocks[block].last) ++block;
      const bool inside = block < out_.blocks.size() && i >= out_.blocks[block].first;
      addNode(graph_.nodes()[i], inside ? static_cast<int>(block) : -1);
    }
    for (const ValueId id : graph_.outputs()) addTerminal(DisplayItem::Kind::Output, id);
    for (const auto& [pair, badge] : edges_) out_.edges.push_back({pair.first, pair.second, badge});
    return std::move(out_);
  }

 private:
  struct Source { int item = -1; QString badge; };

  void addTerminal(DisplayItem::Kind kind, ValueId id) {
    const Value& value = graph_.value(id);
    DisplayItem item;
    item.kind = kind;
    item.value = id;
    item.title = kind == DisplayItem::Kind::Input ? tr("input") : tr("output");
    item.name = shown(value.name);
    if (value.shape) item.shape = shapeText(value.shape->text());
    else if (const auto facts = facts_.find(graph_.producer(id)); facts != facts_.end()) item.shape = shapeText(facts->second->outputShape);
    const int index = static_cast<int>(out_.items.size());
    out_.items.push_back(std::move(item));
    if (kind == DisplayItem::Kind::Input) {
      sources_[static_cast<std::size_t>(id)].item = index;
    } else {
      connect(id, index);
    }
  }

  void connect(ValueId from, int to) {
    if (from == kNone) return;
    const Source& source = sources_[static_cast<std::size_t>(from)];
    if (source.item < 0 || source.item == to) return;
    edges_.try_emplace({source.item, to}, source.badge);
  }

  void addNode(const Node& node, int block) {
    if (node.opType == "Constant" && node.inputs.empty()) return;
    if (options_.mergeQuantize && isQuantizeNode(node) && mergeIntoEdge(node)) return;
    const int index = block >= 0 && options_.collapsed.contains(block) ? blockItem(block) : nodeItem(node);
    DisplayItem& item = out_.items[static_cast<std::size_t>(index)];
    item.members.push_back(node.id);
    out_.itemOf[node.id] = index;
    for (const ValueId id : node.inputs) connect(id, index);
    for (const ValueId id : node.captures) connect(id, index);
    for (const ValueId id : node.outputs)
      if (id != kNone) sources_[static_cast<std::size_t>(id)].item = index;
    for (const ValueId id : node.inputs) adoptWeightNodes(id, index);
  }

  /// The value that it passes on comes from where its input comes from, at another precision.
  bool mergeIntoEdge(const Node& node) {
    if (node.input(0) == kNone || node.output(0) == kNone) return false;
    const Source& from = sources_[static_cast<std::size_t>(node.input(0))];
    Source source = from;
    if (const DType type = integerType(node); source.item >= 0 && type != DType::none)
      source.badge = QString::fromStdString(std::string(dtypeName(type)));
    sources_[static_cast<std::size_t>(node.output(0))] = source;
    if (source.item >= 0) out_.itemOf[node.id] = source.item;
    return true;
  }

  /// The type on the integer side of a quantize node: of the value, or of the zero point in files without types.
  DType integerType(const Node& node) const {
    const Value& value = graph_.value(node.opType == "QuantizeLinear" ? node.output(0) : node.input(0));
    if (value.dtype != DType::none) return value.dtype;
    const Tensor* zeroPoint = graph_.initializer(node.input(2));
    return zeroPoint == nullptr ? DType::none : zeroPoint->dtype();
  }

  /// Dequantize nodes of weights have no source: they belong to the box that reads them.
  void adoptWeightNodes(ValueId id, int index) {
    const NodeId producer = graph_.producer(id);
    if (producer != kNone && !out_.itemOf.contains(producer)) out_.itemOf[producer] = index;
  }

  int nodeItem(const Node& node) {
    DisplayItem item;
    item.node = node.id;
    item.op = node.opType;
    item.title = shown(node.opType);
    item.name = shown(displayName(graph_, node));
    item.value = node.output(0);
    if (const auto it = facts_.find(node.id); it != facts_.end()) {
      item.layer = it->second->isLayer;
      item.shape = shapeText(it->second->outputShape);
      item.facts = factsOf(*it->second);
    } else if (item.value != kNone && graph_.value(item.value).shape) {
      item.shape = shapeText(graph_.value(item.value).shape->text());
    }
    out_.items.push_back(std::move(item));
    return static_cast<int>(out_.items.size()) - 1;
  }

  int blockItem(int block) {
    const auto [it, fresh] = blockItem_.try_emplace(block, static_cast<int>(out_.items.size()));
    if (!fresh) return it->second;
    const Block& info = out_.blocks[static_cast<std::size_t>(block)];
    DisplayItem item;
    item.kind = DisplayItem::Kind::Block;
    item.block = block;
    item.layer = true;
    item.title = tr("Block %1 of %2").arg(info.number).arg(info.siblings);
    item.name = shown(info.name);
    double parameters = 0;
    QStringList operators;
    int nodes = 0;
    for (std::size_t i = info.first; i < info.last; ++i) {
      const Node& node = graph_.nodes()[i];
      if (isQuantizeNode(node) || node.opType == "Constant") continue;
      ++nodes;
      if (const auto facts = facts_.find(node.id); facts != facts_.end()) {
        parameters += static_cast<double>(facts->second->parameters);
        item.shape = shapeText(facts->second->outputShape);
        if (facts->second->isLayer) operators << shown(node.opType);
      }
    }
    if (item.name.isEmpty()) item.name = operators.join(QStringLiteral(" · "));
    item.facts = tr("%n nodes, %1 parameters").replace("%n", QString::number(nodes)).arg(quantity(Quantity::Count, parameters));
    out_.items.push_back(std::move(item));
    return it->second;
  }

  const Graph& graph_;
  const DisplayOptions& options_;
  std::vector<Source> sources_;  ///< by value
  std::unordered_map<NodeId, const analysis::LayerFacts*> facts_;
  std::map<std::pair<int, int>, QString> edges_;
  std::map<int, int> blockItem_;
  DisplayGraph out_;
};

}  // namespace

QString shapeText(const std::string& shape) { return shown(shape).replace(QLatin1String(" x "), QStringLiteral("×")); }

DisplayGraph makeDisplayGraph(const Graph& graph, const analysis::Summary& summary, std::vector<Block> blocks,
                              const DisplayOptions& options) {
  return Builder(graph, summary, std::move(blocks), options).run();
}

}  // namespace ew::widgets
