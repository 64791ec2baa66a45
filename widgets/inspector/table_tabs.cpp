// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/table_tabs.h"

#include <QVBoxLayout>

#include "widgets/common/fact_table.h"
#include "widgets/inspector/layer_rows.h"

namespace ew::widgets {
namespace {

void fill(QWidget* tab, QWidget* content) {
  auto* column = new QVBoxLayout(tab);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(content);
  tab->setFocusProxy(content);
}

}  // namespace

OverviewTab::OverviewTab(QWidget* parent) : InspectorTab(parent), table_(new FactTable("overviewTable", tr("Facts of the layer"), this)) {
  setObjectName("inspectorOverview");
  fill(this, table_);
}

void OverviewTab::show(const InspectorContext& context) {
  if (!context.project) return table_->setRows({});
  table_->setRows(context.row == nullptr ? modelRows(*context.project) : overviewRows(*context.project, *context.row));
}

CostTab::CostTab(QWidget* parent) : InspectorTab(parent), table_(new FactTable("costTable", tr("Cost of the layer"), this)) {
  setObjectName("inspectorCost");
  fill(this, table_);
}

void CostTab::show(const InspectorContext& context) {
  if (context.row == nullptr) return table_->setRows({{tr("No layer"), {}, tr("select one in the graph, a table or a chart"), {}, {}, false}});
  auto rows = costRows(*context.project, *context.row, context.candidate.get());
  if (rows.empty()) rows.push_back({tr("Unknown"), {}, tr("choose a device, or measure here"), {}, {}, false});
  table_->setRows(rows);
}

}  // namespace ew::widgets
