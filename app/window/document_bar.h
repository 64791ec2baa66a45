// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QToolBar>

class QButtonGroup;
class QComboBox;

namespace ew::session {
class Session;
}

namespace ew::window {

/// Device and backend of the document in the tool bar. Lists what the profiles and the backend table hold; a backend
/// that this machine cannot run is shown disabled with its reason.
class DocumentBar : public QToolBar {
  Q_OBJECT
 public:
  DocumentBar(session::Session* session, QWidget* parent);

 private:
  void addDevices();
  void addBackends();
  void follow();
  session::Session* session_;
  QComboBox* device_;
  QButtonGroup* backends_;
};

}  // namespace ew::window
