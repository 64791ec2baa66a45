// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_panel.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolBar>
#include <QVBoxLayout>
#include <cmath>

#include "widgets/common/painting.h"
#include "widgets/common/theme.h"
#include "widgets/graph/graph_export.h"
#include "widgets/graph/graph_navigation.h"
#include "widgets/graph/search_bar.h"

namespace ew::widgets {
namespace {

constexpr std::size_t kCollapseAbove = 400;  // nodes: larger graphs open with their repeated blocks closed

QAction* addTool(QToolBar* tools, const char* name, const char* iconName, const QString& text, const QKeySequence& keys) {
  QAction* action = tools->addAction(icon(iconName), text);
  action->setObjectName(QLatin1String(name));
  action->setShortcut(keys);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  action->setToolTip(keys.isEmpty() ? text : QStringLiteral("%1 (%2)").arg(text, keys.toString(QKeySequence::NativeText)));
  return action;
}

std::set<int> allOf(const std::vector<Block>& blocks) {
  std::set<int> out;
  for (int b = 0; b < static_cast<int>(blocks.size()); ++b) out.insert(b);
  return out;
}

}  // namespace

GraphPanel::GraphPanel(Selection* selection, QWidget* parent)
    : Panel(selection, parent), view_(new GraphView(selection, this)), search_(new SearchBar(this)), colourBy_(new QComboBox(this)),
      which_(new QComboBox(this)), zoom_(new QLabel(this)) {
  describe(this, "graphPanel", title());
  auto* tools = new QToolBar(this);
  buildTools(tools);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(tools);
  column->addWidget(search_);
  column->addWidget(view_, 1);
  connect(view_, &GraphView::blockToggled, this, &GraphPanel::toggleBlock);
  connect(view_, &GraphView::zoomChanged, this, [this](double zoom) {
    zoom_->setText(tr("%1 %").arg(zoom < 0.1 ? QString::number(zoom * 100, 'f', 1) : QString::number(std::lround(zoom * 100))));
  });
  connect(search_, &SearchBar::searched, this, &GraphPanel::runSearch);
  connect(search_, &SearchBar::hitShown, this, [this](int hit) { view_->setHits(hits_, hit < 0 ? -1 : hits_[static_cast<std::size_t>(hit)]); });
  connect(search_, &SearchBar::dismissed, this, [this] { view_->setFocus(); });
  setFocusProxy(view_);
  setProject(nullptr);
}

GraphPanel::~GraphPanel() = default;

void GraphPanel::buildTools(QToolBar* tools) {
  describe(tools, "graphTools", tr("Graph tools"));
  tools->setIconSize(QSize(16, 16));
  tools->addWidget(new QLabel(tr(" Colour by ")));
  describe(colourBy_, "colourBy", tr("Colour by"));
  for (const ColourBy& by : colourings()) colourBy_->addItem(colouringLabel(by), QLatin1String(by.id));
  tools->addWidget(colourBy_);
  describe(which_, "whichVersion", tr("Version shown"));
  which_->addItem(tr("Current"));
  which_->addItem(tr("Original"));
  which_->setToolTip(tr("Show the current or the original model"));
  tools->addWidget(new QLabel(QStringLiteral("  ")));
  tools->addWidget(which_);
  tools->addSeparator();
  connect(colourBy_, &QComboBox::currentIndexChanged, this, &GraphPanel::recolour);
  connect(which_, &QComboBox::currentIndexChanged, this, [this] { rebuild(false); });
  connect(addTool(tools, "graphSearch", "search", tr("Search"), QKeySequence::Find), &QAction::triggered, this, &GraphPanel::openSearch);
  connect(addTool(tools, "graphFit", "fit", tr("Fit the whole graph"), QKeySequence(Qt::SHIFT | Qt::Key_F)), &QAction::triggered, view_, &GraphView::fit);
  connect(addTool(tools, "graphZoomOut", "zoom-out", tr("Zoom out"), {}), &QAction::triggered, view_, &GraphView::zoomOut);
  zoom_->setMinimumWidth(zoom_->fontMetrics().horizontalAdvance("0000 %"));
  zoom_->setAlignment(Qt::AlignCenter);
  describe(zoom_, "graphZoom", tr("Zoom"));
  tools->addWidget(zoom_);
  connect(addTool(tools, "graphZoomIn", "zoom-in", tr("Zoom in"), {}), &QAction::triggered, view_, &GraphView::zoomIn);
  collapse_ = addTool(tools, "graphBlocks", "blocks", tr("Close repeated blocks into one box each"), {});
  collapse_->setCheckable(true);
  connect(collapse_, &QAction::toggled, this, &GraphPanel::setBlocksCollapsed);
  connect(addTool(tools, "graphExport", "image", tr("Export the graph as PNG or SVG"), {}), &QAction::triggered, this, &GraphPanel::exportRequested);
}

QString GraphPanel::colourBy() const { return colourBy_->currentData().toString(); }
void GraphPanel::setColourBy(const QString& id) { colourBy_->setCurrentIndex(std::max(0, colourBy_->findData(id))); }
void GraphPanel::setShowsOriginal(bool original) { which_->setCurrentIndex(original ? 1 : 0); }

std::shared_ptr<const VersionView> GraphPanel::version() const {
  if (!project()) return nullptr;
  return which_->currentIndex() == 1 ? project()->original : project()->current;
}

const LayerTable* GraphPanel::layers() const {
  if (!project()) return nullptr;
  return which_->currentIndex() == 1 ? &originalLayers_ : &project()->layers;
}

void GraphPanel::setProject(std::shared_ptr<const ProjectView> next) {
  const auto before = version();
  const bool sameModel = project() && next && project()->original == next->original;
  // The view still points into the old project's layers.
  const std::shared_ptr<const ProjectView> old = project();
  Panel::setProject(std::move(next));
  originalLayers_ = project() ? LayerTable(*project()->original, *project()->original) : LayerTable();
  which_->setEnabled(project() && project()->original != project()->current);
  if (version() && version() == before && view_->painter().scene()) {
    view_->setScene(view_->painter().scene(), layers(), true);
    return recolour();
  }
  rebuild(sameModel);
}

void GraphPanel::rebuild(bool keepPlace) {
  const auto shown = version();
  view_->setShowsOriginal(which_->currentIndex() == 1);
  if (!shown || !shown->graph) {
    job_.cancel();
    view_->setScene(nullptr, nullptr, false);
    return view_->setEmptyText(tr("No model is open"), tr("Open an ONNX model, or drop one here."));
  }
  if (keepPlace) {
    view_->setScene(view_->painter().scene(), nullptr, true);  // its layers may belong to a project that is gone
  } else {
    view_->setScene(nullptr, nullptr, false);
    view_->setEmptyText(tr("Drawing the graph…"), QString());
  }
  const bool known = blocksOf_ == shown;
  const bool closeAll = collapse_->isChecked() || shown->graph->nodes().size() > kCollapseAbove;
  const double unit = QFontMetricsF(font()).height();
  job_.start([this, shown, known, closeAll, blocks = blocks_, collapsed = collapsed_, unit,
              keepPlace](Progress& progress) mutable -> std::function<void()> {
    if (!known) {
      blocks = findBlocks(*shown->graph);
      collapsed = closeAll ? allOf(blocks) : std::set<int>();
    }
    auto scene = makeGraphScene(shown, std::move(blocks), {true, collapsed}, unit, progress);
    if (!scene) return nullptr;
    return [this, scene, keepPlace, collapsed] { showScene(scene, collapsed, keepPlace); };
  });
}

void GraphPanel::showScene(std::shared_ptr<const GraphScene> scene, std::set<int> collapsed, bool keepPlace) {
  blocksOf_ = scene->version;
  blocks_ = scene->display.blocks;
  collapsed_ = std::move(collapsed);
  {
    const QSignalBlocker quiet(collapse_);
    collapse_->setChecked(!blocks_.empty() && collapsed_.size() == blocks_.size());
    collapse_->setEnabled(!blocks_.empty());
  }
  view_->setScene(scene, layers(), keepPlace);
  recolour();
  view_->syncSelection();
  if (search_->isVisible()) runSearch(search_->text());
  if (const int left = scene->layout.omittedEdges; left > 0) emit message(tr("%1 very long connections are not drawn").arg(left));
  emit sceneReady();
}

void GraphPanel::recolour() {
  if (!view_->painter().scene()) return;
  view_->setColouring(colour(view_->painter().scene()->display, layers(), colouring(colourBy())));
}

void GraphPanel::runSearch(const QString& text) {
  hits_ = view_->painter().scene() ? findItems(*view_->painter().scene(), text) : std::vector<int>();
  search_->setCount(static_cast<int>(hits_.size()));
}

void GraphPanel::openSearch() { search_->open(); }

void GraphPanel::toggleBlock(int block) {
  if (!collapsed_.erase(block)) collapsed_.insert(block);
  rebuild(true);
}

void GraphPanel::setBlocksCollapsed(bool collapsed) {
  collapsed_ = collapsed ? allOf(blocks_) : std::set<int>();
  rebuild(false);
}

Status GraphPanel::exportImage(const QString& path) const { return exportGraph(view_->painter(), path); }

void GraphPanel::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) recolour();
  Panel::changeEvent(event);
}

}  // namespace ew::widgets
