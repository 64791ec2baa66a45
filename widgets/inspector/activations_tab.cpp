// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedLayout>
#include <QVBoxLayout>

#include "widgets/common/message_view.h"
#include "widgets/common/painting.h"
#include "widgets/common/theme.h"
#include "widgets/common/units.h"
#include "widgets/inspector/histogram_view.h"
#include "widgets/inspector/weights_tab.h"

namespace ew::widgets {

ActivationsTab::ActivationsTab(QWidget* parent)
    : InspectorTab(parent), stack_(new QStackedLayout(this)), message_(new MessageView(this)),
      histogram_(new HistogramView("activationHistogram", tr("Histogram of the layer's output"), this)), calibrator_(new QComboBox(this)), range_(new QLabel(this)) {
  setObjectName("inspectorActivations");
  message_->setObjectName("activationsMessage");
  describe(calibrator_, "activationCalibrator", tr("Calibrator"));
  describe(range_, "activationRange", tr("Range that the calibrator chooses"));
  range_->setWordWrap(true);
  for (const transform::Calibrator& calibrator : transform::calibrators()) {
    calibrator_->addItem(QString::fromStdString(std::string(calibrator.name)));
    calibrator_->setItemData(calibrator_->count() - 1, QString::fromStdString(std::string(calibrator.description)), Qt::ToolTipRole);
  }
  auto* content = new QWidget(this);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(0, 4, 0, 4);
  auto* row = new QHBoxLayout;
  row->setContentsMargins(8, 0, 8, 0);
  row->addWidget(new QLabel(tr("Clip lines of"), content));
  row->addWidget(calibrator_);
  row->addWidget(range_, 1);
  column->addLayout(row);
  column->addWidget(histogram_, 1);
  stack_->addWidget(content);
  stack_->addWidget(message_);
  connect(calibrator_, &QComboBox::currentIndexChanged, this, &ActivationsTab::refreshClip);
}

void ActivationsTab::show(const InspectorContext& context) {
  shown_.reset();
  stack_->setCurrentIndex(1);
  if (context.row == nullptr) return message_->setMessage(tr("No layer is selected"), tr("Select one in the graph or the table."));
  const auto& versions = *context.project;
  for (const auto* version : {versions.current.get(), versions.original.get()}) {
    const bool now = version == versions.current.get();
    const Node* node = version->graph->node(now ? context.row->node : context.row->originalNode);
    if (!version->calibration || node == nullptr || node->output(0) == kNone) continue;
    const auto it = version->calibration->histograms.find(version->graph->value(node->output(0)).name);
    if (it != version->calibration->histograms.end()) return showHistogram(it->second);
  }
  message_->setMessage(tr("No activations were recorded"),
                       tr("Quantize with calibration data, and the range of every layer's output is shown here."));
}

void ActivationsTab::showHistogram(const analysis::Histogram& histogram) {
  shown_ = histogram;
  histogram_->setSeries({{tr("output"), histogram, [] { return theme().current; }}});
  refreshClip();
  stack_->setCurrentIndex(0);
}

void ActivationsTab::refreshClip() {
  const auto calibrators = transform::calibrators();
  const auto index = static_cast<std::size_t>(calibrator_->currentIndex());
  if (!shown_ || index >= calibrators.size()) return;
  const analysis::Range range = calibrators[index].range(*shown_, 8, false);
  histogram_->setClip(range);
  range_->setText(tr("%1 to %2").arg(number(range.low), number(range.high)));
}

}  // namespace ew::widgets
