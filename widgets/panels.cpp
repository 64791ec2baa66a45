// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels.h"

#include <QtGlobal>
#include <algorithm>
#include <vector>

#include "widgets/charts/latency_chart.h"
#include "widgets/common/panel.h"
#include "widgets/compare/compare_panel.h"
#include "widgets/graph/graph_panel.h"
#include "widgets/inspector/inspector_panel.h"
#include "widgets/jobs/jobs_panel.h"
#include "widgets/layers/layers_panel.h"
#include "widgets/live/live_panel.h"
#include "widgets/memory/memory_panel.h"
#include "widgets/optimize/optimize_panel.h"
#include "widgets/outline/outline_panel.h"
#include "widgets/recipe_list/recipe_panel.h"
#include "widgets/report/report_panel.h"
#include "widgets/roofline/roofline_panel.h"
#include "widgets/scoreboard/scoreboard_panel.h"

namespace ew::widgets {
namespace {

template <class P>
Panel* make(Selection* selection, QWidget* parent) {
  return new P(selection, parent);
}

}  // namespace

std::span<const PanelInfo> panels() {
  static const std::vector<PanelInfo> table{
      {"graph", QT_TRANSLATE_NOOP("Panels", "Graph"), PanelArea::Center, make<GraphPanel>},
      {"layers", QT_TRANSLATE_NOOP("Panels", "Layers"), PanelArea::Center, make<LayersPanel>},
      {"compare", QT_TRANSLATE_NOOP("Panels", "Compare"), PanelArea::Center, make<ComparePanel>},
      {"report", QT_TRANSLATE_NOOP("Panels", "Report"), PanelArea::Center, make<ReportPanel>},
      {"scoreboard", QT_TRANSLATE_NOOP("Panels", "Scoreboard"), PanelArea::Top, make<ScoreboardPanel>},
      {"optimize", QT_TRANSLATE_NOOP("Panels", "Optimize"), PanelArea::Top, make<OptimizePanel>},
      {"inspector", QT_TRANSLATE_NOOP("Panels", "Inspector"), PanelArea::Right, make<InspectorPanel>},
      {"outline", QT_TRANSLATE_NOOP("Panels", "Model"), PanelArea::Left, make<OutlinePanel>},
      {"recipe", QT_TRANSLATE_NOOP("Panels", "Recipe"), PanelArea::Left, make<RecipePanel>},
      {"latency", QT_TRANSLATE_NOOP("Panels", "Latency by layer"), PanelArea::Bottom, make<LatencyChart>},
      {"roofline", QT_TRANSLATE_NOOP("Panels", "Roofline"), PanelArea::Bottom, make<RooflinePanel>},
      {"memory", QT_TRANSLATE_NOOP("Panels", "Memory timeline"), PanelArea::Bottom, make<MemoryPanel>},
      {"live", QT_TRANSLATE_NOOP("Panels", "Live"), PanelArea::Bottom, make<LivePanel>},
      {"jobs", QT_TRANSLATE_NOOP("Panels", "Jobs and log"), PanelArea::Bottom, make<JobsPanel>},
  };
  return table;
}

const PanelInfo* findPanel(std::string_view id) {
  const auto all = panels();
  const auto found = std::ranges::find(all, id, &PanelInfo::id);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace ew::widgets
