// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/recipe_list/recipe_panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QInputDialog>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <map>

#include "core/recipe/recipe.h"
#include "widgets/common/painting.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"

namespace ew::widgets {
namespace {

constexpr int kStepRole = Qt::UserRole;
constexpr int kNodeRole = Qt::UserRole + 1;

/// "channel, l1, 30 %": the option values in the order of the recipe, numbers as percent where they are shares.
QString summaryOf(const recipe::Step& step) {
  QStringList parts;
  for (const auto& [key, value] : step.options.items()) {
    if (value.is_object()) parts << QStringLiteral("%1: %2").arg(shown(key)).arg(value.size());
    else if (key == "sparsity" && value.is_number()) parts << QStringLiteral("%1 %").arg(value.get<double>() * 100, 0, 'g', 4);
    else if (value.is_string()) parts << shown(value.get<std::string>());
    else parts << QStringLiteral("%1 %2").arg(shown(key), shown(value.dump()));
  }
  return parts.join(QStringLiteral(", "));
}

QString countsOf(const std::vector<transform::NodeVerdict>& verdicts) {
  std::map<std::string, int> counts;
  for (const transform::NodeVerdict& verdict : verdicts) ++counts[verdict.verdict];
  QStringList parts;
  for (const auto& [verdict, count] : counts) parts << QStringLiteral("%1 %2").arg(count).arg(shown(verdict));
  return parts.join(QStringLiteral(", "));
}

QToolButton* button(QWidget* parent, const char* name, const char* iconName, const QString& tip) {
  auto* out = new QToolButton(parent);
  describe(out, name, tip);
  out->setIcon(icon(QLatin1String(iconName)));
  out->setToolTip(tip);
  out->setAutoRaise(true);
  return out;
}

}  // namespace

RecipePanel::RecipePanel(Selection* selection, QWidget* parent)
    : Panel(selection, parent), list_(new QTreeWidget(this)), empty_(new QLabel(this)),
      up_(button(this, "recipeUp", "up", tr("Move the step up"))), down_(button(this, "recipeDown", "down", tr("Move the step down"))),
      note_(button(this, "recipeNote", "info", tr("Write a note on the step"))),
      remove_(button(this, "recipeRemove", "remove", tr("Remove the step (Del)"))) {
  describe(this, "recipePanel", title());
  describe(list_, "recipeList", tr("Steps of the recipe"), tr("Check boxes turn steps on and off"));
  list_->setColumnCount(1);
  list_->setHeaderHidden(true);
  list_->setWordWrap(true);
  list_->setTextElideMode(Qt::ElideRight);
  remove_->setShortcut(QKeySequence::Delete);
  empty_->setText(tr("No steps yet.\nPrune or quantize with the bar above the graph."));
  empty_->setWordWrap(true);
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setForegroundRole(QPalette::PlaceholderText);
  auto* tools = new QHBoxLayout;
  tools->setContentsMargins(4, 0, 4, 0);
  for (QToolButton* tool : {up_, down_, note_, remove_}) tools->addWidget(tool);
  tools->addStretch(1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(2);
  column->addWidget(empty_, 1);
  column->addWidget(list_, 1);
  column->addLayout(tools);
  connect(list_, &QTreeWidget::itemChanged, this, [this](QTreeWidgetItem* item) {
    if (item->parent() == nullptr) emit enableRequested(item->data(0, kStepRole).toInt(), item->checkState(0) == Qt::Checked);
  });
  connect(list_, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
    updateButtons();
    if (item != nullptr && item->data(0, kNodeRole).isValid()) this->selection()->selectNamed(item->data(0, kNodeRole).toString());
  });
  connect(up_, &QToolButton::clicked, this, [this] { emit moveRequested(currentStep(), currentStep() - 1); });
  connect(down_, &QToolButton::clicked, this, [this] { emit moveRequested(currentStep(), currentStep() + 1); });
  connect(remove_, &QToolButton::clicked, this, [this] { emit removeRequested(currentStep()); });
  connect(note_, &QToolButton::clicked, this, &RecipePanel::editNote);
  setFocusProxy(list_);
  RecipePanel::setProject(nullptr);
}

void RecipePanel::setProject(std::shared_ptr<const ProjectView> project) {
  Panel::setProject(std::move(project));
  const int chosen = currentStep();
  const QSignalBlocker quiet(list_);
  list_->clear();
  const int count = this->project() && this->project()->recipe ? static_cast<int>(this->project()->recipe->steps.size()) : 0;
  for (int i = 0; i < count; ++i) addStep(i);
  empty_->setVisible(count == 0);
  list_->setVisible(count > 0);
  if (count > 0) list_->setCurrentItem(list_->topLevelItem(std::clamp(chosen, 0, count - 1)));
  updateButtons();
}

void RecipePanel::addStep(int index) {
  const recipe::Step& step = project()->recipe->steps[static_cast<std::size_t>(index)];
  auto* item = new QTreeWidgetItem(list_);
  item->setData(0, kStepRole, index);
  item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
  item->setCheckState(0, step.enabled ? Qt::Checked : Qt::Unchecked);
  QString text = QStringLiteral("%1. %2").arg(index + 1).arg(shown(step.name));
  if (const QString summary = summaryOf(step); !summary.isEmpty()) text += QStringLiteral("  ") + summary;
  item->setToolTip(0, shown(step.note.empty() ? step.options.dump() : step.note));
  const bool known = static_cast<std::size_t>(index) < project()->steps.size();
  if (known) {
    const StepView& view = project()->steps[static_cast<std::size_t>(index)];
    if (!view.error.empty()) {
      auto* line = new QTreeWidgetItem(item, {shown(view.error)});
      line->setData(0, kStepRole, index);
      line->setForeground(0, theme().error);
      item->setForeground(0, theme().error);
      item->setIcon(0, icon(QStringLiteral("error")));
      item->setExpanded(true);
    } else if (const QString counts = countsOf(view.verdicts); !counts.isEmpty()) {
      text += QStringLiteral("\n     ") + counts;
    }
    for (const transform::NodeVerdict& verdict : view.verdicts) {
      auto* line = new QTreeWidgetItem(item, {QStringLiteral("%1: %2, %3").arg(shown(verdict.node), shown(verdict.verdict), shown(verdict.reason))});
      line->setData(0, kStepRole, index);
      line->setData(0, kNodeRole, QString::fromStdString(verdict.node));
      line->setToolTip(0, line->text(0));
      if (!verdict.reasonKey.empty()) line->setForeground(0, theme().muted);
    }
  }
  if (!step.note.empty()) text += QStringLiteral("\n     ") + shown(step.note);
  item->setText(0, text);
}

int RecipePanel::currentStep() const {
  const QTreeWidgetItem* item = list_->currentItem();
  return item == nullptr ? -1 : item->data(0, kStepRole).toInt();
}

void RecipePanel::updateButtons() {
  const int step = currentStep();
  const int count = list_->topLevelItemCount();
  up_->setEnabled(step > 0);
  down_->setEnabled(step >= 0 && step + 1 < count);
  note_->setEnabled(step >= 0);
  remove_->setEnabled(step >= 0);
}

void RecipePanel::editNote() {
  const int step = currentStep();
  if (step < 0) return;
  bool accepted = false;
  const QString before = QString::fromStdString(project()->recipe->steps[static_cast<std::size_t>(step)].note);
  const QString note = QInputDialog::getText(this, tr("Note"), tr("Note on step %1").arg(step + 1), QLineEdit::Normal, before, &accepted);
  if (accepted && note != before) emit noteRequested(step, note);
}

}  // namespace ew::widgets
