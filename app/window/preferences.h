// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QVariant>

namespace ew::window {

// What the studio keeps between starts: recent files, layout, theme.

QVariant remembered(const QString& key, const QVariant& fallback = {});
void remember(const QString& key, const QVariant& value);
/// From now on nothing is read or written: a picture must not depend on whoever takes it.
void rememberNothing();
bool remembersAnything();

}  // namespace ew::window
