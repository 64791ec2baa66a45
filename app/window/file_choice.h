// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

class QWidget;

namespace ew::window {

// File dialogs that remember their folder, and the list of recent files.

QString chooseOpen(QWidget* parent);                                 ///< empty when cancelled
QString chooseSave(QWidget* parent, const QString& title, const QString& suggested, const QString& filter);
QStringList recentFiles();                                           ///< newest first, existing only
void rememberRecent(const QString& path);

}  // namespace ew::window
