// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/fact_table.h"

#include <QEvent>
#include <QHeaderView>
#include <algorithm>

#include "widgets/common/painting.h"
#include "widgets/common/theme.h"

namespace ew::widgets {

FactTable::FactTable(const char* objectName, const QString& accessibleName, QWidget* parent) : QTreeWidget(parent) {
  describe(this, objectName, accessibleName);
  setColumnCount(4);
  setHeaderLabels({tr("Property"), tr("Original"), tr("Current"), tr("Candidate")});
  setRootIsDecorated(false);
  setAlternatingRowColors(true);
  setUniformRowHeights(true);
  setSelectionMode(QAbstractItemView::ExtendedSelection);
  setTextElideMode(Qt::ElideMiddle);
  header()->setSectionsMovable(false);
  header()->setStretchLastSection(false);
  header()->setMinimumSectionSize(fontMetrics().averageCharWidth() * 6);
}

void FactTable::setRows(const std::vector<Row>& rows) {
  rows_ = rows;
  clear();
  bool original = false, candidate = false;
  for (const Row& row : rows_) {
    auto* item = new QTreeWidgetItem(this, {row.name, row.original, row.current, row.candidate});
    for (int c = 0; c < 4; ++c) item->setToolTip(c, row.tip.isEmpty() ? item->text(c) : row.tip);
    original = original || (!row.original.isEmpty() && row.original != row.current);
    candidate = candidate || !row.candidate.isEmpty();
  }
  setColumnHidden(1, !original);
  setColumnHidden(3, !candidate);
  headerItem()->setText(2, original || candidate ? tr("Current") : tr("Value"));
  fitColumns();
  paintRows();
}

/// By the texts themselves: the view only measures rows that it has laid out.
void FactTable::fitColumns() {
  const QFontMetrics metrics(font());
  const int pad = metrics.averageCharWidth() * 2;
  for (int c = 0; c < 4; ++c) {
    int width = metrics.horizontalAdvance(headerItem()->text(c)) + pad;
    for (int i = 0; i < topLevelItemCount(); ++i) width = std::max(width, metrics.horizontalAdvance(topLevelItem(i)->text(c)) + pad);
    header()->setSectionResizeMode(c, QHeaderView::Interactive);
    setColumnWidth(c, std::min(width, metrics.averageCharWidth() * 26));
  }
  header()->setSectionResizeMode(isColumnHidden(3) ? 2 : 3, QHeaderView::Stretch);
}

void FactTable::paintRows() {
  for (int i = 0; i < topLevelItemCount(); ++i) {
    QTreeWidgetItem* item = topLevelItem(i);
    const Row& row = rows_[static_cast<std::size_t>(i)];
    item->setForeground(0, theme().muted);
    item->setForeground(1, theme().muted);
    item->setForeground(2, row.warn ? theme().warning : theme().text);
    item->setForeground(3, theme().candidate);
    QFont slanted = font();
    slanted.setItalic(true);
    item->setFont(3, slanted);
  }
}

void FactTable::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) paintRows();
  QTreeWidget::changeEvent(event);
}

}  // namespace ew::widgets
