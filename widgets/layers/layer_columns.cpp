// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/layers/layer_columns.h"

#include <QCoreApplication>
#include <array>
#include <cmath>

#include "core/run/bench.h"
#include "core/simulate/simulate.h"
#include "widgets/common/text.h"
#include "widgets/common/units.h"

namespace ew::widgets {
namespace {

using Facts = analysis::LayerFacts;
using Number = std::optional<double>;

const Facts* facts(const LayerRow& row, bool before) { return before ? row.before : row.now; }

template <class F>
Number fact(const LayerRow& row, bool before, F&& f) {
  const Facts* of = facts(row, before);
  return of == nullptr ? Number() : f(*of);
}

Number parameters(const LayerRow& row, bool before, double) {
  return fact(row, before, [](const Facts& f) { return Number(static_cast<double>(f.parameters)); });
}
Number macs(const LayerRow& row, bool before, double) {
  return fact(row, before, [](const Facts& f) { return f.macsKnown ? Number(static_cast<double>(f.macs) / 1e6) : Number(); });
}
Number sparsity(const LayerRow& row, bool before, double) {
  return fact(row, before, [](const Facts& f) { return f.weightPrecision.empty() ? Number() : Number(f.sparsity * 100); });
}
Number weightKilobytes(const LayerRow& row, bool before, double) {
  return fact(row, before, [](const Facts& f) { return Number(static_cast<double>(f.weightBytes) / 1024); });
}
Number activationKilobytes(const LayerRow& row, bool before, double) {
  return fact(row, before, [](const Facts& f) { return f.activationBytes > 0 ? Number(static_cast<double>(f.activationBytes) / 1024) : Number(); });
}
Number channels(const LayerRow& row, bool before, double) {
  return fact(row, before, [](const Facts& f) { return f.channels > 0 ? Number(static_cast<double>(f.channels)) : Number(); });
}
Number latency(const LayerRow& row, bool before, double) {
  if (!before) return row.latencyMs();
  // Only like is compared with like: a measured time with a measured one.
  if (row.measured != nullptr) return row.measuredBefore != nullptr ? Number(row.measuredBefore->milliseconds) : Number();
  if (row.predictedBefore == nullptr || !row.predictedBefore->latencyMs.known) return {};
  return row.predictedBefore->latencyMs.value;
}
Number share(const LayerRow& row, bool before, double total) {
  const Number ms = row.latencyMs();
  return before || !ms || total <= 0 ? Number() : Number(*ms / total * 100);
}
Number energy(const LayerRow& row, bool before, double) {
  if (!before) return row.energyMj();
  if (row.predictedBefore == nullptr || !row.predictedBefore->energyMj.known) return {};
  return row.predictedBefore->energyMj.value;
}

QString name(const LayerRow& row, bool before) { return before ? QString() : shown(row.now->name); }
QString op(const LayerRow& row, bool before) { return before ? QString() : shown(row.now->op); }
QString shape(const LayerRow& row, bool before) {
  const Facts* of = facts(row, before);
  return of == nullptr ? QString() : shown(of->outputShape).replace(QLatin1String(" x "), QStringLiteral("×"));
}
QString weights(const LayerRow& row, bool before) { const Facts* of = facts(row, before); return of == nullptr ? QString() : shown(of->weightPrecision); }
QString activations(const LayerRow& row, bool before) { const Facts* of = facts(row, before); return of == nullptr ? QString() : shown(of->activationPrecision); }
QString bound(const LayerRow& row, bool before) {
  const simulate::LayerReport* report = before ? row.predictedBefore : row.predicted;
  return report == nullptr ? QString() : shown(report->bound);
}

#define N(text) QT_TRANSLATE_NOOP("LayerColumns", text)
constexpr std::array<LayerColumn, 15> kColumns{{
    {"name", N("Name"), N("Name of the node"), true, false, nullptr, name},
    {"op", N("Operator"), N("ONNX operator"), true, false, nullptr, op},
    {"shape", N("Output shape"), N("Shape of the first output"), true, false, nullptr, shape},
    {"parameters", N("Parameters"), N("Elements of the constants that the layer owns"), true, false, parameters, nullptr},
    {"macs", N("MACs (M)"), N("Multiply-accumulates, in millions"), true, false, macs, nullptr},
    {"sparsity", N("Sparsity (%)"), N("Share of the weights that are zero"), true, true, sparsity, nullptr},
    {"weights", N("Weights"), N("Type that the weights are stored in"), true, false, nullptr, weights},
    {"activations", N("Activations"), N("Type that the output is passed on in"), true, false, nullptr, activations},
    {"weight_bytes", N("Size (KB)"), N("Bytes of the weights as stored"), true, false, weightKilobytes, nullptr},
    {"latency", N("Latency (ms)"), N("Measured here when it was, else predicted for the device"), true, false, latency, nullptr},
    {"share", N("Share (%)"), N("Part of the model's latency"), true, true, share, nullptr},
    {"energy", N("Energy (mJ)"), N("Predicted for the device"), true, false, energy, nullptr},
    {"activation_bytes", N("Output (KB)"), N("Bytes of the layer's outputs"), false, false, activationKilobytes, nullptr},
    {"channels", N("Channels"), N("Output channels of the weights"), false, false, channels, nullptr},
    {"bound", N("Bound"), N("What limits the layer on the device: compute, memory or overhead"), false, false, nullptr, bound},
}};
#undef N

}  // namespace

std::span<const LayerColumn> layerColumns() { return kColumns; }
QString columnHeader(const LayerColumn& column) { return QCoreApplication::translate("LayerColumns", column.header); }
QString columnTip(const LayerColumn& column) { return QCoreApplication::translate("LayerColumns", column.tip); }

QString cellText(const LayerColumn& column, const LayerRow& row, bool before, double totalMs) {
  if (column.text != nullptr) return column.text(row, before);
  const Number value = column.number(row, before, totalMs);
  if (!value) return {};
  const bool whole = column.number == parameters || column.number == channels;
  return whole ? grouped(std::llround(*value)) : number(*value);
}

}  // namespace ew::widgets
