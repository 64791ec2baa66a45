// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/colour_by.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <map>

#include "widgets/common/op_family.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"

namespace ew::widgets {
namespace {

std::optional<double> sparsity(const LayerRow& row) {
  if (row.now->weightPrecision.empty()) return {};
  return row.now->sparsity * 100;
}
std::optional<double> macs(const LayerRow& row) {
  if (!row.now->macsKnown || row.now->macs == 0) return {};
  return static_cast<double>(row.now->macs);
}
std::optional<double> weightBytes(const LayerRow& row) {
  if (row.now->weightBytes == 0) return {};
  return static_cast<double>(row.now->weightBytes);
}
std::optional<double> memory(const LayerRow& row) {
  if (row.now->activationBytes == 0) return {};
  return static_cast<double>(row.now->activationBytes);
}
std::optional<double> latency(const LayerRow& row) { return row.latencyMs(); }
std::optional<double> energy(const LayerRow& row) { return row.energyMj(); }
std::optional<double> removed(const LayerRow& row) {
  if (row.before == nullptr || row.before->channels == 0 || row.now->channels == 0) return {};
  return static_cast<double>(row.channelsRemoved());
}

QString family(const DisplayItem& item, const LayerRow*) {
  return item.kind == DisplayItem::Kind::Node ? opFamilyName(opFamily(item.op)) : QString();
}
QString precision(const DisplayItem&, const LayerRow* row) {
  return row == nullptr || row->now->weightPrecision.empty() ? QString() : shown(row->now->weightPrecision);
}

#define N(text) QT_TRANSLATE_NOOP("ColourBy", text)
constexpr std::array<ColourBy, 9> kTable{{
    {"operator", N("Operator"), Quantity::Count, false, nullptr, family, N("The model has no operators.")},
    {"sparsity", N("Sparsity"), Quantity::Percent, false, sparsity, nullptr, N("No layer carries weights.")},
    {"precision", N("Weight precision"), Quantity::Count, false, nullptr, precision, N("No layer carries weights.")},
    {"macs", N("MACs"), Quantity::Macs, true, macs, nullptr, N("Shapes are not known, so MACs cannot be counted.")},
    {"weight_bytes", N("Weight bytes"), Quantity::Bytes, true, weightBytes, nullptr, N("No layer carries weights.")},
    {"memory", N("Activation bytes"), Quantity::Bytes, false, memory, nullptr, N("Shapes are not known.")},
    {"latency", N("Latency"), Quantity::Milliseconds, true, latency, nullptr,
     N("Latency is not known yet: choose a device, or measure here.")},
    {"energy", N("Energy"), Quantity::Millijoules, true, energy, nullptr,
     N("Energy is not known: choose a device whose power is known.")},
    {"channels_removed", N("Channels removed"), Quantity::Count, true, removed, nullptr,
     N("No channels were removed: add a prune step.")},
}};
#undef N

/// Stable colours: families by their number, precisions by their width.
QColor categoryColour(const ColourBy& by, const DisplayItem& item, const QString& category) {
  if (by.category == family) return theme().category(static_cast<std::size_t>(opFamily(item.op)));
  static const QStringList precisions{"float32", "int8", "uint8", "float16", "int4", "bfloat16", "int16", "float64", "int2"};
  const qsizetype known = precisions.indexOf(category);
  return theme().category(static_cast<std::size_t>(known < 0 ? 8 : known));
}

Colouring byCategory(const DisplayGraph& display, const LayerTable* layers, const ColourBy& by) {
  Colouring out;
  out.items.resize(display.items.size());
  std::map<QString, std::pair<int, QColor>> seen;
  for (std::size_t i = 0; i < display.items.size(); ++i) {
    const DisplayItem& item = display.items[i];
    const NodeId node = item.members.empty() ? kNone : item.members.front();
    QString category;
    if (item.kind == DisplayItem::Kind::Node || by.category != family)
      category = by.category(item, layers == nullptr ? nullptr : layers->row(node));
    if (category.isEmpty()) continue;
    const QColor colour = categoryColour(by, item, category);
    out.items[i] = {colour, by.category == family ? QString() : category, true};
    auto& entry = seen[category];
    ++entry.first;
    entry.second = colour;
  }
  std::vector<std::pair<QString, std::pair<int, QColor>>> ordered(seen.begin(), seen.end());
  std::ranges::stable_sort(ordered, std::greater<>(), [](const auto& entry) { return entry.second.first; });
  for (const auto& [label, entry] : ordered) out.entries.push_back({entry.second, QStringLiteral("%1  %2").arg(label).arg(entry.first)});
  return out;
}

Colouring byValue(const DisplayGraph& display, const LayerTable* layers, const ColourBy& by) {
  Colouring out;
  out.items.resize(display.items.size());
  out.quantity = by.quantity;
  std::vector<std::optional<double>> values(display.items.size());
  bool any = false;
  for (std::size_t i = 0; i < display.items.size(); ++i) {
    for (const NodeId node : display.items[i].members) {
      const LayerRow* row = layers == nullptr ? nullptr : layers->row(node);
      const std::optional<double> value = row == nullptr ? std::nullopt : by.value(*row);
      if (!value) continue;
      values[i] = !values[i] ? *value : by.additive ? *values[i] + *value : std::max(*values[i], *value);
    }
    if (values[i]) out.high = std::max(out.high, *values[i]);
    any = any || values[i].has_value();
  }
  if (by.quantity == Quantity::Percent) out.high = 100;
  if (!any || out.high <= 0) {
    out.nothing = QCoreApplication::translate("ColourBy", by.nothing);
    return out;
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i]) out.items[i] = {theme().heat(*values[i] / out.high), quantity(by.quantity, *values[i]), true};
  return out;
}

}  // namespace

std::span<const ColourBy> colourings() { return kTable; }

const ColourBy& colouring(const QString& id) {
  const auto found = std::ranges::find_if(kTable, [&](const ColourBy& by) { return id == QLatin1String(by.id); });
  return found == kTable.end() ? kTable.front() : *found;
}

QString colouringLabel(const ColourBy& by) { return QCoreApplication::translate("ColourBy", by.label); }

Colouring colour(const DisplayGraph& display, const LayerTable* layers, const ColourBy& by) {
  Colouring out = by.value != nullptr ? byValue(display, layers, by) : byCategory(display, layers, by);
  out.title = colouringLabel(by);
  if (by.value == nullptr && out.entries.empty()) out.nothing = QCoreApplication::translate("ColourBy", by.nothing);
  return out;
}

}  // namespace ew::widgets
