// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/compare_model.h"

#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/common/units.h"

namespace ew::widgets {
namespace {

using Facts = analysis::LayerFacts;

QString valueOf(const Facts& facts, int column) {
  switch (column) {
    case CompareModel::Shape: return shown(facts.outputShape).replace(QLatin1String(" x "), QStringLiteral("×"));
    case CompareModel::Precision: return shown(facts.weightPrecision.empty() ? facts.activationPrecision : facts.weightPrecision);
    case CompareModel::Parameters: return facts.parameters == 0 ? QString() : grouped(facts.parameters);
    case CompareModel::Size: return facts.weightBytes == 0 ? QString() : quantity(Quantity::Bytes, static_cast<double>(facts.weightBytes));
    case CompareModel::Macs: return facts.macs == 0 ? QString() : quantity(Quantity::Macs, static_cast<double>(facts.macs));
    case CompareModel::Sparsity: return facts.weightPrecision.empty() ? QString() : quantity(Quantity::Percent, facts.sparsity * 100);
    default: return {};
  }
}

double numberOf(const Facts& facts, int column) {
  switch (column) {
    case CompareModel::Parameters: return static_cast<double>(facts.parameters);
    case CompareModel::Size: return static_cast<double>(facts.weightBytes);
    case CompareModel::Macs: return static_cast<double>(facts.macs);
    case CompareModel::Sparsity: return facts.sparsity;
    default: return 0;
  }
}

bool numeric(int column) { return column >= CompareModel::Parameters; }

}  // namespace

void CompareModel::setRows(std::vector<analysis::LayerDelta> rows) {
  beginResetModel();
  rows_ = std::move(rows);
  endResetModel();
}

int CompareModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(rows_.size()); }

QString CompareModel::text(const analysis::LayerDelta& delta, int column) const {
  const Facts& any = delta.after ? *delta.after : *delta.before;
  if (column == Layer) return shown(any.name);
  if (column == Change) return delta.kind == "same" ? tr("same") : delta.kind == "changed" ? tr("changed") : delta.kind == "removed" ? tr("removed") : tr("added");
  const QString before = delta.before ? valueOf(*delta.before, column) : QString(), after = delta.after ? valueOf(*delta.after, column) : QString();
  if (!delta.after) return before;
  return !delta.before || before == after ? after : QStringLiteral("%1 → %2").arg(before.isEmpty() ? QStringLiteral("0") : before, after.isEmpty() ? QStringLiteral("0") : after);
}

QVariant CompareModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const analysis::LayerDelta& row = delta(index.row());
  const Facts& any = row.after ? *row.after : *row.before;
  switch (role) {
    case Qt::DisplayRole: return text(row, index.column());
    case Qt::ToolTipRole: return index.column() == Layer ? QStringLiteral("%1 %2").arg(shown(any.op), shown(any.name)) : text(row, index.column());
    case KindRole: return QString::fromStdString(row.kind);
    case SortRole: return numeric(index.column()) ? QVariant(numberOf(any, index.column())) : QVariant(text(row, index.column()));
    case Qt::TextAlignmentRole: return static_cast<int>((numeric(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole:
      if (index.column() == Change && row.kind == "removed") return theme().warning;
      if (index.column() == Change && row.kind == "added") return theme().candidate;
      if (index.column() == Change && row.kind == "changed") return theme().current;
      if (row.kind == "same" || row.kind == "removed") return theme().muted;
      return {};
    default: return {};
  }
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
  if (role == Qt::TextAlignmentRole) return static_cast<int>((numeric(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  const QStringList names{tr("Layer"), tr("Change"), tr("Output shape"), tr("Precision"), tr("Parameters"), tr("Size"), tr("MACs"), tr("Zeros")};
  return names[section];
}

}  // namespace ew::widgets
