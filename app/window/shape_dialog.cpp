// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/shape_dialog.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QTimer>
#include <QVBoxLayout>
#include <limits>

#include "app/session/session.h"
#include "widgets/common/painting.h"
#include "widgets/common/text.h"

namespace ew::window {
namespace {

constexpr int checkDelayMs = 120;  // while a number is being typed

QTableWidget* table(QWidget* parent, const char* name, const QString& title, const QStringList& columns) {
  auto* out = new QTableWidget(0, static_cast<int>(columns.size()), parent);
  widgets::describe(out, name, title);
  out->setHorizontalHeaderLabels(columns);
  out->horizontalHeader()->setStretchLastSection(true);
  out->verticalHeader()->hide();
  out->setEditTriggers(QAbstractItemView::NoEditTriggers);
  out->setSelectionMode(QAbstractItemView::NoSelection);
  out->setTabKeyNavigation(false);
  return out;
}

QString placeText(const Graph& graph, const ops::DynamicDim::Place& place) {
  return QStringLiteral("%1:%2").arg(widgets::shown(graph.value(place.input).name)).arg(place.axis);
}

}  // namespace

ShapeDialog::ShapeDialog(session::Session* session, QWidget* parent)
    : QDialog(parent), session_(session), model_(session->originalModel()),
      dims_(table(this, "shapeDims", tr("Dynamic dimensions"), {tr("Dimension"), tr("Extent"), tr("Where (input:axis)")})),
      outputs_(table(this, "shapeOutputs", tr("Outputs with these extents"), {tr("Output"), tr("Shape")})), verdict_(new QLabel(this)),
      delay_(new QTimer(this)) {
  setObjectName(QStringLiteral("shapeDialog"));
  setWindowTitle(tr("Fix shapes"));
  resize(560, 460);
  verdict_->setWordWrap(true);
  widgets::describe(verdict_, "shapeVerdict", tr("What these extents give"));
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Apply | QDialogButtonBox::Cancel | QDialogButtonBox::Reset, this);
  apply_ = buttons->button(QDialogButtonBox::Apply);
  reset_ = buttons->button(QDialogButtonBox::Reset);
  widgets::describe(apply_, "shapeApply", tr("Apply"), tr("Fixes the shapes; can be undone"));
  widgets::describe(reset_, "shapeReset", tr("Reset"), tr("Makes all dimensions dynamic again"));
  apply_->setDefault(true);
  connect(apply_, &QPushButton::clicked, this, &ShapeDialog::accept);
  connect(reset_, &QPushButton::clicked, this, [this] {
    for (const Row& row : rows_) row.extent->setValue(0);
  });
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* dimsLabel = new QLabel(tr("&Dynamic dimensions of the inputs"), this);
  auto* outputsLabel = new QLabel(tr("&Outputs with these extents"), this);
  dimsLabel->setBuddy(dims_);
  outputsLabel->setBuddy(outputs_);
  auto* column = new QVBoxLayout(this);
  column->addWidget(dimsLabel);
  column->addWidget(dims_, 3);
  column->addWidget(outputsLabel);
  column->addWidget(outputs_, 2);
  column->addWidget(verdict_);
  column->addWidget(buttons);
  delay_->setSingleShot(true);
  delay_->setInterval(checkDelayMs);
  connect(delay_, &QTimer::timeout, this, &ShapeDialog::startCheck);
  addRows();
  startCheck();
}

void ShapeDialog::addRows() {
  const std::vector<ops::DynamicDim> dims = ops::dynamicDims(*model_);
  dims_->setRowCount(static_cast<int>(dims.size()));
  for (std::size_t i = 0; i < dims.size(); ++i) addRow(dims[i], static_cast<int>(i));
  dims_->resizeColumnsToContents();
  reset_->setEnabled(!dims.empty());
  if (!rows_.empty()) rows_.front().extent->setFocus();
}

