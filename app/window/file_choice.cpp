// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/file_choice.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>

#include "app/window/preferences.h"

namespace ew::window {
namespace {

constexpr int maxRecent = 12;
const QString folderKey = QStringLiteral("files/folder");
const QString recentKey = QStringLiteral("files/recent");

QString text(const char* source) { return QCoreApplication::translate("FileChoice", source); }

QString lastFolder() { return remembered(folderKey).toString(); }
void rememberFolder(const QString& path) { remember(folderKey, QFileInfo(path).absolutePath()); }

}  // namespace

QString chooseOpen(QWidget* parent) {
  const QString filter = text("Models, recipes, bundles (*.onnx *.yaml *.yml *.json *.ewb);;All files (*)");
  const QString path = QFileDialog::getOpenFileName(parent, text("Open"), lastFolder(), filter);
  if (!path.isEmpty()) rememberFolder(path);
  return path;
}

QString chooseSave(QWidget* parent, const QString& title, const QString& suggested, const QString& filter) {
  const QString start = QFileInfo(suggested).isAbsolute() ? suggested : lastFolder() + QLatin1Char('/') + suggested;
  const QString path = QFileDialog::getSaveFileName(parent, title, start, filter);
  if (!path.isEmpty()) rememberFolder(path);
  return path;
}

QStringList recentFiles() {
  QStringList out = remembered(recentKey).toStringList();
  out.removeIf([](const QString& path) { return !QFileInfo::exists(path); });
  return out;
}

void rememberRecent(const QString& path) {
  const QString absolute = QFileInfo(path).absoluteFilePath();
  QStringList files = recentFiles();
  files.removeAll(absolute);
  files.prepend(absolute);
  remember(recentKey, files.mid(0, maxRecent));
}

}  // namespace ew::window
