// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/kernels.h"

namespace ew::cpu {

Result<bool> addConv(Builder& builder, const Group& group);
Result<bool> addView(Builder& builder, const Group& group);

namespace {

struct Row {
  std::string_view op, domain;
  Factory factory;
};

/// Fast kernels by operator, in alphabetical order.
const Row table[] = {
    {"Conv", "", addConv},
    {"Dropout", "", addView},
    {"Flatten", "", addView},
    {"Identity", "", addView},
    {"Reshape", "", addView},
    {"Squeeze", "", addView},
    {"Unsqueeze", "", addView},
};

}  // namespace

Factory kernelFor(std::string_view opType, std::string_view domain) {
  for (const Row& row : table)
    if (row.op == opType && row.domain == domain) return row.factory;
  return nullptr;
}

}  // namespace ew::cpu
