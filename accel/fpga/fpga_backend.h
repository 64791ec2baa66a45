// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "core/device/profile.h"
#include "core/run/backend.h"

namespace ew {

/// A bit-exact model of an FPGA accelerator: 8-bit layers with int32 sums, multiplied tile by tile as a systolic array
/// does it, with the cycles that the array would take in the trace. Without an array: that of the profile
/// zynq-zu7ev. Runs quantized nodes only; float nodes are refused.
std::shared_ptr<const Backend> makeFpgaBackend(std::optional<device::SystolicArray> array = {});

}  // namespace ew
