// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/live/live_panel.h"

#include <QChart>
#include <QChartView>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLegend>
#include <QLineSeries>
#include <QListWidget>
#include <QTableWidget>
#include <QVBoxLayout>
#include <QValueAxis>
#include <algorithm>

#include "widgets/common/painting.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/common/units.h"

namespace ew::widgets {
namespace {

enum Row { P50, P95, Accuracy, Top, kRows };

QString intervalText(const std::optional<data::Interval>& interval) {
  return interval ? withInterval(Quantity::Percent, interval->value, interval->low, interval->high) : QStringLiteral("\u2013");
}

QString topText(const LiveSide& side) {
  QStringList parts;
  for (std::size_t i = 0; i < std::min<std::size_t>(side.top.size(), 3); ++i)
    parts << QStringLiteral("%1 (%2)").arg(side.top[i].first).arg(number(static_cast<double>(side.top[i].second)));
  return parts.join(QStringLiteral(", "));
}

QList<QPointF> points(const std::vector<double>& values) {
  QList<QPointF> out;
  out.reserve(static_cast<qsizetype>(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) out.append({static_cast<double>(i), values[i]});
  return out;
}

}  // namespace

QImage imageOf(const Tensor& input) {
  const bool image = input.rank() == 4 && input.dim(0) == 1 && (input.dim(1) == 1 || input.dim(1) == 3);
  const Result<Tensor> floats = image ? toFloat32(input) : Result<Tensor>(invalid("no image"));
  if (!floats.ok() || floats->size() == 0) return {};
  const std::span<const float> values = floats->data<float>();
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const float span = std::max(*high - *low, 1e-12F);
  const auto height = static_cast<int>(input.dim(2)), width = static_cast<int>(input.dim(3));
  const std::size_t plane = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  const auto level = [&](std::size_t channel, std::size_t at) {
    const std::size_t index = (input.dim(1) == 3 ? channel : 0) * plane + at;
    return static_cast<int>(255.0F * (values[index] - *low) / span);
  };
  QImage out(width, height, QImage::Format_RGB32);
  for (int row = 0; row < height; ++row)
    for (int column = 0; column < width; ++column) {
      const std::size_t at = static_cast<std::size_t>(row) * static_cast<std::size_t>(width) + static_cast<std::size_t>(column);
      out.setPixel(column, row, qRgb(level(0, at), level(1, at), level(2, at)));
    }
  return out;
}

LivePanel::LivePanel(Selection* selection, QWidget* parent)
    : Panel(selection, parent), chart_(new QChart), chartView_(new QChartView(chart_, this)), original_(new QLineSeries(chart_)),
      current_(new QLineSeries(chart_)), x_(new QValueAxis(chart_)), y_(new QValueAxis(chart_)), figures_(new QTableWidget(kRows, 2, this)),
      input_(new QLabel(this)), state_(new QLabel(this)), strip_(new QListWidget(this)) {
  describe(this, "livePanel", title());
  buildChart();
  describe(figures_, "liveFigures", tr("Figures of the live run"));
  figures_->setHorizontalHeaderLabels({tr("original"), tr("current")});
  figures_->setVerticalHeaderLabels({tr("p50"), tr("p95"), tr("accuracy so far"), tr("top classes")});
  figures_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  figures_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  figures_->setSelectionMode(QAbstractItemView::NoSelection);
  for (int row = 0; row < kRows; ++row)
    for (int column = 0; column < 2; ++column) figures_->setItem(row, column, new QTableWidgetItem(QStringLiteral("\u2013")));
  describe(input_, "liveInput", tr("Current input"));
  input_->setAlignment(Qt::AlignCenter);
  input_->setMinimumWidth(fontMetrics().height() * 6);
  describe(state_, "liveState", tr("State of the live run"));
  state_->setWordWrap(true);
  describe(strip_, "liveStrip", tr("Samples on which the models disagree"));
  strip_->setViewMode(QListView::IconMode);
  strip_->setFlow(QListView::LeftToRight);
  strip_->setWrapping(false);
  strip_->setMovement(QListView::Static);
  strip_->setIconSize(QSize(36, 36));
  strip_->setMaximumHeight(fontMetrics().height() * 5);
  auto* left = new QVBoxLayout;
  left->addWidget(state_);
  left->addWidget(chartView_, 1);
  auto* right = new QVBoxLayout;
  right->addWidget(figures_, 1);
  right->addWidget(strip_);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(6, 4, 6, 4);
  row->addLayout(left, 3);
  row->addWidget(input_);
  row->addLayout(right, 3);
  setRunning(false);
}

void LivePanel::buildChart() {
  describe(chartView_, "liveChart", tr("Latency by frame"));
  chartView_->setRenderHint(QPainter::Antialiasing);
  chartView_->setFrameShape(QFrame::NoFrame);
  chart_->setAnimationOptions(QChart::NoAnimation);
  chart_->setMargins(QMargins(0, 0, 0, 0));
  original_->setName(tr("original"));
  current_->setName(tr("current"));
  for (QLineSeries* series : {original_, current_}) chart_->addSeries(series);
  chart_->addAxis(x_, Qt::AlignBottom);
  chart_->addAxis(y_, Qt::AlignLeft);
  for (QLineSeries* series : {original_, current_}) {
    series->attachAxis(x_);
    series->attachAxis(y_);
  }
  x_->setLabelFormat(QStringLiteral("%d"));
  x_->setTitleText(tr("frame"));
  y_->setTitleText(tr("latency, ms"));
  paintTheme();
}

void LivePanel::paintTheme() {
  chart_->setBackgroundBrush(theme().base);
  chart_->setBackgroundRoundness(0);
  chart_->legend()->setLabelColor(theme().text);
  original_->setPen(QPen(theme().original, 1.5));
  current_->setPen(QPen(theme().current, 1.5));
  for (QValueAxis* axis : {x_, y_}) {
    axis->setLabelsColor(theme().muted);
    axis->setTitleBrush(theme().muted);
    axis->setGridLineColor(theme().grid);
    axis->setLinePenColor(theme().border);
  }
}

void LivePanel::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) paintTheme();
  Panel::changeEvent(event);
}

