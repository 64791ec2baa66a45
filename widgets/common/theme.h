// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>
#include <QString>
#include <vector>

class QApplication;

namespace ew::widgets {

/// All colours of the studio, read from resources/themes/<name>.json. Colour maps can be told apart by the
/// colour-blind: sequential runs from faint to strong in lightness, categorical is Okabe and Ito's set.
struct Theme {
  QString name;
  bool dark = false;
  QColor window, base, alternate, raised, text, muted, border, grid;
  QColor accent, accentText, selection;
  QColor good, warning, warningBack, error;
  QColor original, current, candidate;  ///< the three versions, wherever they are drawn together
  QColor canvas, node, edge;            ///< of the graph
  std::vector<QColor> sequential, categorical;

  /// Colour of a fraction 0..1 of the sequential map.
  QColor heat(double fraction) const;
  QColor category(std::size_t index) const { return categorical[index % categorical.size()]; }
  QPalette palette() const;
  QString styleSheet() const;
};

enum class ThemeMode { Light, Dark };

/// The theme in use. Widgets read it while painting, and repaint on QEvent::PaletteChange.
const Theme& theme();
/// Fusion style, palette and style sheet for the whole program.
void applyTheme(QApplication& application, ThemeMode mode);

/// `background` decides between black and white text.
QColor readableOn(const QColor& background);
QColor mix(const QColor& a, const QColor& b, double fractionOfB);
/// The application's font, larger or smaller by a factor.
QFont scaledFont(double factor, bool bold = false);
/// An icon of resources/icons drawn in the theme's text colour, whatever theme is in use when it is painted.
QIcon icon(const QString& name);

}  // namespace ew::widgets
