// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "widgets/common/project_view.h"

namespace ew::widgets {

/// One list of everything that was done, left alone, failed or is worth a warning, in the order of the recipe.
struct ReportEntry {
  enum class Kind { Done, Kept, Warning, Error } kind = Kind::Done;
  int step = -1;                 ///< of the recipe; -1: the model or the device
  QString where, what, reason;   ///< node or device; verdict; words of the reason
  std::string node;              ///< display name, empty when it is about no node
};
std::vector<ReportEntry> reportEntries(const ProjectView& project);

class ReportModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Step, Where, What, Reason, kColumns };
  enum Role { KindRole = Qt::UserRole, NodeRole };
  using QAbstractTableModel::QAbstractTableModel;

  void setProject(const ProjectView* project);
  const std::vector<ReportEntry>& entries() const { return entries_; }
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : kColumns; }
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::vector<ReportEntry> entries_;
  QStringList stepNames_;
};

}  // namespace ew::widgets
