// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <vector>

#include "core/ops/freeze.h"

class QLabel;
class QPushButton;
class QSpinBox;
class QTableWidget;
class QTimer;

namespace ew::session {
class Session;
}

namespace ew::window {

/// Fixes what is dynamic in the inputs: a number for each symbol, and what the outputs become with it. Applying is an
/// edit of the recipe, so it can be undone and is saved with it.
class ShapeDialog : public QDialog {
  Q_OBJECT
 public:
  explicit ShapeDialog(session::Session* session, QWidget* parent = nullptr);

 private:
  struct Row {
    std::vector<std::string> keys;  ///< what the extents are fixed by: the symbol, or "input:axis" for each place
    QSpinBox* extent;
  };
  void addRows();
  void addRow(const ops::DynamicDim& dim, int index);
  int fixedExtent(const ops::DynamicDim& dim) const;
  ops::FixedShapes chosen() const;
  void startCheck();
  void showOutputs(const Result<ops::Inference>& inference);
  void accept() override;

  session::Session* session_;
  std::shared_ptr<const Graph> model_;
  QTableWidget *dims_, *outputs_;
  QLabel* verdict_;
  QPushButton *apply_, *reset_;
  QTimer* delay_;
  std::vector<Row> rows_;
  int check_ = 0;  ///< the newest one counts
};

}  // namespace ew::window
