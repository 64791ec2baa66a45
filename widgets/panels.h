// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

class QWidget;

namespace ew::widgets {

class Panel;
class Selection;

/// Where the window puts a panel at first.
enum class PanelArea { Top, Left, Center, Right, Bottom };

/// A row of the table of panels. `title` is source text for translation in the context "Panels".
struct PanelInfo {
  std::string_view id;
  const char* title;
  PanelArea area;
  Panel* (*create)(Selection*, QWidget* parent);
};

std::span<const PanelInfo> panels();
const PanelInfo* findPanel(std::string_view id);

}  // namespace ew::widgets
