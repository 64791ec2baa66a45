// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels.h"

#include <algorithm>
#include <vector>

#include "widgets/common/panel.h"

namespace ew::widgets {
namespace {


}  // namespace

std::span<const PanelInfo> panels() {
  static const std::vector<PanelInfo> table{};
  return table;
}

const PanelInfo* findPanel(std::string_view id) {
  const auto all = panels();
  const auto found = std::ranges::find(all, id, &PanelInfo::id);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace ew::widgets
