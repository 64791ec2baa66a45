// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "core/base/result.h"
#include "core/tensor/tensor.h"

namespace ew::data {

/// NumPy's .npy format, versions 1 to 3, C order (Fortran order is transposed), little endian.
Result<Tensor> readNpy(const std::string& bytes);
std::string writeNpy(const Tensor& tensor);
/// Arrays of an .npz (zip, stored or deflated) by name without ".npy".
Result<std::map<std::string, Tensor>> readNpz(const std::string& bytes);

}  // namespace ew::data
