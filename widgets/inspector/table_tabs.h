// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/inspector/inspector_tab.h"

namespace ew::widgets {

class FactTable;

/// What the layer is, in both versions, with its attributes, tensors and verdicts.
class OverviewTab : public InspectorTab {
  Q_OBJECT
 public:
  explicit OverviewTab(QWidget* parent);
  QString title() const override { return tr("Overview"); }
  void show(const InspectorContext& context) override;
  void showCandidate(const InspectorContext&) override {}

 private:
  FactTable* table_;
};

/// Latency, bound, bytes, MACs and cycles of the layer.
class CostTab : public InspectorTab {
  Q_OBJECT
 public:
  explicit CostTab(QWidget* parent);
  QString title() const override { return tr("Cost"); }
  void show(const InspectorContext& context) override;

 private:
  FactTable* table_;
};

}  // namespace ew::widgets
