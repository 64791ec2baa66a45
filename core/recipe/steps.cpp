// SPDX-License-Identifier: Apache-2.0
#include "core/recipe/steps.h"

#include <algorithm>
#include <array>

#include "core/recipe/step_kinds.h"

namespace ew::recipe {

std::span<const StepKind> stepKinds() {
  static const std::array kinds{foldStep(), pruneStep(), quantizeStep()};
  return kinds;
}

const StepKind* findStepKind(std::string_view name) {
  const std::span<const StepKind> kinds = stepKinds();
  const auto it = std::find_if(kinds.begin(), kinds.end(), [&](const StepKind& kind) { return kind.name == name; });
  return it == kinds.end() ? nullptr : &*it;
}

}  // namespace ew::recipe
