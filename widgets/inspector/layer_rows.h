// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "widgets/common/fact_table.h"
#include "widgets/common/project_view.h"

namespace ew::widgets {

/// What is known of the whole model; shown while no layer is selected.
std::vector<FactTable::Row> modelRows(const ProjectView& project);
/// The rows that the inspector's tables show for one layer. `candidate` may be null.
std::vector<FactTable::Row> overviewRows(const ProjectView& project, const LayerRow& row);
std::vector<FactTable::Row> costRows(const ProjectView& project, const LayerRow& row, const VersionView* candidate);
/// Size, MACs, latency and energy of the layer and of the whole model: what a change that is not applied would do.
std::vector<FactTable::Row> effectRows(const ProjectView& project, const LayerRow& row, const VersionView* candidate);

/// Layers of the current graph, other than `node`, that a candidate makes smaller: they are coupled to it.
std::vector<NodeId> coupledLayers(const ProjectView& project, const VersionView& candidate, NodeId node);

}  // namespace ew::widgets
