// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/step_fields.h"

#include <QCheckBox>
#include <QComboBox>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QStringList>
#include <algorithm>

#include "core/recipe/steps.h"
#include "widgets/common/painting.h"

namespace ew::widgets {
namespace {

struct Option { QStringList choices; QString preset, description; };

Option optionOf(std::string_view step, std::string_view key) {
  Option out;
  const recipe::StepKind* kind = recipe::findStepKind(step);
  if (kind == nullptr) return out;
  for (const recipe::OptionInfo& info : kind->options()) {
    if (info.key != key) continue;
    for (const std::string& choice : info.choices) out.choices << QString::fromStdString(choice);
    if (info.defaultValue.is_string()) out.preset = QString::fromStdString(info.defaultValue.get<std::string>());
    out.description = QString::fromStdString(info.description);
  }
  return out;
}

QComboBox* choiceBox(QWidget* parent, const char* objectName, const QString& label, const Option& option) {
  auto* box = new QComboBox(parent);
  describe(box, objectName, label);
  box->addItems(option.choices);
  box->setCurrentText(option.preset);
  box->setToolTip(option.description);
  return box;
}

std::string textOf(const QComboBox* box) { return box->currentText().toStdString(); }

}  // namespace

PruneFields::PruneFields(QWidget* parent)
    : QObject(parent), active_(new QCheckBox(tr("Prune"), parent)), slider_(new QSlider(Qt::Horizontal, parent)), percent_(new QSpinBox(parent)) {
  describe(active_, "pruneActive", tr("Prune"));
  active_->setToolTip(tr("Set unimportant weights to zero, or remove whole channels"));
  const QString about = optionOf("prune", "sparsity").description;
  describe(slider_, "pruneSlider", tr("Sparsity"), about);
  slider_->setRange(0, 95);
  slider_->setPageStep(5);
  slider_->setToolTip(about);
  describe(percent_, "prunePercent", tr("Sparsity in percent"), about);
  percent_->setRange(0, 95);
  percent_->setSuffix(tr(" %"));
  fields_ = {{QString(), active_}, {QString(), slider_}, {QString(), percent_}};
  structure_ = combo("pruneStructure", "structure", tr("Structure"), parent);
  criterion_ = combo("pruneCriterion", "criterion", tr("Criterion"), parent);
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
  QComboBox* box = choiceBox(parent, name, label, optionOf("prune", option));
  fields_.emplace_back(label, box);
  connect(box, &QComboBox::currentIndexChanged, this, [this] {
    if (active_->isChecked()) emit changed(true);
  });
  return box;
}

std::optional<recipe::Step> PruneFields::step(const std::vector<std::string>& layers) const {
  if (!active_->isChecked() || slider_->value() == 0 || layers.empty()) return {};
  recipe::Step out;
  out.name = "prune";
  out.options = {{"structure", textOf(structure_)}, {"criterion", textOf(criterion_)}, {"sparsity", 0}};
  for (const std::string& layer : layers) out.options["layers"][layer] = slider_->value() / 100.0;
  return out;
}

void PruneFields::reset() {
  const QSignalBlocker quiet(slider_), still(percent_), calm(active_);
  slider_->setValue(0);
  percent_->setValue(0);
  active_->setChecked(false);
}

QuantizeFields::QuantizeFields(QWidget* parent)
    : QObject(parent), active_(new QCheckBox(tr("Quantize"), parent)), preset_(new QComboBox(parent)),
      calibrator_(choiceBox(parent, "quantizeCalibrator", tr("Calibrator"), optionOf("quantize", "calibrator"))) {
  describe(active_, "quantizeActive", tr("Quantize"));
  active_->setToolTip(tr("Store weights, and pass activations on, as small integers"));
  describe(preset_, "quantizePreset", tr("Precision"));
  fillPresets();
  fields_ = {{QString(), active_}, {tr("Precision"), preset_}, {tr("Calibrator"), calibrator_}};
  connect(active_, &QCheckBox::toggled, this, [this] { emit changed(true); });
  for (const QComboBox* box : {preset_, calibrator_})
    connect(box, &QComboBox::currentIndexChanged, this, [this] {
      if (active_->isChecked()) emit changed(true);
    });
}

void QuantizeFields::fillPresets() {
  const QSignalBlocker quiet(preset_);
  const QString before = preset_->currentText();
  preset_->clear();
  for (const QString& weights : optionOf("quantize", "weights").choices)
    for (const QString& activations : optionOf("quantize", "activations").choices) {
      const bool weightsOnly = activations == "none";
      if (!weightsOnly && !calibration_) continue;
      preset_->addItem(weightsOnly ? tr("%1 weights only").arg(weights) : tr("%1 weights, %2 activations").arg(weights, activations),
                       QStringList{weights, activations});
    }
  preset_->setCurrentIndex(std::max(0, preset_->findText(before)));
  preset_->setToolTip(calibration_ ? optionOf("quantize", "activations").description
                                   : tr("Without calibration data only weights can be quantized: drop a folder of samples"));
  calibrator_->setEnabled(calibration_);
}

void QuantizeFields::setCalibrationAvailable(bool available) {
  if (available == calibration_) return;
  calibration_ = available;
  fillPresets();
}

std::optional<recipe::Step> QuantizeFields::step(const std::vector<std::string>& layers) const {
  const QStringList types = preset_->currentData().toStringList();
  if (!active_->isChecked() || types.size() != 2 || layers.empty()) return {};
  const std::string weights = types[0].toStdString(), activations = types[1].toStdString();
  recipe::Step out;
  out.name = "quantize";
  out.options = {{"weights", weights}, {"activations", activations}};
  if (activations != "none") out.options["calibrator"] = textOf(calibrator_);
  out.options["layers"]["*"] = "float";  // exact names win over the pattern
  for (const std::string& layer : layers) out.options["layers"][layer] = {{"weights", weights}, {"activations", activations}};
  return out;
}

void QuantizeFields::reset() {
  const QSignalBlocker quiet(active_);
  active_->setChecked(false);
}

}  // namespace ew::widgets
