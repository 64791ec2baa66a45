// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernel.h"

namespace ew::cpu {

void DnnlKernel::bind(Storage& storage) {
  for (const DnnlArg& arg : args_) {
    const bool fixed = storage.fixed(arg.slot);
    // Setting an address in every run would make oneDNN clear the padding each time, so it is done once.
    memories_.emplace(arg.role, dnnl::memory(arg.desc, engine(), fixed ? storage.at(arg.slot) : DNNL_MEMORY_NONE));
    if (!fixed) moving_.emplace_back(arg.role, arg.slot);
  }
}

Status DnnlKernel::run(Storage& storage) {
  for (const auto& [role, slot] : moving_) memories_.at(role).set_data_handle(storage.at(slot));
  primitive_.execute(storage.stream(), memories_);
  return {};
}

}  // namespace ew::cpu
