// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>
#include <vector>

namespace ew::fuzz {

/// A damaged copy of one of the seeds: bytes flipped, cut, repeated, overwritten by odd numbers, or spliced with another
/// seed. The same generator state gives the same bytes.
std::string mutated(const std::vector<std::string>& seeds, std::mt19937& random);

}  // namespace ew::fuzz
