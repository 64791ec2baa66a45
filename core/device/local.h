// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/device/profile.h"

namespace ew::device {

/// The machine at hand without its speeds: name, memory, precisions. Measures nothing.
Profile describeLocal();

}  // namespace ew::device
