// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/recipe/recipe.h"
#include "widgets/common/panel.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSlider;

namespace ew::widgets {

/// The bar above the graph: what to do with the whole model. Asks for predictions while a control moves, for the
/// real thing when it comes to rest, and for the steps to be applied.
class OptimizePanel : public Panel {
  Q_OBJECT
 public:
  OptimizePanel(Selection* selection, QWidget* parent);

  QString title() const override { return tr("Optimize"); }
  void setProject(std::shared_ptr<const ProjectView> project) override;

  /// The steps that the controls stand for; empty when they change nothing.
  std::vector<recipe::Step> steps() const;

 signals:
  void previewRequested(const std::vector<ew::recipe::Step>& steps);
  /// The slider was let go, or the user asked: measure it for real.
  void settleRequested();
  void previewCleared();
  void applyRequested(const std::vector<ew::recipe::Step>& steps);

 private:
  QWidget* buildPrune();
  QWidget* buildQuantize();
  void changed();
  void reset();
  void updateButtons();

  QSlider* sparsity_;
  QDoubleSpinBox* sparsityBox_;
  QComboBox *structure_, *criterion_, *scope_, *precision_, *calibrator_;
  QPushButton *preview_, *apply_;
  QLabel* hint_;
};

}  // namespace ew::widgets
