// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLockFile>
#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>

namespace ew::session {
class Session;
}

namespace ew::window {

/// Keeps the unsaved recipe in a file of the program's own, so that work survives a crash. Only the first studio that
/// runs does so: others would overwrite each other.
class Recovery : public QObject {
  Q_OBJECT
 public:
  Recovery(session::Session* session, QObject* parent);

  /// Unsaved work of an earlier run: the name to show; empty when there is none.
  QString found() const;
  void restore();
  /// The user decided about the unsaved work; nothing is kept any more.
  void forget();

 private:
  void keep();
  session::Session* session_;
  std::unique_ptr<QLockFile> lock_;
  QTimer delay_;
  QString file_;  ///< empty: another studio keeps its work there
};

}  // namespace ew::window
