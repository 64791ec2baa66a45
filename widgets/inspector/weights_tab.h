// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/background.h"
#include "widgets/inspector/inspector_tab.h"
#include "widgets/inspector/layer_detail.h"

class QComboBox;
class QLabel;
class QStackedLayout;

namespace ew::widgets {

class ChannelRangeView;
class HistogramView;
class MessageView;
class ZeroMapView;

/// Histogram of the weights, ranges of the channels and where the zeros are; original and current over each other.
class WeightsTab : public InspectorTab {
  Q_OBJECT
 public:
  explicit WeightsTab(QWidget* parent);
  QString title() const override { return tr("Weights"); }
  void show(const InspectorContext& context) override;
  void showCandidate(const InspectorContext&) override {}
  bool busy() const { return job_.running(); }
  const LayerDetail& detail() const { return detail_; }

 private:
  void showDetail(LayerDetail detail);
  QStackedLayout* stack_;
  MessageView* message_;
  HistogramView* histogram_;
  ChannelRangeView* channels_;
  ZeroMapView* zeros_;
  LatestJob job_;
  LayerDetail detail_;
};

/// Histogram and range of what the layer passes on, from calibration.
class ActivationsTab : public InspectorTab {
  Q_OBJECT
 public:
  explicit ActivationsTab(QWidget* parent);
  QString title() const override { return tr("Activations"); }
  void show(const InspectorContext& context) override;
  void showCandidate(const InspectorContext&) override {}

 private:
  void showHistogram(const analysis::Histogram& histogram);
  void refreshClip();
  QStackedLayout* stack_;
  MessageView* message_;
  HistogramView* histogram_;
  QComboBox* calibrator_;
  QLabel* range_;
  std::optional<analysis::Histogram> shown_;
};

}  // namespace ew::widgets
