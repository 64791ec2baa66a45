// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/optimize_tab.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/common/fact_table.h"
#include "widgets/common/painting.h"
#include "widgets/common/text.h"
#include "widgets/inspector/layer_rows.h"
#include "widgets/inspector/step_fields.h"

namespace ew::widgets {
namespace {

/// The first three fields (switch, slider, number) share a line; each of the others has its own.
void addFields(QFormLayout* form, const std::vector<StepField>& fields, std::size_t together) {
  auto* line = new QHBoxLayout;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i < together) line->addWidget(fields[i].second, i == 1 ? 1 : 0);
    else form->addRow(fields[i].first, fields[i].second);
    if (i + 1 == together) form->addRow(line);
  }
}

}  // namespace

OptimizeTab::OptimizeTab(QWidget* parent)
    : InspectorTab(parent), prune_(new PruneFields(this)), quantize_(new QuantizeFields(this)), about_(new QLabel(this)), coupled_(new QLabel(this)),
      effects_(new FactTable("effectTable", tr("What the choice would do"), this)), apply_(new QPushButton(tr("Apply"), this)) {
  setObjectName("inspectorOptimize");
  describe(about_, "optimizeAbout", tr("Layers that the choice is for"));
  describe(coupled_, "optimizeCoupled", tr("Layers that shrink with it"));
  describe(apply_, "optimizeApply", tr("Apply to the selected layers"));
  apply_->setToolTip(tr("Add a step for the selected layers to the recipe"));
  about_->setWordWrap(true);
  coupled_->setWordWrap(true);
  auto* form = new QFormLayout;
  form->setContentsMargins(8, 6, 8, 4);
  form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
  form->addRow(about_);
  addFields(form, prune_->fields(), 3);
  addFields(form, quantize_->fields(), 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(2);
  column->addLayout(form);
  column->addWidget(effects_, 1);
  auto* foot = new QHBoxLayout;
  foot->setContentsMargins(8, 2, 8, 6);
  foot->addWidget(coupled_, 1);
  foot->addWidget(apply_);
  column->addLayout(foot);
  connect(prune_, &PruneFields::changed, this, &OptimizeTab::ask);
  connect(quantize_, &QuantizeFields::changed, this, &OptimizeTab::ask);
  connect(apply_, &QPushButton::clicked, this, [this] { emit applyRequested(steps()); });
  show({});
}

void OptimizeTab::show(const InspectorContext& context) {
  if (!steps().empty()) emit previewCleared();  // a change that was not applied is gone with its selection
  prune_->reset();
  quantize_->reset();
  layers_.clear();
  bool weights = false;
  if (context.project)
    for (const NodeId node : context.nodes)
      if (const LayerRow* row = context.project->layers.row(node); row != nullptr && !row->now->weightPrecision.empty()) {
        layers_.push_back(row->now->name);
        weights = true;
      }
  about_->setText(context.row == nullptr ? tr("Select a layer to change it alone.")
                  : !weights             ? tr("%1 carries no weights: nothing to optimize here.").arg(shown(context.row->now->name))
                  : layers_.size() == 1  ? tr("Only %1").arg(shown(context.row->now->name))
                                         : tr("%1 selected layers").arg(layers_.size()));
  for (const auto* fields : {&prune_->fields(), &quantize_->fields()})
    for (const auto& [label, widget] : *fields) widget->setEnabled(weights);
  if (context.project && context.project->recipe) quantize_->setCalibrationAvailable(context.project->recipe->calibration.has_value());
  apply_->setEnabled(false);
  showCandidate(context);
}

void OptimizeTab::showCandidate(const InspectorContext& context) {
  if (context.row == nullptr) {
    effects_->setRows({});
    coupled_->clear();
    return emit coupledFound({});
  }
  effects_->setRows(effectRows(*context.project, *context.row, context.candidate.get()));
  std::vector<NodeId> coupled;
  if (context.candidate && !steps().empty()) {
    coupled = coupledLayers(*context.project, *context.candidate, context.row->node);
    std::erase_if(coupled, [&](NodeId node) { return std::ranges::find(context.nodes, node) != context.nodes.end(); });
  }
  QStringList names;
  for (std::size_t i = 0; i < std::min<std::size_t>(coupled.size(), 4); ++i) names << shown(context.project->layers.row(coupled[i])->now->name);
  if (coupled.size() > 4) names << tr("%1 more").arg(coupled.size() - 4);
  coupled_->setText(names.isEmpty() ? QString() : tr("Shrinks with it: %1").arg(names.join(QStringLiteral(", "))));
  emit coupledFound(coupled);
}

std::vector<recipe::Step> OptimizeTab::steps() const {
  std::vector<recipe::Step> out;
  if (auto step = prune_->step(layers_)) out.push_back(std::move(*step));
  if (auto step = quantize_->step(layers_)) out.push_back(std::move(*step));
  return out;
}

void OptimizeTab::ask(bool settled) {
  const std::vector<recipe::Step> wanted = steps();
  apply_->setEnabled(!wanted.empty());
  if (wanted.empty()) return emit previewCleared();
  emit previewRequested(wanted);
  if (settled) emit settleRequested();
}

}  // namespace ew::widgets
