// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/welcome/welcome.h"

#include <QCommandLinkButton>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "widgets/common/painting.h"
#include "widgets/common/theme.h"

namespace ew::widgets {
namespace {

constexpr int kShownRecent = 6;

QCommandLinkButton* choice(QWidget* parent, const char* name, const QString& text, const QString& note, const QString& iconName) {
  auto* out = new QCommandLinkButton(text, note, parent);
  describe(out, name, text, note);
  out->setIcon(icon(iconName));
  return out;
}

}  // namespace

Welcome::Welcome(QWidget* parent) : QWidget(parent), recent_(new QVBoxLayout), recentBox_(new QWidget(this)) {
  describe(this, "welcome", tr("Welcome"));
  auto* title = new QLabel(QStringLiteral("Edgewright"), this);
  title->setFont(scaledFont(2.2, true));
  auto* subtitle = new QLabel(tr("Drop a model, a recipe or a bundle here"), this);
  subtitle->setFont(scaledFont(1.2));
  subtitle->setForegroundRole(QPalette::PlaceholderText);
  auto* sample = choice(this, "openSample", tr("Open the sample"), tr("A small Fashion-MNIST network with data: see it pruned and quantized beside its original"), QStringLiteral("sample"));
  auto* open = choice(this, "openFile", tr("Open a file"), tr("ONNX model, recipe or bundle (Ctrl+O)"), QStringLiteral("open"));
  auto* recentLayout = new QVBoxLayout(recentBox_);
  recentLayout->setContentsMargins(0, 0, 0, 0);
  auto* recentTitle = new QLabel(tr("Recent files"), recentBox_);
  recentTitle->setForegroundRole(QPalette::PlaceholderText);
  recentLayout->addWidget(recentTitle);
  recentLayout->addLayout(recent_);
  auto* box = new QWidget(this);
  box->setMaximumWidth(fontMetrics().averageCharWidth() * 76);
  auto* column = new QVBoxLayout(box);
  for (QWidget* widget : std::initializer_list<QWidget*>{title, subtitle}) column->addWidget(widget, 0, Qt::AlignHCenter);
  column->addSpacing(fontMetrics().height());
  for (QWidget* widget : std::initializer_list<QWidget*>{sample, open, recentBox_}) column->addWidget(widget);
  auto* outer = new QVBoxLayout(this);
  outer->addStretch(2);
  outer->addWidget(box, 0, Qt::AlignHCenter);
  outer->addStretch(3);
  connect(sample, &QCommandLinkButton::clicked, this, &Welcome::sampleRequested);
  connect(open, &QCommandLinkButton::clicked, this, &Welcome::openRequested);
  setRecent({});
}

void Welcome::setRecent(const QStringList& files) {
  while (QLayoutItem* item = recent_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  for (const QString& file : files.mid(0, kShownRecent)) {
    auto* link = choice(recentBox_, "recentFile", QFileInfo(file).fileName(), QFileInfo(file).absolutePath(), QStringLiteral("recipe"));
    connect(link, &QCommandLinkButton::clicked, this, [this, file] { emit recentRequested(file); });
    recent_->addWidget(link);
  }
  recentBox_->setVisible(!files.isEmpty());
}

void Welcome::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  QPen pen(theme().border, 2, Qt::DashLine);
  painter.setPen(pen);
  const int inset = fontMetrics().height();
  painter.drawRoundedRect(rect().adjusted(inset, inset, -inset, -inset), inset / 2.0, inset / 2.0);
}

}  // namespace ew::widgets
