// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recipe/recipe.h"
#include "widgets/inspector/inspector_tab.h"

class QLabel;
class QPushButton;

namespace ew::widgets {

class FactTable;
class PruneFields;
class QuantizeFields;

/// Sparsity and precision of the selected layers, with what a choice would do before it is applied.
class OptimizeTab : public InspectorTab {
  Q_OBJECT
 public:
  explicit OptimizeTab(QWidget* parent);
  QString title() const override { return tr("Optimize"); }
  void show(const InspectorContext& context) override;
  void showCandidate(const InspectorContext& context) override;
  std::vector<recipe::Step> steps() const;

 signals:
  /// As in the optimize bar: what to predict while a control moves, measure it now, nothing any more, and apply it.
  void previewRequested(const std::vector<ew::recipe::Step>& steps);
  void settleRequested();
  void previewCleared();
  void applyRequested(const std::vector<ew::recipe::Step>& steps);
  void coupledFound(const std::vector<ew::NodeId>& nodes);

 private:
  void ask(bool settled);
  PruneFields* prune_;
  QuantizeFields* quantize_;
  QLabel *about_, *coupled_;
  FactTable* effects_;
  QPushButton* apply_;
  std::vector<std::string> layers_;
};

}  // namespace ew::widgets