void LivePanel::setRunning(bool running) {
  if (!running) state_->setText(tr("Press Live (Space) to run original and current model side by side."));
}

void LivePanel::show(std::shared_ptr<const LiveView> view) {
  original_->replace(points(view->original.latenciesMs));
  current_->replace(points(view->current.latenciesMs));
  double highest = 0;
  for (const LiveSide* side : {&view->original, &view->current})
    for (const double ms : side->latenciesMs) highest = std::max(highest, ms);
  x_->setRange(0, std::max<double>(10, static_cast<double>(view->original.latenciesMs.size())));
  y_->setRange(0, highest > 0 ? highest * 1.1 : 1);
  state_->setText(tr("%1: %2 frames, %3 frames/s for both, agreement %4")
                      .arg(shown(view->backend), grouped(view->frames), number(view->framesPerSecond), intervalText(view->agreement)));
  fillFigures(*view);
  fillStrip(*view);
}

void LivePanel::fillFigures(const LiveView& view) {
  int column = 0;
  for (const LiveSide* side : {&view.original, &view.current}) {
    figures_->item(P50, column)->setText(quantity(Quantity::Milliseconds, side->p50Ms));
    figures_->item(P95, column)->setText(quantity(Quantity::Milliseconds, side->p95Ms));
    figures_->item(Accuracy, column)->setText(intervalText(side->accuracy));
    figures_->item(Top, column)->setText(topText(*side));
    ++column;
  }
  const QImage image = imageOf(view.input);
  const int side = fontMetrics().height() * 6;
  if (!image.isNull()) input_->setPixmap(QPixmap::fromImage(image.scaled(side, side, Qt::KeepAspectRatio)));
  input_->setToolTip(tr("%1, label %2").arg(shown(view.inputName)).arg(view.label));
}

void LivePanel::fillStrip(const LiveView& view) {
  strip_->clear();
  for (const LiveDisagreement& sample : view.disagreements) {
    auto* item = new QListWidgetItem(QStringLiteral("%1 \u2192 %2").arg(sample.originalClass).arg(sample.currentClass), strip_);
    if (const QImage image = imageOf(sample.input); !image.isNull()) item->setIcon(QIcon(QPixmap::fromImage(image)));
    item->setToolTip(tr("%1: original says %2, current says %3, label %4").arg(shown(sample.name)).arg(sample.originalClass).arg(sample.currentClass).arg(sample.label));
  }
}

}  // namespace ew::widgets
