// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace ew::widgets {

/// A step as panels ask for it and as `--step` and recipe::parseStep() take it: `prune: {"sparsity":0.5}`.
QString stepText(const QString& name, const QJsonObject& options);

/// An option of a step as the table of steps knows it.
struct StepOption {
  QStringList choices;
  QString defaultText;
  QString description;
};
StepOption stepOption(const QString& step, const QString& option);

}  // namespace ew::widgets
