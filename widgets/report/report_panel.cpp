// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/report/report_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include "widgets/common/message_view.h"
#include "widgets/common/painting.h"
#include "widgets/common/units.h"
#include "widgets/report/report_model.h"

namespace ew::widgets {

/// Text in any column, and a kind.
class ReportPanel::Proxy : public QSortFilterProxyModel {
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;
  void setKind(int kind) {
    kind_ = kind;
    invalidateRowsFilter();
  }

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
    const auto kind = static_cast<ReportEntry::Kind>(sourceModel()->index(row, 0, parent).data(ReportModel::KindRole).toInt());
    const bool problem = kind == ReportEntry::Kind::Warning || kind == ReportEntry::Kind::Error;
    if (kind_ == 1 && kind != ReportEntry::Kind::Kept) return false;
    if (kind_ == 2 && !problem) return false;
    return QSortFilterProxyModel::filterAcceptsRow(row, parent);
  }

 private:
  int kind_ = 0;
};

ReportPanel::ReportPanel(Selection* selection, QWidget* parent)
    : Panel(selection, parent), model_(new ReportModel(this)), proxy_(new Proxy(this)), table_(new QTableView(this)), kind_(new QComboBox(this)),
      filter_(new QLineEdit(this)), count_(new QLabel(this)), empty_(new MessageView(this)) {
  describe(this, "reportPanel", title());
  describe(table_, "reportTable", tr("What was done and left alone"));
  describe(kind_, "reportKind", tr("What is listed"));
  describe(filter_, "reportFilter", tr("Filter"));
  describe(count_, "reportCount", tr("Number of rows"));
  empty_->setObjectName("reportEmpty");
  kind_->addItems({tr("Everything"), tr("Left alone"), tr("Warnings and errors")});
  filter_->setPlaceholderText(tr("Filter by node or reason"));
  filter_->setClearButtonEnabled(true);
  proxy_->setObjectName("reportProxy");
  proxy_->setSourceModel(model_);
  proxy_->setFilterKeyColumn(-1);
  proxy_->setFilterCaseSensitivity(Qt::CaseInsensitive);
  table_->setModel(proxy_);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setSortingEnabled(true);
  table_->sortByColumn(-1, Qt::AscendingOrder);
  table_->setAlternatingRowColors(true);
  table_->setShowGrid(false);
  table_->setWordWrap(false);
  table_->setIconSize(QSize(14, 14));
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
  table_->horizontalHeader()->setHighlightSections(false);
  table_->horizontalHeader()->setStretchLastSection(true);
  auto* row = new QHBoxLayout;
  row->setContentsMargins(6, 4, 6, 4);
  row->setSpacing(8);
  row->addWidget(kind_);
  row->addWidget(filter_, 1);
  row->addWidget(count_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(row);
  column->addWidget(table_, 1);
  column->addWidget(empty_, 1);
  connect(kind_, &QComboBox::currentIndexChanged, this, &ReportPanel::refresh);
  connect(filter_, &QLineEdit::textChanged, this, &ReportPanel::refresh);
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
    if (const QString node = now.data(ReportModel::NodeRole).toString(); !node.isEmpty()) this->selection()->selectNamed(node);
  });
  setFocusProxy(table_);
  refresh();
}

QSortFilterProxyModel* ReportPanel::proxy() const { return proxy_; }
void ReportPanel::setKind(int index) { kind_->setCurrentIndex(index); }

void ReportPanel::setProject(std::shared_ptr<const ProjectView> next) {
  Panel::setProject(std::move(next));
  model_->setProject(project().get());
  table_->resizeColumnsToContents();
  const int em = fontMetrics().averageCharWidth();
  table_->setColumnWidth(ReportModel::Where, std::min(table_->columnWidth(ReportModel::Where), 36 * em));
  refresh();
}

void ReportPanel::refresh() {
  proxy_->setKind(kind_->currentIndex());
  proxy_->setFilterFixedString(filter_->text().trimmed());
  const int rows = proxy_->rowCount();
  count_->setText(project() ? tr("%1 of %2").arg(grouped(rows), grouped(model_->rowCount())) : QString());
  const bool nothing = model_->rowCount() == 0;
  empty_->setMessage(!project() ? tr("No model is open") : nothing ? tr("Nothing to report") : tr("Nothing matches"),
                     !project() ? QString() : nothing ? tr("Apply a step, and what it did to every node is listed here, with the reason where it left one alone.") : tr("Clear the filter to see everything."));
  table_->setVisible(rows > 0);
  empty_->setVisible(rows == 0);
}

}  // namespace ew::widgets
