// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/latency_chart.h"

#include <QBarCategoryAxis>
#include <QBarSet>
#include <QChart>
#include <QChartView>
#include <QEvent>
#include <QHorizontalBarSeries>
#include <QLabel>
#include <QLegend>
#include <QScrollArea>
#include <QStackedLayout>
#include <QToolTip>
#include <QVBoxLayout>
#include <QValueAxis>
#include <algorithm>

#include "widgets/charts/chart_style.h"
#include "widgets/common/message_view.h"
#include "widgets/common/painting.h"
#include "widgets/common/theme.h"
#include "widgets/common/units.h"

namespace ew::widgets {
namespace {

constexpr std::size_t kMostLayers = 40;

}  // namespace

LatencyChart::LatencyChart(Selection* selection, QWidget* parent)
    : Panel(selection, parent), stack_(new QStackedLayout(this)), message_(new MessageView(this)), scroll_(new QScrollArea(this)), chart_(new QChart),
      view_(new QChartView(chart_)), more_(new QLabel) {
  describe(this, "latencyChart", title());
  describe(view_, "latencyChartView", tr("Bars of latency by layer"));
  describe(more_, "latencyMore", tr("Layers that are not shown"));
  message_->setObjectName("latencyMessage");
  more_->setContentsMargins(8, 0, 8, 4);
  more_->setForegroundRole(QPalette::PlaceholderText);
  auto* content = new QWidget;
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(view_, 1);
  column->addWidget(more_);
  describe(scroll_, "latencyScroll", tr("Latency by layer"));
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setWidgetResizable(true);
  scroll_->setWidget(content);
  stack_->addWidget(scroll_);
  stack_->addWidget(message_);
  view_->setFrameShape(QFrame::NoFrame);
  chart_->legend()->setAlignment(Qt::AlignTop);
  connect(selection, &Selection::changed, this, &LatencyChart::markSelection);
  rebuild();
}

void LatencyChart::setProject(std::shared_ptr<const ProjectView> next) {
  Panel::setProject(std::move(next));
  rebuild();
}

void LatencyChart::rebuild() {
  sets_.clear();
  chart_->removeAllSeries();
  for (QAbstractAxis* axis : chart_->axes()) {
    chart_->removeAxis(axis);
    delete axis;
  }
  bars_ = project() ? latencyBars(*project(), kMostLayers) : LatencyBars();
  if (bars_.layers.empty()) {
    message_->setMessage(project() ? tr("Latency is not known yet") : tr("No model is open"),
                         project() ? tr("Choose a device to predict it, or measure here.") : QString());
    return stack_->setCurrentIndex(1);
  }
  addBars();
  const int line = fontMetrics().height();
  const auto kinds = static_cast<int>(std::max<std::size_t>(1, sets_.size()));
  view_->setMinimumHeight(line * 5 + static_cast<int>(bars_.layers.size()) * (line / 2 * kinds + line * 2 / 3));
  more_->setVisible(bars_.omitted > 0);
  more_->setText(tr("and %1 faster layers, %2 together").arg(bars_.omitted).arg(quantity(Quantity::Milliseconds, bars_.omittedMs)));
  restyle();
  stack_->setCurrentIndex(0);
  markSelection();
}

void LatencyChart::addBars() {
  const std::array names{tr("original, measured"), tr("original, predicted"), tr("current, measured"), tr("current, predicted")};
  auto* series = new QHorizontalBarSeries;
  series->setBarWidth(0.8);
  double longest = 0;
  // The chart counts from below: the slowest layer comes last, the current version's bars lie above the original's.
  for (std::size_t k = 0; k < LatencyBars::kKinds; ++k) {
    if (!bars_.present[k]) continue;
    auto* set = new QBarSet(names[k]);
    for (auto layer = bars_.layers.rbegin(); layer != bars_.layers.rend(); ++layer) {
      set->append(layer->ms[k]);
      longest = std::max(longest, layer->ms[k]);
    }
    series->append(set);
    sets_.emplace_back(k, set);
  }
  chart_->addSeries(series);
  QStringList categories;
  for (auto layer = bars_.layers.rbegin(); layer != bars_.layers.rend(); ++layer) {
    QString name = layer->name.size() > 28 ? QStringLiteral("…") + layer->name.right(27) : layer->name;
    while (categories.contains(name)) name += QChar(0x200B);  // categories must differ; a zero-width mark is not seen
    categories << name;
  }
  auto* layers = new QBarCategoryAxis;
  layers->append(categories);
  layers->setGridLineVisible(false);
  auto* time = new QValueAxis;
  time->setRange(0, longest * 1.02);
  time->applyNiceNumbers();
  time->setLabelFormat(longest < 0.1 ? "%.3f ms" : longest < 1 ? "%.2f ms" : longest < 10 ? "%.1f ms" : "%.0f ms");
  chart_->addAxis(layers, Qt::AlignLeft);
  chart_->addAxis(time, Qt::AlignTop);
  series->attachAxis(layers);
  series->attachAxis(time);
  const auto node = [this](int index) { return bars_.layers[bars_.layers.size() - 1 - static_cast<std::size_t>(index)].node; };
  connect(series, &QAbstractBarSeries::clicked, this, [this, node](int index) { selection()->selectOnly(node(index)); });
  connect(series, &QAbstractBarSeries::hovered, this, [this, node](bool on, int index, QBarSet* set) {
    selection()->setHovered(on ? node(index) : kNone);
    if (!on) return QToolTip::hideText();
    const LatencyBars::Layer& layer = bars_.layers[bars_.layers.size() - 1 - static_cast<std::size_t>(index)];
    QToolTip::showText(QCursor::pos(), tr("%1\n%2: %3").arg(layer.name, set->label(), quantity(Quantity::Milliseconds, set->at(index))), view_);
  });
}

QColor LatencyChart::colourOf(std::size_t kind, bool selected) const {
  const QColor colour = selected ? theme().warning : kind == LatencyBars::Measured || kind == LatencyBars::Predicted ? theme().current : theme().original;
  const bool predicted = kind == LatencyBars::Predicted || kind == LatencyBars::PredictedBefore;
  return predicted ? mix(colour, theme().base, 0.55) : colour;
}

void LatencyChart::restyle() {
  styleChart(*chart_);
  view_->setBackgroundBrush(theme().base);
  for (const auto& [kind, set] : sets_) {
    set->setColor(colourOf(kind, false));
    const bool predicted = kind == LatencyBars::Predicted || kind == LatencyBars::PredictedBefore;
    set->setBorderColor(predicted ? mix(colourOf(kind, false), theme().text, 0.3) : colourOf(kind, false));
    set->setSelectedColor(colourOf(kind, true));
  }
}

void LatencyChart::markSelection() {
  for (const auto& [kind, set] : sets_) {
    set->deselectAllBars();
    for (std::size_t i = 0; i < bars_.layers.size(); ++i)
      if (selection()->contains(bars_.layers[i].node)) set->selectBar(static_cast<int>(bars_.layers.size() - 1 - i));
  }
}

void LatencyChart::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange && !sets_.empty()) restyle();
  Panel::changeEvent(event);
}

}  // namespace ew::widgets
