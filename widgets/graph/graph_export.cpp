// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_export.h"

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>
#include <algorithm>
#include <cmath>

#include "core/base/file.h"
#include "core/base/text.h"
#include "widgets/common/theme.h"

namespace ew::widgets {
namespace {

constexpr double kMargin = 16, kLongestSide = 16000;

void paintWhole(QPainter& painter, const GraphPainter& graph, const QSizeF& size, double zoom) {
  painter.fillRect(QRectF({0, 0}, size), theme().canvas);
  painter.translate(kMargin, kMargin);
  painter.scale(zoom, zoom);
  graph.paint(painter, graph.scene()->bounds(), zoom);
}

}  // namespace

Status exportGraph(const GraphPainter& painter, const QString& path) {
  const std::string name = path.toStdString();
  if (!painter.scene()) return usageError("there is no graph to export");
  const QString suffix = QFileInfo(path).suffix().toLower();
  const QRectF bounds = painter.scene()->bounds();
  QBuffer buffer;
  buffer.open(QIODevice::WriteOnly);
  if (suffix == "svg") {
    const QSizeF size = bounds.size() + QSizeF(2 * kMargin, 2 * kMargin);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(size.toSize());
    generator.setViewBox(QRectF({0, 0}, size));
    generator.setTitle(QStringLiteral("Edgewright"));
    QPainter into(&generator);
    paintWhole(into, painter, size, 1);
  } else if (suffix == "png") {
    const double zoom = std::min(1.0, (kLongestSide - 2 * kMargin) / std::max({1.0, bounds.width(), bounds.height()}));
    const QSizeF size = bounds.size() * zoom + QSizeF(2 * kMargin, 2 * kMargin);
    QImage image(QSize(static_cast<int>(std::ceil(size.width())), static_cast<int>(std::ceil(size.height()))), QImage::Format_RGB32);
    if (image.isNull()) return limitReached("the picture of the graph is too large").at(name);
    QPainter into(&image);
    into.setRenderHint(QPainter::Antialiasing);
    paintWhole(into, painter, size, zoom);
    into.end();
    image.save(&buffer, "PNG");
  } else {
    return usageError("graphs are exported as .png or .svg, not " + inQuotes(suffix.toStdString())).at(name);
  }
  return writeFileAtomically(name, std::string_view(buffer.data().constData(), static_cast<std::size_t>(buffer.data().size())));
}

}  // namespace ew::widgets
