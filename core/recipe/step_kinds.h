// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/recipe/steps.h"

namespace ew::recipe {

// One for each kind of step, in a file of its own; steps.cpp is the table.
StepKind foldStep();
StepKind pruneStep();
StepKind quantizeStep();

}  // namespace ew::recipe
