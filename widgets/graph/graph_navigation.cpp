// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_navigation.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "core/run/bench.h"
#include "core/simulate/simulate.h"
#include "widgets/common/text.h"
#include "widgets/common/units.h"

namespace ew::widgets {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("GraphView", text); }

int nearest(const GraphScene& scene, int from, const std::vector<int>& candidates) {
  const double x = scene.layout.places[static_cast<std::size_t>(from)].x;
  const auto distance = [&](int item) { return std::abs(scene.layout.places[static_cast<std::size_t>(item)].x - x); };
  return candidates.empty() ? from : *std::ranges::min_element(candidates, {}, distance);
}

bool tensorMatches(const Graph& graph, const DisplayItem& item, const QString& text) {
  const auto hit = [&](ValueId id) {
    return id != kNone && QString::fromStdString(graph.value(id).name).contains(text, Qt::CaseInsensitive);
  };
  for (const NodeId id : item.members) {
    const Node* node = graph.node(id);
    if (node != nullptr && (std::ranges::any_of(node->outputs, hit) || std::ranges::any_of(node->inputs, hit))) return true;
  }
  return false;
}

QString line(const QString& key, const QString& value) {
  return value.isEmpty() ? QString() : QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td>%2</td></tr>").arg(key, value);
}

QString changed(Quantity unit, double now, const double* before) {
  const QString value = quantity(unit, now);
  if (before == nullptr || *before == now) return value;
  return quantity(unit, *before) + QStringLiteral(" → ") + value;
}

QString rowLines(const LayerRow& row) {
  QString out;
  const auto pair = [&](const QString& key, Quantity unit, std::int64_t now, std::int64_t before) {
    if (now == 0 && before == 0) return;
    const double past = static_cast<double>(before);
    out += line(key, changed(unit, static_cast<double>(now), row.before == nullptr ? nullptr : &past));
  };
  const analysis::LayerFacts none;
  const analysis::LayerFacts& before = row.before == nullptr ? none : *row.before;
  pair(tr("Parameters"), Quantity::Count, row.now->parameters, before.parameters);
  pair(tr("Weights"), Quantity::Bytes, row.now->weightBytes, before.weightBytes);
  pair(tr("MACs"), Quantity::Macs, row.now->macs, before.macs);
  if (!row.now->weightPrecision.empty())
    out += line(tr("Precision"), shown(row.now->weightPrecision) + QStringLiteral(" · ") + shown(row.now->activationPrecision));
  if (row.now->sparsity > 0) out += line(tr("Zeros"), quantity(Quantity::Percent, row.now->sparsity * 100));
  if (const auto ms = row.latencyMs())
    out += line(tr("Latency"), quantity(Quantity::Milliseconds, *ms) + ' ' +
                                   (row.measured != nullptr ? tr("measured here") : tr("predicted")));
  return out;
}

QString tensorLines(const Graph& graph, const Node& node) {
  QString out;
  const auto describeValue = [&](ValueId id) {
    const Value& value = graph.value(id);
    const QString shape = value.shape ? shapeText(value.shape->text()) : QString();
    return shownHtml(value.name) + QStringLiteral(" <b>") + shape.toHtmlEscaped() + QStringLiteral("</b>");
  };
  int shownInputs = 0;
  for (const ValueId id : node.inputs)
    if (id != kNone && graph.initializer(id) == nullptr && shownInputs++ < 4) out += line(tr("in"), describeValue(id));
  for (std::size_t i = 0; i < std::min<std::size_t>(node.outputs.size(), 4); ++i)
    if (node.outputs[i] != kNone) out += line(tr("out"), describeValue(node.outputs[i]));
  return out;
}

}  // namespace

int neighbourItem(const GraphScene& scene, int from, Direction direction) {
  const int count = static_cast<int>(scene.boxes.size());
  if (count == 0) return -1;
  if (from < 0 || from >= count || direction == Direction::First) return 0;
  if (direction == Direction::Last) return count - 1;
  const auto at = static_cast<std::size_t>(from);
  if (direction == Direction::Down) return nearest(scene, from, scene.below[at]);
  if (direction == Direction::Up) return nearest(scene, from, scene.above[at]);
  const std::vector<int>& row = scene.layout.layers[static_cast<std::size_t>(scene.layout.layerOf[at])];
  const auto place = std::ranges::find(row, from) - row.begin() + (direction == Direction::Right ? 1 : -1);
  return place < 0 || place >= std::ssize(row) ? from : row[static_cast<std::size_t>(place)];
}

std::vector<int> findItems(const GraphScene& scene, const QString& text) {
  std::vector<int> out;
  const QString wanted = text.trimmed();
  if (wanted.isEmpty()) return out;
  const QString shape = QString(wanted).replace('x', QStringLiteral("×"));
  for (std::size_t i = 0; i < scene.display.items.size(); ++i) {
    const DisplayItem& item = scene.display.items[i];
    if (item.title.contains(wanted, Qt::CaseInsensitive) || item.name.contains(wanted, Qt::CaseInsensitive) ||
        item.shape.contains(shape) || tensorMatches(*scene.version->graph, item, wanted))
      out.push_back(static_cast<int>(i));
  }
  return out;
}

QString hoverText(const GraphScene& scene, int item, const LayerRow* row) {
  const DisplayItem& entry = scene.display.items[static_cast<std::size_t>(item)];
  const Graph& graph = *scene.version->graph;
  QString out = QStringLiteral("<b>%1</b>&nbsp; %2<table cellspacing=1>")
                    .arg(entry.title.toHtmlEscaped(), entry.name.toHtmlEscaped());
  if (entry.kind == DisplayItem::Kind::Block) {
    out += line(tr("holds"), entry.facts.toHtmlEscaped()) + line(tr("out"), entry.shape.toHtmlEscaped());
    out += line(QString(), tr("double click opens it"));
  } else if (entry.kind != DisplayItem::Kind::Node) {
    const Value& value = graph.value(entry.value);
    out += line(tr("type"), QString::fromStdString(std::string(dtypeName(value.dtype))));
    out += line(tr("shape"), entry.shape.toHtmlEscaped());
  } else if (const Node* node = graph.node(entry.node)) {
    out += tensorLines(graph, *node);
    if (row != nullptr) out += rowLines(*row);
  }
  return out + QStringLiteral("</table>");
}

}  // namespace ew::widgets
