// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/preferences.h"

#include <QSettings>

namespace ew::window {
namespace {

bool persistent = true;

}  // namespace

QVariant remembered(const QString& key, const QVariant& fallback) { return persistent ? QSettings().value(key, fallback) : fallback; }

void remember(const QString& key, const QVariant& value) {
  if (persistent) QSettings().setValue(key, value);
}

void rememberNothing() { persistent = false; }
bool remembersAnything() { return persistent; }

}  // namespace ew::window
