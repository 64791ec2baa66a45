// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/theme.h"

#include <QApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStyleFactory>
#include <algorithm>
#include <array>
#include <cmath>

// Resources of a static library are linked in only when somebody asks for them, from the global namespace.
static void initResources() { Q_INIT_RESOURCE(edgewright); }

namespace ew::widgets {
namespace {

std::vector<QColor> colours(const QJsonValue& list) {
  std::vector<QColor> out;
  for (const QJsonValue& entry : list.toArray()) out.emplace_back(entry.toString());
  return out;
}

Theme loadTheme(const QString& name) {
  initResources();
  QFile file(":/themes/" + name + ".json");
  file.open(QIODevice::ReadOnly);
  const QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
  Theme out;
  out.name = name;
  out.dark = json["dark"].toBool();
  const std::array fields{
      std::pair{"window", &out.window},       std::pair{"base", &out.base},
      std::pair{"alternate", &out.alternate}, std::pair{"raised", &out.raised},
      std::pair{"text", &out.text},           std::pair{"muted", &out.muted},
      std::pair{"border", &out.border},       std::pair{"grid", &out.grid},
      std::pair{"accent", &out.accent},       std::pair{"accentText", &out.accentText},
      std::pair{"selection", &out.selection}, std::pair{"good", &out.good},
      std::pair{"warning", &out.warning},     std::pair{"warningBack", &out.warningBack},
      std::pair{"error", &out.error},         std::pair{"original", &out.original},
      std::pair{"current", &out.current},     std::pair{"candidate", &out.candidate},
      std::pair{"canvas", &out.canvas},       std::pair{"node", &out.node},
      std::pair{"edge", &out.edge}};
  for (const auto& [key, colour] : fields) *colour = QColor(json[key].toString());
  out.sequential = colours(json["sequential"]);
  out.categorical = colours(json["categorical"]);
  Q_ASSERT(!out.sequential.empty() && !out.categorical.empty());
  return out;
}

Theme& active() {
  static Theme instance = loadTheme("light");
  return instance;
}

}  // namespace

const Theme& theme() { return active(); }

QColor Theme::heat(double fraction) const {
  const double at = std::clamp(fraction, 0.0, 1.0) * static_cast<double>(sequential.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sequential.size() - 1);
  return mix(sequential[low], sequential[high], at - std::floor(at));
}

QPalette Theme::palette() const {
  QPalette out;
  out.setColor(QPalette::Window, window);
  out.setColor(QPalette::WindowText, text);
  out.setColor(QPalette::Base, base);
  out.setColor(QPalette::AlternateBase, alternate);
  out.setColor(QPalette::Text, text);
  out.setColor(QPalette::Button, raised);
  out.setColor(QPalette::ButtonText, text);
  out.setColor(QPalette::BrightText, error);
  out.setColor(QPalette::ToolTipBase, raised);
  out.setColor(QPalette::ToolTipText, text);
  out.setColor(QPalette::PlaceholderText, muted);
  out.setColor(QPalette::Highlight, accent);
  out.setColor(QPalette::HighlightedText, accentText);
  out.setColor(QPalette::Link, accent);
  out.setColor(QPalette::LinkVisited, accent);
  out.setColor(QPalette::Light, mix(raised, Qt::white, dark ? 0.08 : 0.8));
  out.setColor(QPalette::Midlight, mix(raised, border, 0.3));
  out.setColor(QPalette::Mid, border);
  out.setColor(QPalette::Dark, mix(border, Qt::black, 0.25));
  out.setColor(QPalette::Shadow, mix(window, Qt::black, dark ? 0.6 : 0.4));
  for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    out.setColor(QPalette::Disabled, role, mix(muted, window, 0.4));
  out.setColor(QPalette::Disabled, QPalette::Highlight, border);
  return out;
}

QString Theme::styleSheet() const {
  // Only what the palette cannot say.
  return QStringLiteral(
             "QToolTip { background: %1; color: %2; border: 1px solid %3; padding: 4px; }"
             "QHeaderView::section { background: %4; color: %5; border: none; border-right: 1px solid %3;"
             " border-bottom: 1px solid %3; padding: 3px 6px; }"
             "QTableView, QTreeView, QListView { border: none; gridline-color: %6; }"
             "QTableView::item:selected, QTreeView::item:selected, QListView::item:selected"
             " { background: %7; color: %2; }"
             "QLineEdit[frame=\"true\"] { border: 1px solid %3; border-radius: 3px; padding: 2px 4px; background: %9; }"
             "QLineEdit[frame=\"true\"]:focus { border-color: %8; }"
             "QTreeView::item { padding: 2px 0; }"
             "QTabWidget::pane { border: none; border-top: 1px solid %3; }"
             "QTabBar::tab { padding: 5px 7px; color: %5; background: transparent; border: none;"
             " border-bottom: 2px solid transparent; }"
             "QTabBar::tab:selected { color: %2; border-bottom-color: %8; }"
             "QTabBar::tab:hover { color: %2; }"
             "QTabBar::tab:focus { background: %7; }"
             "QCheckBox::indicator, QTreeView::indicator, QListView::indicator { width: 13px; height: 13px;"
             " border: 1px solid %5; border-radius: 3px; background: %9; }"
             "QCheckBox::indicator:disabled { border-color: %3; }"
             "QCheckBox::indicator:focus { border-color: %8; }"
             "QCheckBox::indicator:checked, QTreeView::indicator:checked, QListView::indicator:checked"
             " { background: %8; border-color: %8; image: url(:/icons/checked-@.svg); }"
             "QDockWidget { titlebar-close-icon: none; }")
      .arg(raised.name(), text.name(), border.name(), window.name(), muted.name(), grid.name(), selection.name(),
           accent.name(), base.name())
      .replace(QLatin1Char('@'), name);
}

void applyTheme(QApplication& application, ThemeMode mode) {
  active() = loadTheme(mode == ThemeMode::Dark ? "dark" : "light");
  application.setStyle(QStyleFactory::create("Fusion"));
  application.setPalette(active().palette());
  application.setStyleSheet(active().styleSheet());
}

QColor readableOn(const QColor& background) {
  // Relative luminance as in WCAG 2; the threshold gives both texts the same contrast.
  const auto linear = [](double channel) {
    return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
  };
  const double luminance = 0.2126 * linear(background.redF()) + 0.7152 * linear(background.greenF()) +
                           0.0722 * linear(background.blueF());
  return luminance > 0.18 ? QColor(0x11, 0x14, 0x18) : QColor(Qt::white);
}

QColor mix(const QColor& a, const QColor& b, double fractionOfB) {
  const auto channel = [&](int x, int y) {
    return static_cast<int>(std::lround(x + (y - x) * std::clamp(fractionOfB, 0.0, 1.0)));
  };
  return {channel(a.red(), b.red()), channel(a.green(), b.green()), channel(a.blue(), b.blue()),
          channel(a.alpha(), b.alpha())};
}

QFont scaledFont(double factor, bool bold) {
  QFont font = QApplication::font();
  if (font.pointSizeF() > 0)
    font.setPointSizeF(font.pointSizeF() * factor);
  else
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(font.pixelSize() * factor))));
  font.setBold(bold);
  return font;
}

}  // namespace ew::widgets
