// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/step_fields.h"

#include <QCheckBox>
#include <QComboBox>
#include <QJsonObject>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <algorithm>

#include "widgets/common/painting.h"
#include "widgets/common/step_text.h"

namespace ew::widgets {
namespace {

QComboBox* choiceBox(QWidget* parent, const char* objectName, const QString& label, const StepOption& option) {
  auto* box = new QComboBox(parent);
  describe(box, objectName, label);
  box->addItems(option.choices);
  box->setCurrentText(option.defaultText);
  box->setToolTip(option.description);
  return box;
}

}  // namespace

PruneFields::PruneFields(bool wholeModel, QWidget* parent)
    : QObject(parent), wholeModel_(wholeModel), active_(new QCheckBox(tr("Prune"), parent)), slider_(new QSlider(Qt::Horizontal, parent)),
      percent_(new QSpinBox(parent)) {
  describe(active_, "pruneActive", tr("Prune"));
  active_->setToolTip(tr("Set unimportant weights to zero, or remove whole channels"));
  describe(slider_, "pruneSlider", tr("Sparsity"), stepOption("prune", "sparsity").description);
  slider_->setRange(0, 95);
  slider_->setValue(0);
  slider_->setPageStep(5);
  slider_->setMinimumWidth(slider_->fontMetrics().averageCharWidth() * 14);
  slider_->setToolTip(stepOption("prune", "sparsity").description);
  describe(percent_, "prunePercent", tr("Sparsity in percent"));
  percent_->setRange(0, 95);
  percent_->setSuffix(tr(" %"));
  fields_ = {{QString(), active_}, {QString(), slider_}, {QString(), percent_}};
  structure_ = combo("pruneStructure", "structure", tr("Structure"), parent);
  criterion_ = combo("pruneCriterion", "criterion", tr("Criterion"), parent);
  if (wholeModel) {
    scope_ = combo("pruneScope", "scope", tr("Scope"), parent);
    align_ = new QCheckBox(tr("Align to device"), parent);
    describe(align_, "pruneAlign", tr("Align to device"), stepOption("prune", "align").description);
    align_->setToolTip(stepOption("prune", "align").description);
    fields_.emplace_back(QString(), align_);
    connect(align_, &QCheckBox::toggled, this, [this] { emit changed(true); });
  }
  connect(slider_, &QSlider::valueChanged, this, [this](int value) {
    {
      const QSignalBlocker quiet(percent_), still(active_);
      percent_->setValue(value);
      active_->setChecked(value > 0);
    }
    emit changed(!slider_->isSliderDown());
  });
  connect(slider_, &QSlider::sliderReleased, this, [this] { emit changed(true); });
  connect(percent_, &QSpinBox::valueChanged, slider_, &QSlider::setValue);
  connect(active_, &QCheckBox::toggled, this, [this](bool on) {
    if (on && slider_->value() == 0) {
      const QSignalBlocker quiet(slider_), still(percent_);
      slider_->setValue(30);
      percent_->setValue(30);
    }
    emit changed(true);
  });
}

QComboBox* PruneFields::combo(const char* name, const char* option, const QString& label, QWidget* parent) {
  QComboBox* box = choiceBox(parent, name, label, stepOption("prune", QLatin1String(option)));
  fields_.emplace_back(label, box);
  connect(box, &QComboBox::currentIndexChanged, this, [this] { emit changed(true); });
  return box;
}

double PruneFields::sparsity() const { return slider_->value() / 100.0; }

QString PruneFields::step(const QStringList& layers) const {
  if (!active_->isChecked() || slider_->value() == 0) return {};
  QJsonObject options{{"structure", structure_->currentText()}, {"criterion", criterion_->currentText()}};
  if (layers.isEmpty()) {
    options["sparsity"] = sparsity();
    if (scope_ != nullptr) options["scope"] = scope_->currentText();
    if (align_ != nullptr && align_->isChecked()) options["align"] = "device";
  } else {
    QJsonObject each;
    for (const QString& layer : layers) each[layer] = sparsity();
    options["sparsity"] = 0;
    options["layers"] = each;
  }
  return stepText("prune", options);
}

QuantizeFields::QuantizeFields(QWidget* parent) : QObject(parent), active_(new QCheckBox(tr("Quantize"), parent)) {
  describe(active_, "quantizeActive", tr("Quantize"));
  active_->setToolTip(tr("Store weights, and pass activations on, as small integers"));
  preset_ = new QComboBox(parent);
  describe(preset_, "quantizePreset", tr("Precision"));
  calibrator_ = choiceBox(parent, "quantizeCalibrator", tr("Calibrator"), stepOption("quantize", "calibrator"));
  granularity_ = choiceBox(parent, "quantizeGranularity", tr("Granularity"), stepOption("quantize", "granularity"));
  fillPresets();
  fields_ = {{QString(), active_}, {tr("Precision"), preset_}, {tr("Calibrator"), calibrator_}, {tr("Granularity"), granularity_}};
  connect(active_, &QCheckBox::toggled, this, [this] { emit changed(true); });
  for (const QComboBox* box : {preset_, calibrator_, granularity_})
    connect(box, &QComboBox::currentIndexChanged, this, [this] {
      if (active_->isChecked()) emit changed(true);
    });
}

void QuantizeFields::fillPresets() {
  const QSignalBlocker quiet(preset_);
  const QString before = preset_->currentText();
  preset_->clear();
  for (const QString& weights : stepOption("quantize", "weights").choices)
    for (const QString& activations : stepOption("quantize", "activations").choices) {
      const bool weightsOnly = activations == "none";
      if (!weightsOnly && !calibration_) continue;
      preset_->addItem(weightsOnly ? tr("%1 weights only").arg(weights) : tr("%1 weights, %2 activations").arg(weights, activations),
                       QStringList{weights, activations});
    }
  preset_->setCurrentIndex(std::max(0, preset_->findText(before)));
  preset_->setToolTip(calibration_ ? stepOption("quantize", "activations").description
                                   : tr("Without calibration data only weights can be quantized: drop a folder of samples"));
  calibrator_->setEnabled(calibration_);
}

void QuantizeFields::setCalibrationAvailable(bool available) {
  if (available == calibration_) return;
  calibration_ = available;
  fillPresets();
}

QString QuantizeFields::step(const QStringList& layers) const {
  const QStringList types = preset_->currentData().toStringList();
  if (!active_->isChecked() || types.size() != 2) return {};
  QJsonObject options{{"weights", types[0]}, {"activations", types[1]}, {"granularity", granularity_->currentText()}};
  if (types[1] != "none") options["calibrator"] = calibrator_->currentText();
  if (!layers.isEmpty()) {
    QJsonObject each{{"*", "float"}};
    for (const QString& layer : layers) each[layer] = QJsonObject{{"weights", types[0]}, {"activations", types[1]}};
    options["layers"] = each;
  }
  return stepText("quantize", options);
}

}  // namespace ew::widgets
