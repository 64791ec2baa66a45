// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "core/device/profile.h"
#include "widgets/common/project_view.h"

namespace ew::widgets {

/// Layers over the limits of a device: what a layer reaches against how much it computes for a byte that it moves
/// (Williams, Waterman, Patterson 2009; with MACs instead of flops).
struct RooflineData {
  struct Roof { QString precision; double macsPerSecond = 0; };
  struct Point {
    NodeId node = kNone;
    QString name, precision, bound;
    double intensity = 0;        ///< MACs a byte
    double macsPerSecond = 0;    ///< reached
    double milliseconds = 0;
  };
  std::vector<Roof> roofs;
  double bytesPerSecond = 0;
  std::vector<Point> original, current;
  bool empty() const { return current.empty(); }
};

/// Layers without MACs, moved bytes or a known time are left out.
RooflineData rooflineData(const ProjectView& project, const device::Profile* profile);

}  // namespace ew::widgets
