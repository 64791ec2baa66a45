// SPDX-License-Identifier: Apache-2.0
#include "accel/backends.h"

namespace ew {

const BackendSet& allBackends() {
  static const BackendSet set = [] {
    BackendSet backends;  // starts with the reference
    return backends;
  }();
  return set;
}

}  // namespace ew
