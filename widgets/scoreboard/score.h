// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <array>
#include <optional>

#include "widgets/common/project_view.h"
#include "widgets/common/units.h"

namespace ew::widgets {

/// One number of one version, with its interval and where it comes from.
struct Score {
  double value = 0;
  std::optional<double> low, high;
  QString source;                     ///< "measured here, cpu, median of 50 runs"
};

/// What a tile says: the same number of up to three versions, or why it is not known.
struct TileContent {
  QString title;
  Quantity quantity = Quantity::Count;
  bool higherIsBetter = false;
  std::optional<Score> original, current, candidate;
  QString reason;                     ///< why `current` is unknown, and what to do
  QString warning;                    ///< what the device lacks, in words
  QString limit;                      ///< what the device has, for the hover text

  /// "913 → 244 KB, candidate 180 KB" for screen readers.
  QString spoken() const;
  /// Rich text with intervals and sources.
  QString hover() const;
};

inline constexpr std::size_t kTiles = 5;
/// Accuracy, latency, energy, flash, RAM. `project` may be null, `candidate` too.
std::array<TileContent, kTiles> scores(const ProjectView* project, const VersionView* candidate);

}  // namespace ew::widgets
