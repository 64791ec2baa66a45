// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/weights_tab.h"

#include <QCheckBox>
#include <QStackedLayout>
#include <QVBoxLayout>

#include "widgets/common/message_view.h"
#include "widgets/common/painting.h"
#include "widgets/common/theme.h"
#include "widgets/inspector/channel_views.h"
#include "widgets/inspector/histogram_view.h"

namespace ew::widgets {

WeightsTab::WeightsTab(QWidget* parent)
    : InspectorTab(parent), stack_(new QStackedLayout(this)), message_(new MessageView(this)),
      histogram_(new HistogramView("weightHistogram", tr("Histogram of the weights"), this)), channels_(new ChannelRangeView(this)), zeros_(new ZeroMapView(this)) {
  setObjectName("inspectorWeights");
  message_->setObjectName("weightsMessage");
  auto* content = new QWidget(this);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(0, 2, 0, 0);
  column->setSpacing(2);
  auto* logarithmic = new QCheckBox(tr("Logarithmic counts"), content);
  describe(logarithmic, "weightsLogarithmic", logarithmic->text());
  connect(logarithmic, &QCheckBox::toggled, histogram_, &HistogramView::setLogarithmic);
  column->addWidget(histogram_, 4);
  column->addWidget(logarithmic, 0, Qt::AlignRight);
  column->addWidget(channels_, 3);
  column->addWidget(zeros_, 4);
  stack_->addWidget(content);
  stack_->addWidget(message_);
}

void WeightsTab::show(const InspectorContext& context) {
  if (context.row == nullptr || (context.row->now->weightPrecision.empty() && (context.row->before == nullptr || context.row->before->weightPrecision.empty()))) {
    job_.cancel();
    detail_ = {};
    message_->setMessage(context.row == nullptr ? tr("No layer is selected") : tr("This node carries no weights"),
                         tr("Select a layer with weights in the graph or the table."));
    return stack_->setCurrentIndex(1);
  }
  const NodeId node = context.row->node, past = context.row->originalNode;
  job_.start([this, project = context.project, node, past](Progress& progress) -> std::function<void()> {
    const bool same = project->original->graph == project->current->graph;
    LayerDetail detail = layerDetail(same ? nullptr : project->original->graph.get(), past, project->current->graph.get(), node, progress);
    return [this, detail = std::move(detail)]() mutable { showDetail(std::move(detail)); };
  });
}

void WeightsTab::showDetail(LayerDetail detail) {
  detail_ = std::move(detail);
  if (!detail_.current.known && !detail_.original.known) {
    message_->setMessage(tr("The weights cannot be shown"), tr("They are computed while the model runs, or of a type that has no numbers."));
    return stack_->setCurrentIndex(1);
  }
  std::vector<HistogramView::Series> series;
  if (detail_.original.known) series.push_back({tr("original"), detail_.original.histogram, [] { return theme().original; }});
  if (detail_.current.known) series.push_back({tr("current"), detail_.current.histogram, [] { return theme().current; }});
  histogram_->setSeries(std::move(series));
  channels_->setChannels(detail_.original.channels, detail_.current.channels);
  zeros_->setMap(detail_.current);
  stack_->setCurrentIndex(0);
}

}  // namespace ew::widgets
