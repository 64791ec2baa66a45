// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QString>

#include "core/graph/graph.h"
#include "widgets/graph/graph_scene.h"

namespace ew::widgets {

enum class Direction { Up, Down, Left, Right, First, Last };

/// The item that an arrow key leads to: along an edge up and down (the nearest neighbour), in the layer left and right.
/// `from` itself when there is none; the first item when `from` is -1.
int neighbourItem(const GraphScene& scene, int from, Direction direction);

/// Items whose operator, name, shape or one of whose tensors contains `text` (case does not matter), in order.
std::vector<int> findItems(const GraphScene& scene, const QString& text);

/// The rich text of the card that hovering shows. `row` may be null.
QString hoverText(const GraphScene& scene, int item, const LayerRow* row);

}  // namespace ew::widgets
