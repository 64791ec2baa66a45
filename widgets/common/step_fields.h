// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <utility>
#include <vector>

class QCheckBox;
class QComboBox;
class QSlider;
class QSpinBox;
class QWidget;

namespace ew::widgets {

/// The fields with which the user asks for pruning: sparsity, structure, criterion and, for the whole model, scope and
/// alignment. Choices come from the table of steps. Whoever shows them lays out fields().
class PruneFields : public QObject {
  Q_OBJECT
 public:
  using Field = std::pair<QString, QWidget*>;  ///< label (may be empty) and widget

  PruneFields(bool wholeModel, QWidget* parent);
  const std::vector<Field>& fields() const { return fields_; }
  QCheckBox* active() const { return active_; }
  QSlider* slider() const { return slider_; }
  double sparsity() const;
  /// The step, empty when it is off. `layers` are display names; none means the whole model.
  QString step(const QStringList& layers = {}) const;

 signals:
  void changed(bool settled);  ///< settled: not in the middle of a drag

 private:
  QComboBox* combo(const char* name, const char* option, const QString& label, QWidget* parent);
  bool wholeModel_;
  std::vector<Field> fields_;
  QCheckBox *active_, *align_ = nullptr;
  QSlider* slider_;
  QSpinBox* percent_;
  QComboBox *structure_, *criterion_, *scope_ = nullptr;
};

/// The fields for quantizing: one choice of precisions, granularity and calibrator.
class QuantizeFields : public QObject {
  Q_OBJECT
 public:
  explicit QuantizeFields(QWidget* parent);
  const std::vector<PruneFields::Field>& fields() const { return fields_; }
  QCheckBox* active() const { return active_; }
  QString step(const QStringList& layers = {}) const;
  /// Without calibration data only weights can be quantized: says so instead of offering the rest.
  void setCalibrationAvailable(bool available);

 signals:
  void changed(bool settled);

 private:
  void fillPresets();
  std::vector<PruneFields::Field> fields_;
  QCheckBox* active_;
  QComboBox *preset_, *calibrator_, *granularity_;
  bool calibration_ = true;
};

}  // namespace ew::widgets
