// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scoreboard/score.h"

#include <QCoreApplication>

#include "widgets/common/text.h"

namespace ew::widgets {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("Scoreboard", text); }

using Getter = std::optional<Score> (*)(const VersionView&);

std::optional<Score> accuracy(const VersionView& version) {
  if (!version.evaluation || version.evaluation->metrics.empty()) return {};
  const auto top1 = version.evaluation->metrics.find("top1");
  const auto metric = top1 == version.evaluation->metrics.end() ? version.evaluation->metrics.begin() : top1;
  return Score{metric->second.value, metric->second.low, metric->second.high,
               tr("%1 over %2 samples, 95 % interval").arg(shown(metric->first), grouped(version.evaluation->samples))};
}

std::optional<Score> estimate(const simulate::Estimate& from) {
  if (!from.known) return {};
  return Score{from.value, from.low, from.high, tr("predicted: %1").arg(shown(from.source))};
}

std::optional<Score> predictedLatency(const VersionView& version) {
  return version.predicted ? estimate(version.predicted->latencyMs) : std::nullopt;
}

std::optional<Score> measuredLatency(const VersionView& version) {
  if (!version.measured) return {};
  const BenchResult& bench = *version.measured;
  return Score{bench.p50Ms, bench.minMs > 0 ? std::optional(bench.minMs) : std::nullopt, bench.p95Ms,
               tr("measured here on %1: median of %2 runs, minimum to p95").arg(shown(bench.backend)).arg(bench.runs)};
}

std::optional<Score> energy(const VersionView& version) {
  return version.predicted ? estimate(version.predicted->energyMj) : std::nullopt;
}

std::optional<Score> flash(const VersionView& version) {
  if (version.predicted && version.predicted->flashBytes > 0)
    return Score{static_cast<double>(version.predicted->flashBytes), {}, {}, tr("simulated: weights as stored")};
  return Score{static_cast<double>(version.summary.totals.weightBytes), {}, {}, tr("counted: weights as stored")};
}

std::optional<Score> ram(const VersionView& version) {
  if (version.predicted && version.predicted->ramBytes > 0)
    return Score{static_cast<double>(version.predicted->ramBytes), {}, {}, tr("simulated: most activations alive at once")};
  if (version.summary.totals.activationPeakBytes == 0) return {};
  return Score{static_cast<double>(version.summary.totals.activationPeakBytes), {}, {}, tr("counted: most activations alive at once")};
}

void fill(TileContent& tile, const ProjectView& project, const VersionView* candidate, Getter get) {
  tile.original = get(*project.original);
  tile.current = get(*project.current);
  if (candidate != nullptr) tile.candidate = get(*candidate);
}

/// What the device says of a resource, for the version that the user is about to get.
void judge(TileContent& tile, const VersionView& version, const char* resource) {
  if (!version.predicted) return;
  for (const simulate::FitVerdict& verdict : version.predicted->verdicts) {
    if (verdict.resource != resource) continue;
    if (!verdict.fits) tile.warning = shown(verdict.text);
    if (verdict.available > 0) tile.limit = tr("the device has %1").arg(quantity(Quantity::Bytes, static_cast<double>(verdict.available)));
  }
}

/// The device and the machine at hand are not the same: times of one are never shown beside times of the other.
Getter latencyGetter(const ProjectView& project, const VersionView* candidate) {
  if (candidate != nullptr && !candidate->measured) return predictedLatency;
  const bool here = project.device == "local" || !project.current->predicted || !project.current->predicted->latencyMs.known;
  return here && project.current->measured ? measuredLatency : predictedLatency;
}

QString interval(const TileContent& tile, const Score& score) {
  if (!score.low && !score.high) return quantity(tile.quantity, score.value);
  return withInterval(tile.quantity, score.value, score.low.value_or(score.value), score.high.value_or(score.value));
}

QString line(const QString& name, const TileContent& tile, const std::optional<Score>& score) {
  if (!score) return {};
  return QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td><b>%2</b></td></tr><tr><td></td><td>%3</td></tr>")
      .arg(name, interval(tile, *score), score->source.toHtmlEscaped());
}

}  // namespace

QString TileContent::spoken() const {
  QStringList parts;
  if (original) parts << tr("original %1").arg(interval(*this, *original));
  if (current) parts << tr("current %1").arg(interval(*this, *current));
  if (candidate) parts << tr("candidate %1").arg(interval(*this, *candidate));
  if (!current) parts << tr("unknown: %1").arg(reason);
  if (!warning.isEmpty()) parts << warning;
  return parts.join(QStringLiteral(", "));
}

QString TileContent::hover() const {
  QString out = QStringLiteral("<b>%1</b>").arg(title);
  if (!current && !original) return out + QStringLiteral("<br>") + reason.toHtmlEscaped();
  out += QStringLiteral("<table cellspacing=1>") + line(tr("original"), *this, original) + line(tr("current"), *this, current) +
         line(tr("candidate"), *this, candidate) + QStringLiteral("</table>");
  if (!limit.isEmpty()) out += limit.toHtmlEscaped();
  if (!warning.isEmpty()) out += QStringLiteral("<br><b>%1</b>").arg(warning.toHtmlEscaped());
  return out;
}

std::array<TileContent, kTiles> scores(const ProjectView* project, const VersionView* candidate) {
  std::array<TileContent, kTiles> out;
  const std::array titles{tr("Accuracy"), tr("Latency"), tr("Energy"), tr("Flash"), tr("RAM")};
  const std::array quantities{Quantity::Percent, Quantity::Milliseconds, Quantity::Millijoules, Quantity::Bytes, Quantity::Bytes};
  for (std::size_t i = 0; i < kTiles; ++i) {
    out[i].title = titles[i];
    out[i].quantity = quantities[i];
    out[i].reason = tr("open a model");
  }
  out[0].higherIsBetter = true;
  if (project == nullptr) return out;
  const QString device = project->deviceName.empty() ? shown(project->device) : shown(project->deviceName);
  out[0].reason = project->noEvaluation.empty() ? tr("no evaluation data: drop a folder") : shown(project->noEvaluation);
  out[1].reason = tr("choose a device, or measure here");
  out[2].reason = device.isEmpty() ? tr("choose a device") : tr("power of %1 is not known").arg(device);
  out[4].reason = tr("shapes are not known");
  const std::array<Getter, kTiles> getters{accuracy, latencyGetter(*project, candidate), energy, flash, ram};
  for (std::size_t i = 0; i < kTiles; ++i) fill(out[i], *project, candidate, getters[i]);
  const VersionView& judged = candidate != nullptr && candidate->predicted ? *candidate : *project->current;
  judge(out[3], judged, "flash");
  judge(out[4], judged, "ram");
  return out;
}

}  // namespace ew::widgets
