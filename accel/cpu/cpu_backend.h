// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/run/backend.h"

namespace ew {

/// The fast backend for this machine's processor: oneDNN for convolutions, products and pooling, loops of our own for
/// the rest of the 8-bit operators, and the reference code for every other operator.
std::shared_ptr<const Backend> makeCpuBackend();

}  // namespace ew
