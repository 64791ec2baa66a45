// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/step_text.h"

#include <QJsonDocument>

#include "core/recipe/steps.h"

namespace ew::widgets {

QString stepText(const QString& name, const QJsonObject& options) {
  return name + QStringLiteral(": ") + QString::fromUtf8(QJsonDocument(options).toJson(QJsonDocument::Compact));
}

StepOption stepOption(const QString& step, const QString& option) {
  StepOption out;
  const recipe::StepKind* kind = recipe::findStepKind(step.toStdString());
  if (kind == nullptr) return out;
  for (const recipe::OptionInfo& info : kind->options()) {
    if (info.key != option.toStdString()) continue;
    for (const std::string& choice : info.choices) out.choices << QString::fromStdString(choice);
    out.defaultText = QString::fromStdString(info.defaultValue.is_string() ? info.defaultValue.get<std::string>() : info.defaultValue.dump());
    out.description = QString::fromStdString(info.description);
  }
  return out;
}

}  // namespace ew::widgets
