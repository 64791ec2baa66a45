// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <QString>
#include <vector>

class QFont;
class QPainter;
class QWidget;

namespace ew::widgets {

/// What a panel shows instead of nothing: one line that says what is missing, one that says what to do.
void paintEmptyState(QPainter& painter, const QRectF& area, const QString& headline, const QString& hint);

/// Round numbers that divide low..high into about `wanted` steps, ends inside the range.
std::vector<double> axisTicks(double low, double high, int wanted);

/// Text cut at the end with an ellipsis to fit `width`.
QString elided(const QFont& font, const QString& text, double width);

/// Text stays readable: never below this size whatever the zoom.
inline constexpr double kSmallestTextPixels = 7.0;

/// Name, description (when not empty) and objectName in one go.
void describe(QWidget* widget, const char* objectName, const QString& accessibleName,
              const QString& accessibleDescription = {});

}  // namespace ew::widgets
