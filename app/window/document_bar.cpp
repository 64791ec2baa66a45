// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/document_bar.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>

#include "app/session/session.h"
#include "core/device/profile.h"
#include "widgets/common/painting.h"
#include "widgets/common/text.h"

namespace ew::window {
namespace {

constexpr int deviceCharacters = 22;

QString backendLabel(const QString& id) {
  if (id == QLatin1String("cpu")) return QStringLiteral("CPU");
  if (id == QLatin1String("vulkan")) return QStringLiteral("Vulkan");
  if (id == QLatin1String("fpga")) return QStringLiteral("FPGA");
  return id;
}

}  // namespace

DocumentBar::DocumentBar(session::Session* session, QWidget* parent)
    : QToolBar(tr("Device and backend"), parent), session_(session), device_(new QComboBox(this)), backends_(new QButtonGroup(this)) {
  setObjectName(QStringLiteral("documentBar"));
  widgets::describe(device_, "deviceBox", tr("Device"), tr("The device that latency, memory and energy are predicted for"));
  device_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  device_->setMinimumContentsLength(deviceCharacters);
  addWidget(new QLabel(tr(" Device "), this));
  addDevices();
  addWidget(device_);
  addWidget(new QLabel(tr("  Backend "), this));
  addBackends();
  connect(device_, &QComboBox::activated, this, [this] { session_->setDevice(device_->currentData().toString()); });
  connect(session_, &session::Session::recipeChanged, this, &DocumentBar::follow);
  follow();
}

void DocumentBar::addDevices() {
  for (const auto& [id, profile] : device::builtinProfiles()) {
    device_->addItem(widgets::shown(profile.name), QString::fromStdString(id));
    device_->setItemData(device_->count() - 1, widgets::shownHtml(profile.description), Qt::ToolTipRole);
  }
}

void DocumentBar::addBackends() {
  backends_->setExclusive(true);
  for (const auto& backend : session_->backends().all()) {
    const QString id = QString::fromStdString(backend->id());
    if (id == QLatin1String("reference")) continue;  // the definition, far too slow to work with
    auto* button = new QToolButton(this);
    button->setText(backendLabel(id));
    button->setCheckable(true);
    widgets::describe(button, qPrintable(QStringLiteral("backend_") + id), tr("Backend %1").arg(backendLabel(id)));
    const Status available = backend->available();
    button->setEnabled(available.ok());
    button->setToolTip(widgets::shown(available.ok() ? backend->description() : available.error().text()));
    button->setProperty("backendId", id);
    backends_->addButton(button);
    addWidget(button);
    connect(button, &QToolButton::clicked, this, [this, id] { session_->setBackend(id); });
  }
}

void DocumentBar::follow() {
  const QSignalBlocker quiet(device_);
  device_->setCurrentIndex(device_->findData(QString::fromStdString(session_->recipe().device)));
  for (QAbstractButton* button : backends_->buttons())
    if (button->property("backendId").toString().toStdString() == session_->recipe().backend) button->setChecked(true);
  setEnabled(session_->isOpen());
}

}  // namespace ew::window
