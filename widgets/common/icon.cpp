// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

#include "widgets/common/theme.h"

namespace ew::widgets {
namespace {

/// Draws an SVG whose strokes and fills say "currentColor" in the colour that the theme gives to the icon's mode.
class ThemedIcon final : public QIconEngine {
 public:
  explicit ThemedIcon(QString name) : name_(std::move(name)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    const Theme& colours = theme();
    QColor colour = colours.text;
    if (mode == QIcon::Disabled) colour = mix(colours.muted, colours.window, 0.5);
    QFile file(":/icons/" + name_ + ".svg");
    if (!file.open(QIODevice::ReadOnly)) return;
    QSvgRenderer renderer(file.readAll().replace("currentColor", colour.name().toLatin1()));
    renderer.render(painter, rect);
  }

  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap out(size);
    out.fill(Qt::transparent);
    QPainter painter(&out);
    paint(&painter, QRect(QPoint(0, 0), size), mode, state);
    return out;
  }

  QIconEngine* clone() const override { return new ThemedIcon(name_); }
  QString key() const override { return "edgewright"; }

 private:
  QString name_;
};

}  // namespace

QIcon icon(const QString& name) { return QIcon(new ThemedIcon(name)); }

}  // namespace ew::widgets
