// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/recovery.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <filesystem>

#include "app/session/session.h"
#include "app/window/preferences.h"
#include "core/base/file.h"
#include "core/recipe/recipe.h"

namespace ew::window {
namespace {

constexpr int keepAfterMs = 500;
const QString ownerKey = QStringLiteral("recovery/file");  ///< the recipe that the unsaved work belongs to

}  // namespace

Recovery::Recovery(session::Session* session, QObject* parent) : QObject(parent), session_(session) {
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
  if (!remembersAnything() || folder.isEmpty() || !QDir().mkpath(folder)) return;
  lock_ = std::make_unique<QLockFile>(folder + QStringLiteral("/recovery.lock"));
  lock_->setStaleLockTime(0);  // a lock is stale only when its owner is gone
  if (!lock_->tryLock(0)) return;
  file_ = folder + QStringLiteral("/recovery.yaml");
  delay_.setSingleShot(true);
  delay_.setInterval(keepAfterMs);
  connect(&delay_, &QTimer::timeout, this, &Recovery::keep);
  connect(session_, &session::Session::recipeChanged, this, [this] { delay_.start(); });
  connect(session_->undoStack(), &QUndoStack::cleanChanged, this, [this] { delay_.start(); });
}

QString Recovery::found() const {
  if (file_.isEmpty() || !QFile::exists(file_)) return {};
  const Result<recipe::Recipe> kept = recipe::loadRecipe(file_.toStdString());
  if (!kept.ok()) return {};
  const QString owner = remembered(ownerKey).toString();
  return owner.isEmpty() ? QString::fromStdString(kept->model.filename().string()) : QFileInfo(owner).fileName();
}

void Recovery::restore() { session_->recover(file_.toStdString(), remembered(ownerKey).toString().toStdString()); }

void Recovery::forget() {
  delay_.stop();
  if (!file_.isEmpty()) QFile::remove(file_);
}

void Recovery::keep() {
  if (!session_->isModified()) return forget();
  // Paths are absolute there: the file lies far from the model. A failure only means that there is nothing to recover.
  if (writeFileAtomically(file_.toStdString(), recipe::toYaml(session_->recipe(), {})).ok())
    remember(ownerKey, QString::fromStdString(session_->recipeFile().string()));
}

}  // namespace ew::window
