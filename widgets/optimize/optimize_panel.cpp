// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/optimize/optimize_panel.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QStyle>

#include "core/recipe/steps.h"
#include "widgets/common/flow_layout.h"
#include "widgets/common/painting.h"
#include "widgets/common/theme.h"

namespace ew::widgets {
namespace {

constexpr int kSliderSteps = 990;  // a tenth of a percent each, up to 99 %

/// Choices of a step's option, as the recipe's own table gives them.
void fillFrom(QComboBox* box, std::string_view step, const std::string& key) {
  for (const recipe::OptionInfo& option : recipe::findStepKind(step)->options()) {
    if (option.key != key) continue;
    for (const std::string& choice : option.choices) box->addItem(QString::fromStdString(choice));
    box->setToolTip(QString::fromStdString(option.description));
    box->setCurrentText(QString::fromStdString(option.defaultValue.get<std::string>()));
  }
}

void addLabelled(QHBoxLayout* row, const QString& text, QWidget* widget) {
  auto* label = new QLabel(text, widget->parentWidget());
  label->setBuddy(widget);
  row->addWidget(label);
  row->addWidget(widget);
}

}  // namespace

OptimizePanel::OptimizePanel(Selection* selection, QWidget* parent)
    : Panel(selection, parent), sparsity_(new QSlider(Qt::Horizontal, this)), sparsityBox_(new QDoubleSpinBox(this)),
      structure_(new QComboBox(this)), criterion_(new QComboBox(this)), scope_(new QComboBox(this)), precision_(new QComboBox(this)),
      calibrator_(new QComboBox(this)), preview_(new QPushButton(tr("Preview"), this)), apply_(new QPushButton(tr("Apply"), this)),
      hint_(new QLabel(this)) {
  describe(this, "optimizePanel", title());
  // Breaks into lines where the window is narrow.
  auto* row = new FlowLayout(this);
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  row->addWidget(buildPrune());
  row->addWidget(buildQuantize());
  describe(hint_, "optimizeHint", tr("Why it cannot be applied"));
  hint_->setForegroundRole(QPalette::PlaceholderText);
  row->addWidget(hint_);
  describe(preview_, "optimizePreview", tr("Preview"), tr("Measures what the change would give, without applying it"));
  preview_->setToolTip(tr("Measure what this would give, without applying it"));
  describe(apply_, "optimizeApply", tr("Apply"), tr("Appends the steps to the recipe"));
  apply_->setToolTip(tr("Append to the recipe; Ctrl+Z takes it back"));
  row->addWidget(preview_);
  row->addWidget(apply_);
  connect(preview_, &QPushButton::clicked, this, [this] {
    emit previewRequested(steps());
    emit settleRequested();
  });
  connect(apply_, &QPushButton::clicked, this, [this] {
    const std::vector<recipe::Step> chosen = steps();
    reset();
    emit applyRequested(chosen);
  });
  updateButtons();
}

QWidget* OptimizePanel::buildPrune() {
  auto* group = new QWidget(this);
  auto* row = new QHBoxLayout(group);
  row->setContentsMargins(0, 0, 0, 0);
  describe(sparsity_, "sparsitySlider", tr("Sparsity to prune to, in percent"));
  sparsity_->setRange(0, kSliderSteps);
  sparsity_->setPageStep(50);
  sparsity_->setMinimumWidth(fontMetrics().averageCharWidth() * 14);
  describe(sparsityBox_, "sparsityBox", tr("Sparsity in percent"));
  sparsityBox_->setRange(0, kSliderSteps / 10.0);
  sparsityBox_->setDecimals(1);
  sparsityBox_->setSuffix(QStringLiteral(" %"));
  sparsityBox_->setKeyboardTracking(false);
  describe(structure_, "structureBox", tr("What is pruned"));
  describe(criterion_, "criterionBox", tr("Pruning criterion"));
  describe(scope_, "scopeBox", tr("Pruning scope"));
  fillFrom(structure_, "prune", "structure");
  fillFrom(criterion_, "prune", "criterion");
  fillFrom(scope_, "prune", "scope");
  structure_->setCurrentText(QStringLiteral("channel"));
  scope_->setCurrentText(QStringLiteral("global"));
  addLabelled(row, tr("&Prune"), sparsity_);
  row->setStretchFactor(sparsity_, 1);
  row->addWidget(sparsityBox_);
  row->addWidget(structure_);
  row->addWidget(criterion_);
  row->addWidget(scope_);
  connect(sparsity_, &QSlider::valueChanged, this, [this](int value) {
    const QSignalBlocker quiet(sparsityBox_);
    sparsityBox_->setValue(value / 10.0);
    changed();
    if (!sparsity_->isSliderDown()) emit settleRequested();
  });
  connect(sparsity_, &QSlider::sliderReleased, this, &OptimizePanel::settleRequested);
  connect(sparsityBox_, &QDoubleSpinBox::valueChanged, this, [this](double value) { sparsity_->setValue(qRound(value * 10)); });
  for (QComboBox* box : {structure_, criterion_, scope_})
    connect(box, &QComboBox::currentIndexChanged, this, [this] {
      changed();
      emit settleRequested();
    });
  return group;
}

QWidget* OptimizePanel::buildQuantize() {
  auto* group = new QWidget(this);
  auto* row = new QHBoxLayout(group);
  row->setContentsMargins(0, 0, 0, 0);
  describe(precision_, "precisionBox", tr("Precision"));
  precision_->addItem(tr("float, as it is"), QString());
  precision_->addItem(tr("int8"), QStringLiteral("uint8"));
  precision_->addItem(tr("int8 weights only"), QStringLiteral("none"));
  precision_->setToolTip(tr("Precision of the whole model; int8 needs calibration data"));
  describe(calibrator_, "calibratorBox", tr("Calibrator"));
  fillFrom(calibrator_, "quantize", "calibrator");
  calibrator_->setCurrentText(QStringLiteral("mse"));
  addLabelled(row, tr("&Quantize"), precision_);
  row->addWidget(calibrator_);
  calibrator_->setEnabled(false);
  connect(precision_, &QComboBox::currentIndexChanged, this, [this] {
    calibrator_->setEnabled(precision_->currentData().toString() == QLatin1String("uint8"));
    changed();
    emit settleRequested();
  });
  connect(calibrator_, &QComboBox::currentIndexChanged, this, &OptimizePanel::changed);
  return group;
}

void OptimizePanel::setProject(std::shared_ptr<const ProjectView> project) {
  Panel::setProject(std::move(project));
  updateButtons();
}

std::vector<recipe::Step> OptimizePanel::steps() const {
  std::vector<recipe::Step> out;
  if (sparsity_->value() > 0) {
    recipe::Step prune;
    prune.name = "prune";
    prune.options = {{"structure", structure_->currentText().toStdString()}, {"criterion", criterion_->currentText().toStdString()},
                     {"scope", scope_->currentText().toStdString()}, {"sparsity", sparsity_->value() / 1000.0}};
    out.push_back(std::move(prune));
  }
  if (const QString activations = precision_->currentData().toString(); !activations.isEmpty()) {
    recipe::Step quantize;
    quantize.name = "quantize";
    quantize.options = {{"weights", "int8"}, {"activations", activations.toStdString()}, {"granularity", "channel"}};
    if (activations != QLatin1String("none")) quantize.options["calibrator"] = calibrator_->currentText().toStdString();
    out.push_back(std::move(quantize));
  }
  return out;
}

void OptimizePanel::changed() {
  updateButtons();
  const std::vector<recipe::Step> chosen = steps();
  if (chosen.empty()) emit previewCleared();
  else if (project()) emit previewRequested(chosen);
}

void OptimizePanel::reset() {
  const QSignalBlocker quietSlider(sparsity_), quietBox(sparsityBox_), quietPrecision(precision_);
  sparsity_->setValue(0);
  sparsityBox_->setValue(0);
  precision_->setCurrentIndex(0);
  calibrator_->setEnabled(false);
  updateButtons();
}

void OptimizePanel::updateButtons() {
  const bool open = project() != nullptr && project()->original != nullptr;
  const bool needsData = precision_->currentData().toString() == QLatin1String("uint8") && open && project()->recipe && !project()->recipe->calibration;
  hint_->setText(needsData ? tr("int8 needs calibration data: drop a data folder") : QString());
  hint_->setVisible(needsData);
  const bool ready = open && !needsData && !steps().empty();
  preview_->setEnabled(ready);
  apply_->setEnabled(ready);
  for (QWidget* control : std::initializer_list<QWidget*>{sparsity_, sparsityBox_, structure_, criterion_, scope_, precision_}) control->setEnabled(open);
}

}  // namespace ew::widgets
