// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/layer_rows.h"

#include <QCoreApplication>
#include <algorithm>
#include <unordered_map>
#include <variant>

#include "widgets/common/origin_map.h"
#include "widgets/common/text.h"
#include "widgets/common/units.h"

namespace ew::widgets {
namespace {

using Facts = analysis::LayerFacts;
using Row = FactTable::Row;

QString tr(const char* text) { return QCoreApplication::translate("Inspector", text); }

QString shape(const std::string& text) { return shown(text).replace(QLatin1String(" x "), QStringLiteral("×")); }

QString dtype(DType type) { return QString::fromStdString(std::string(dtypeName(type))); }

/// Name, type and shape; files often leave out the last two, the facts of the layer that makes the value know them.
QString valueText(const ProjectView& project, ValueId id) {
  const Value& value = project.current->graph->value(id);
  const LayerRow* maker = project.layers.row(project.current->graph->producer(id));
  QStringList parts{shown(value.name)};
  if (value.dtype != DType::none) parts << dtype(value.dtype);
  if (value.shape) parts << shape(value.shape->text());
  else if (maker != nullptr && !maker->now->outputShape.empty()) parts << shape(maker->now->outputShape);
  else parts << tr("shape unknown");
  return parts.join(QStringLiteral("  "));
}

/// A row from both versions by one function; left out where it says nothing.
template <class F>
void addFact(std::vector<Row>& rows, const QString& name, const LayerRow& row, F&& text) {
  const QString now = text(*row.now), before = row.before == nullptr ? QString() : text(*row.before);
  if (!now.isEmpty() || !before.isEmpty()) rows.push_back({name, before, now, {}, {}, false});
}

QString bytes(std::int64_t value) { return value == 0 ? QString() : quantity(Quantity::Bytes, static_cast<double>(value)); }

void addTensors(std::vector<Row>& rows, const ProjectView& project, const Node& node) {
  const Graph& graph = *project.current->graph;
  for (const ValueId id : node.inputs)
    if (id != kNone) rows.push_back({graph.initializer(id) == nullptr ? tr("Input") : tr("Constant"), {}, valueText(project, id), {}, {}, false});
  for (const ValueId id : node.outputs)
    if (id != kNone) rows.push_back({tr("Output"), {}, valueText(project, id), {}, {}, false});
}

struct AttributeText {
  template <class T>
  QString operator()(const std::vector<T>& values) const {
    constexpr std::size_t most = 16;
    QStringList parts;
    for (std::size_t i = 0; i < std::min(values.size(), most); ++i) parts << (*this)(values[i]);
    if (values.size() > most) parts << QStringLiteral("…");
    return parts.join(QStringLiteral(", "));
  }
  QString operator()(std::int64_t value) const { return QString::number(value); }
  QString operator()(float value) const { return number(static_cast<double>(value)); }
  QString operator()(const std::string& value) const { return shown(value); }
  QString operator()(const Tensor& value) const { return tr("tensor %1").arg(QString::fromStdString(dimsText(value.dims()))); }
  QString operator()(const SubgraphPtr& value) const { return tr("graph of %1 nodes").arg(value->graph.nodes().size()); }
  QString operator()(const OpaqueAttribute& value) const { return tr("%1 bytes, not interpreted").arg(value.bytes.size()); }
};

const simulate::LayerReport* reportOf(const VersionView* version, const std::string& name) {
  if (version == nullptr || !version->predicted) return nullptr;
  const auto found = std::ranges::find(version->predicted->layers, name, &simulate::LayerReport::name);
  return found == version->predicted->layers.end() ? nullptr : &*found;
}

const Facts* factsOf(const VersionView* version, const std::string& name) {
  if (version == nullptr) return nullptr;
  const auto found = std::ranges::find(version->summary.layers, name, &Facts::name);
  return found == version->summary.layers.end() ? nullptr : &*found;
}

QString estimate(Quantity unit, const simulate::Estimate* value) {
  if (value == nullptr || !value->known) return {};
  return withInterval(unit, value->value, value->low, value->high);
}

/// Where there is little room: without its interval.
QString estimateShort(Quantity unit, const simulate::Estimate* value) {
  return value == nullptr || !value->known ? QString() : quantity(unit, value->value);
}

/// One row of the cost table from the reports of all versions.
template <class F>
void addCost(std::vector<Row>& rows, const QString& name, const LayerRow& row, const simulate::LayerReport* candidate, F&& text) {
  const auto of = [&](const simulate::LayerReport* report) { return report == nullptr ? QString() : text(*report); };
  Row out{name, of(row.predictedBefore), of(row.predicted), of(candidate), {}, false};
  if (!out.original.isEmpty() || !out.current.isEmpty()) rows.push_back(std::move(out));
}

}  // namespace

std::vector<Row> modelRows(const ProjectView& project) {
  std::vector<Row> rows;
  const Graph& graph = *project.current->graph;
  const auto add = [&](const QString& name, auto&& text) {
    rows.push_back({name, text(project.original->summary.totals), text(project.current->summary.totals), {}, {}, false});
  };
  using Totals = analysis::Totals;
  add(tr("Nodes"), [](const Totals& t) { return grouped(t.nodes); });
  add(tr("Layers"), [](const Totals& t) { return grouped(t.layers); });
  add(tr("Parameters"), [](const Totals& t) { return grouped(t.parameters); });
  add(tr("Weights, stored"), [](const Totals& t) { return bytes(t.weightBytes); });
  add(tr("MACs"), [](const Totals& t) { return quantity(Quantity::Macs, static_cast<double>(t.macs)); });
  add(tr("Zero weights"), [](const Totals& t) { return quantity(Quantity::Percent, t.sparsity * 100); });
  add(tr("Most activations alive"), [](const Totals& t) { return bytes(t.activationPeakBytes); });
  for (const ValueId id : graph.inputs()) rows.push_back({tr("Input"), {}, valueText(project, id), {}, {}, false});
  for (const ValueId id : graph.outputs()) rows.push_back({tr("Output"), {}, valueText(project, id), {}, {}, false});
  for (const auto& [domain, version] : graph.info().opsets)
    rows.push_back({tr("Operator set"), {}, QStringLiteral("%1 %2").arg(domain.empty() ? QStringLiteral("ai.onnx") : shown(domain)).arg(version), {}, {}, false});
  rows.push_back({tr("Made by"), {}, shown(graph.info().producerName + ' ' + graph.info().producerVersion), {}, {}, false});
  std::erase_if(rows, [](const Row& row) { return row.current.trimmed().isEmpty(); });
  return rows;
}

std::vector<Row> overviewRows(const ProjectView& project, const LayerRow& row) {
  std::vector<Row> rows;
  const Graph& graph = *project.current->graph;
  rows.push_back({tr("Name"), {}, shown(row.now->name), {}, {}, false});
  addFact(rows, tr("Operator"), row, [](const Facts& f) { return shown(f.op); });
  addFact(rows, tr("Output shape"), row, [](const Facts& f) { return shape(f.outputShape); });
  addFact(rows, tr("Parameters"), row, [](const Facts& f) { return f.parameters == 0 ? QString() : grouped(f.parameters); });
  addFact(rows, tr("Weights, stored"), row, [](const Facts& f) { return bytes(f.weightBytes); });
  addFact(rows, tr("MACs"), row, [](const Facts& f) { return f.macs == 0 ? QString() : quantity(Quantity::Macs, static_cast<double>(f.macs)); });
  addFact(rows, tr("Weight type"), row, [](const Facts& f) { return shown(f.weightPrecision); });
  addFact(rows, tr("Output type"), row, [](const Facts& f) { return shown(f.activationPrecision); });
  addFact(rows, tr("Zero weights"), row, [](const Facts& f) {
    return f.weightPrecision.empty() ? QString() : QStringLiteral("%1 (%2)").arg(quantity(Quantity::Percent, f.sparsity * 100), grouped(f.zeros));
  });
  addFact(rows, tr("Channels"), row, [](const Facts& f) { return f.channels == 0 ? QString() : grouped(f.channels); });
  addFact(rows, tr("Zero channels"), row, [](const Facts& f) { return f.zeroChannels == 0 ? QString() : grouped(f.zeroChannels); });
  addFact(rows, tr("Weight range"), row, [](const Facts& f) {
    return f.weightRange ? tr("%1 to %2").arg(number(f.weightRange->low), number(f.weightRange->high)) : QString();
  });
  addFact(rows, tr("Output bytes"), row, [](const Facts& f) { return bytes(f.activationBytes); });
  for (const StepView& step : project.steps)
    for (const transform::NodeVerdict& verdict : step.verdicts)
      if (verdict.node == row.now->name)
        rows.push_back({shown(verdict.verdict), {}, shown(verdict.reason), {}, {}, verdict.verdict == "kept"});
  if (const Node* node = graph.node(row.node)) {
    for (const auto& [name, value] : node->attributes.all())
      rows.push_back({shown(name), {}, std::visit(AttributeText{}, value), {}, tr("attribute"), false});
    addTensors(rows, project, *node);
  }
  return rows;
}

std::vector<Row> costRows(const ProjectView& project, const LayerRow& row, const VersionView* candidate) {
  std::vector<Row> rows;
  const simulate::LayerReport* then = reportOf(candidate, row.now->name);
  using Report = simulate::LayerReport;
  const auto measured = [](const LayerTime* time) { return time == nullptr ? QString() : quantity(Quantity::Milliseconds, time->milliseconds); };
  if (row.measured != nullptr)
    rows.push_back({tr("Latency, measured here"), measured(row.measuredBefore), measured(row.measured), {}, shown(row.measured->backend + ": " + row.measured->kernel), false});
  addCost(rows, tr("Latency, predicted"), row, then, [](const Report& r) { return estimate(Quantity::Milliseconds, &r.latencyMs); });
  if (const auto ms = row.latencyMs(); ms && project.layers.totalLatencyMs() > 0)
    rows.push_back({tr("Share of the model"), {}, quantity(Quantity::Percent, *ms / project.layers.totalLatencyMs() * 100), {}, {}, false});
  addCost(rows, tr("Bound by"), row, then, [](const Report& r) { return shown(r.bound); });
  addCost(rows, tr("Energy"), row, then, [](const Report& r) { return estimate(Quantity::Millijoules, &r.energyMj); });
  addCost(rows, tr("MACs"), row, then, [](const Report& r) { return quantity(Quantity::Macs, static_cast<double>(r.macs)); });
  addCost(rows, tr("Bytes moved"), row, then, [](const Report& r) { return bytes(r.bytes); });
  addCost(rows, tr("MACs a byte"), row, then, [](const Report& r) {
    return r.bytes == 0 || r.macs == 0 ? QString() : number(static_cast<double>(r.macs) / static_cast<double>(r.bytes));
  });
  addCost(rows, tr("Precision"), row, then, [](const Report& r) { return shown(r.precision); });
  addCost(rows, tr("Cycles"), row, then, [](const Report& r) { return r.cycles == 0 ? QString() : grouped(r.cycles); });
  addCost(rows, tr("Utilization"), row, then, [](const Report& r) { return r.cycles == 0 ? QString() : quantity(Quantity::Percent, r.utilization * 100); });
  return rows;
}

std::vector<Row> effectRows(const ProjectView& project, const LayerRow& row, const VersionView* candidate) {
  std::vector<Row> rows;
  const auto amount = [](Quantity unit, const auto* from, auto&& get) {
    return from == nullptr ? QString() : quantity(unit, static_cast<double>(get(*from)));
  };
  const Facts* then = factsOf(candidate, row.now->name);
  const auto layerFact = [&](const QString& name, Quantity unit, std::int64_t Facts::* field) {
    const auto get = [field](const Facts& f) { return f.*field; };
    rows.push_back({name, amount(unit, row.before, get), amount(unit, row.now, get), amount(unit, then, get), {}, false});
  };
  layerFact(tr("Layer size"), Quantity::Bytes, &Facts::weightBytes);
  layerFact(tr("Layer MACs"), Quantity::Macs, &Facts::macs);
  addCost(rows, tr("Layer latency"), row, reportOf(candidate, row.now->name), [](const simulate::LayerReport& r) { return estimateShort(Quantity::Milliseconds, &r.latencyMs); });
  const auto total = [&](const QString& name, auto&& text) {
    rows.push_back({name, text(*project.original), text(*project.current), candidate == nullptr ? QString() : text(*candidate), {}, false});
  };
  total(tr("Model size"), [](const VersionView& v) { return bytes(v.summary.totals.weightBytes); });
  total(tr("Model latency"), [](const VersionView& v) { return estimateShort(Quantity::Milliseconds, v.predicted ? &v.predicted->latencyMs : nullptr); });
  total(tr("Model energy"), [](const VersionView& v) { return estimateShort(Quantity::Millijoules, v.predicted ? &v.predicted->energyMj : nullptr); });
  std::erase_if(rows, [](const Row& r) { return r.original.isEmpty() && r.current.isEmpty() && r.candidate.isEmpty(); });
  return rows;
}

std::vector<NodeId> coupledLayers(const ProjectView& project, const VersionView& candidate, NodeId node) {
  std::unordered_map<std::string, const Facts*> then;
  for (const Facts& facts : candidate.summary.layers) then.emplace(facts.name, &facts);
  std::vector<NodeId> out;
  for (const LayerRow& row : project.layers.rows()) {
    const auto it = then.find(row.now->name);
    if (row.node == node || row.now->parameters == 0 || it == then.end()) continue;
    if (it->second->parameters < row.now->parameters) out.push_back(row.node);
  }
  return out;
}

}  // namespace ew::widgets