void ShapeDialog::addRow(const ops::DynamicDim& dim, int index) {
  QStringList places;
  Row row;
  for (const auto& place : dim.places) {
    places << placeText(*model_, place);
    if (dim.symbol.empty()) row.keys.push_back(model_->value(place.input).name + ":" + std::to_string(place.axis));
  }
  if (!dim.symbol.empty()) row.keys.push_back(dim.symbol);
  const QString name = dim.symbol.empty() ? tr("(unnamed)") : widgets::shown(dim.symbol);
  row.extent = new QSpinBox(dims_);
  row.extent->setRange(0, std::numeric_limits<int>::max());
  row.extent->setSpecialValueText(tr("dynamic"));
  row.extent->setValue(fixedExtent(dim));
  row.extent->setMinimumWidth(110);
  widgets::describe(row.extent, "", tr("Extent of %1, %2").arg(name, places.join(QStringLiteral(", "))), tr("0 leaves it dynamic"));
  row.extent->setObjectName(QStringLiteral("shapeExtent%1").arg(index));
  connect(row.extent, &QSpinBox::valueChanged, this, [this] { delay_->start(); });
  dims_->setItem(index, 0, new QTableWidgetItem(name));
  dims_->setCellWidget(index, 1, row.extent);
  dims_->setItem(index, 2, new QTableWidgetItem(places.join(QStringLiteral(", "))));
  rows_.push_back(std::move(row));
}

/// What the recipe says of it now, whichever way it says so; 0: nothing.
int ShapeDialog::fixedExtent(const ops::DynamicDim& dim) const {
  const ops::FixedShapes& shapes = session_->recipe().shapes;
  const auto extentIn = [](const Dims& dims, std::size_t axis) { return axis < dims.size() ? static_cast<int>(std::min<std::int64_t>(dims[axis], std::numeric_limits<int>::max())) : 0; };
  for (const auto& place : dim.places) {
    const std::string& input = model_->value(place.input).name;
    if (const auto it = shapes.find(input); it != shapes.end()) return extentIn(it->second, place.axis);
    if (const auto it = shapes.find(input + ":" + std::to_string(place.axis)); it != shapes.end()) return extentIn(it->second, 0);
  }
  const auto it = shapes.find(dim.symbol);
  return !dim.symbol.empty() && it != shapes.end() ? extentIn(it->second, 0) : 0;
}

ops::FixedShapes ShapeDialog::chosen() const {
  ops::FixedShapes out;
  // Inputs of unknown rank have no rows: what the recipe says of them stays.
  for (const auto& [name, dims] : session_->recipe().shapes)
    if (const ValueId id = model_->valueNamed(name); model_->isInput(id) && !model_->value(id).shape) out[name] = dims;
  for (const Row& row : rows_)
    if (row.extent->value() > 0)
      for (const std::string& key : row.keys) out[key] = {row.extent->value()};
  return out;
}

/// Inference of a large model takes a moment: not on this thread.
void ShapeDialog::startCheck() {
  const int check = ++check_;
  const auto work = [self = QPointer<ShapeDialog>(this), model = model_, shapes = chosen(), check](Progress&) -> Result<session::JobQueue::Deliver> {
    auto inference = std::make_shared<Result<ops::Inference>>(ops::freezeShapes(*model, shapes));
    return session::JobQueue::Deliver([self, inference, check] {
      if (self && self->check_ == check) self->showOutputs(*inference);
    });
  };
  session_->jobs()->start(QStringLiteral("shapes"), tr("Check shapes"), work);
}

void ShapeDialog::showOutputs(const Result<ops::Inference>& inference) {
  apply_->setEnabled(inference.ok());
  if (!inference.ok()) {
    outputs_->setRowCount(0);
    verdict_->setText(tr("These extents do not fit: %1").arg(widgets::shown(inference.error().text())));
    return;
  }
  const Graph& graph = inference->graph;
  outputs_->setRowCount(static_cast<int>(graph.outputs().size()));
  int open = 0;
  for (int i = 0; i < outputs_->rowCount(); ++i) {
    const Value& value = graph.value(graph.outputs()[static_cast<std::size_t>(i)]);
    open += value.shape && value.shape->known() ? 0 : 1;
    outputs_->setItem(i, 0, new QTableWidgetItem(widgets::shown(value.name)));
    outputs_->setItem(i, 1, new QTableWidgetItem(value.shape ? widgets::shown(value.shape->text()) : tr("unknown")));
  }
  outputs_->resizeColumnToContents(0);
  if (rows_.empty()) verdict_->setText(tr("The inputs of this model have no dynamic dimensions."));
  else if (open == 0) verdict_->setText(tr("All output shapes are known."));
  else verdict_->setText(tr("%n output(s) keep a dynamic shape.", nullptr, open));
}

void ShapeDialog::accept() {
  for (const Row& row : rows_) row.extent->interpretText();
  session_->setShapes(chosen());
  QDialog::accept();
}

}  // namespace ew::window
