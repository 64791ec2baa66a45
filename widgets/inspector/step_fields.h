// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/recipe/recipe.h"

class QCheckBox;
class QComboBox;
class QSlider;
class QSpinBox;
class QWidget;

namespace ew::widgets {

/// A label (may be empty) and its widget; whoever shows the fields lays them out.
using StepField = std::pair<QString, QWidget*>;

/// How the user asks for some layers to be pruned. Choices come from the table of steps.
class PruneFields : public QObject {
  Q_OBJECT
 public:
  explicit PruneFields(QWidget* parent);
  const std::vector<StepField>& fields() const { return fields_; }
  /// Nothing when it is off. `layers` are display names; all others stay as they are.
  std::optional<recipe::Step> step(const std::vector<std::string>& layers) const;
  void reset();  ///< off, without a signal

 signals:
  void changed(bool settled);  ///< settled: not in the middle of a drag

 private:
  QComboBox* combo(const char* name, const char* option, const QString& label, QWidget* parent);
  std::vector<StepField> fields_;
  QCheckBox* active_;
  QSlider* slider_;
  QSpinBox* percent_;
  QComboBox *structure_, *criterion_;
};

/// How the user asks for some layers to be quantized.
class QuantizeFields : public QObject {
  Q_OBJECT
 public:
  explicit QuantizeFields(QWidget* parent);
  const std::vector<StepField>& fields() const { return fields_; }
  std::optional<recipe::Step> step(const std::vector<std::string>& layers) const;
  void reset();
  /// Without calibration data only weights can be quantized: offers nothing else, and says why.
  void setCalibrationAvailable(bool available);

 signals:
  void changed(bool settled);

 private:
  void fillPresets();
  std::vector<StepField> fields_;
  QCheckBox* active_;
  QComboBox *preset_, *calibrator_;
  bool calibration_ = true;
};

}  // namespace ew::widgets
