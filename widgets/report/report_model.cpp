// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/report/report_model.h"

#include <QCoreApplication>

#include "core/recipe/recipe.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"

namespace ew::widgets {
namespace {

using Kind = ReportEntry::Kind;

QString tr(const char* text) { return QCoreApplication::translate("Report", text); }

void addDevice(const ProjectView& project, std::vector<ReportEntry>& out) {
  if (!project.current->predicted) return;
  const QString device = shown(project.deviceName.empty() ? project.device : project.deviceName);
  for (const simulate::FitVerdict& verdict : project.current->predicted->verdicts)
    if (!verdict.fits) out.push_back({Kind::Warning, -1, device, tr("does not fit"), shown(verdict.text), {}});
}

}  // namespace

std::vector<ReportEntry> reportEntries(const ProjectView& project) {
  std::vector<ReportEntry> out;
  addDevice(project, out);
  for (const std::string& warning : project.warnings) out.push_back({Kind::Warning, -1, tr("model"), tr("warning"), shown(warning), {}});
  for (const std::string& warning : project.current->summary.warnings) out.push_back({Kind::Warning, -1, tr("model"), tr("warning"), shown(warning), {}});
  for (std::size_t i = 0; i < project.steps.size(); ++i) {
    const int step = static_cast<int>(i);
    if (!project.steps[i].error.empty()) out.push_back({Kind::Error, step, {}, tr("failed"), shown(project.steps[i].error), {}});
    for (const transform::NodeVerdict& verdict : project.steps[i].verdicts)
      out.push_back({verdict.verdict == "kept" ? Kind::Kept : Kind::Done, step, shown(verdict.node), shown(verdict.verdict), shown(verdict.reason), verdict.node});
  }
  return out;
}

void ReportModel::setProject(const ProjectView* project) {
  beginResetModel();
  entries_ = project == nullptr ? std::vector<ReportEntry>() : reportEntries(*project);
  stepNames_.clear();
  if (project != nullptr && project->recipe)
    for (std::size_t i = 0; i < project->recipe->steps.size(); ++i)
      stepNames_ << QStringLiteral("%1. %2").arg(i + 1).arg(shown(project->recipe->steps[i].name));
  endResetModel();
}

int ReportModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(entries_.size()); }

QVariant ReportModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const ReportEntry& entry = entries_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
      switch (index.column()) {
        case Step: return entry.step < 0 ? QString() : stepNames_.value(entry.step, QString::number(entry.step + 1));
        case Where: return entry.where;
        case What: return entry.what;
        default: return entry.reason;
      }
    case Qt::DecorationRole:
      if (index.column() != What) return {};
      return icon(entry.kind == Kind::Done ? "check" : entry.kind == Kind::Kept ? "info" : entry.kind == Kind::Warning ? "warning" : "error");
    case Qt::ForegroundRole:
      if (entry.kind == Kind::Error) return theme().error;
      if (entry.kind == Kind::Warning) return theme().warning;
      if (entry.kind == Kind::Kept || index.column() == Step) return theme().muted;
      return {};
    case KindRole: return static_cast<int>(entry.kind);
    case NodeRole: return QString::fromStdString(entry.node);
    default: return {};
  }
}

QVariant ReportModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
  if (role == Qt::TextAlignmentRole) return static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  const QStringList names{tr("Step"), tr("Where"), tr("What"), tr("Why, or how")};
  return names[section];
}

}  // namespace ew::widgets
