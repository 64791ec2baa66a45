// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QList>
#include <QString>

class QWidget;

namespace ew::window {

/// The actions of a window and its panels that a user can run, without menus and separators.
QList<QAction*> windowActions(const QWidget* window);
/// The text of an action without its mnemonic.
QString actionText(const QAction* action);
/// Shows all shortcuts in a window that does not block.
void showShortcutSheet(QWidget* window);

}  // namespace ew::window
