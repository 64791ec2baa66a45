// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/window_actions.h"

#include <QCoreApplication>
#include <QMenu>
#include <QMessageBox>
#include <algorithm>
#include <utility>

namespace ew::window {
namespace {

QString text(const char* source) { return QCoreApplication::translate("ShortcutSheet", source); }

/// Keys that widgets handle themselves.
QList<std::pair<QString, QString>> builtinKeys() {
  return {{QStringLiteral("0"), text("Graph: 100 %")},
          {QStringLiteral("+ / −"), text("Graph: zoom")},
          {QStringLiteral("← ↑ → ↓"), text("Graph: next layer")},
          {text("Enter"), text("Graph: open a block")},
          {text("Tab"), text("Next control")}};
}

QString row(const QString& keys, const QString& what) {
  return QStringLiteral("<tr><td><b>%1</b>&nbsp;&nbsp;&nbsp;</td><td>%2</td></tr>").arg(keys.toHtmlEscaped(), what.toHtmlEscaped());
}

}  // namespace

QList<QAction*> windowActions(const QWidget* window) {
  QList<QAction*> out = window->findChildren<QAction*>();
  out.removeIf([](const QAction* each) { return each->isSeparator() || each->menu() != nullptr || !each->isVisible() || each->text().isEmpty(); });
  return out;
}

QString actionText(const QAction* action) {
  QString out = action->text();
  return out.remove(QLatin1Char('&'));
}

void showShortcutSheet(QWidget* window) {
  QList<std::pair<QString, QString>> lines;
  for (const QAction* each : windowActions(window))
    if (!each->shortcut().isEmpty()) lines.emplace_back(each->shortcut().toString(QKeySequence::NativeText), actionText(each));
  std::ranges::sort(lines, {}, &std::pair<QString, QString>::second);
  lines += builtinKeys();
  QString rows;
  for (const auto& [keys, what] : lines) rows += row(keys, what);
  auto* sheet = new QMessageBox(QMessageBox::NoIcon, text("Keyboard shortcuts"), QStringLiteral("<table>%1</table>").arg(rows), QMessageBox::Close, window);
  sheet->setObjectName(QStringLiteral("shortcutSheet"));
  sheet->setAttribute(Qt::WA_DeleteOnClose);
  sheet->setModal(false);
  sheet->show();
}

}  // namespace ew::window
