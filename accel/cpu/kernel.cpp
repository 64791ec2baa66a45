// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernel.h"

namespace ew::cpu {

void DnnlKernel::bind(Storage& storage) {
  for (const DnnlArg& arg : args_) {
    const bool fixed = storage.fixed(arg.slot);
    // Setting an address in every run would make oneDNN clear the padding each time, so it is done once.
    if (!fixed) moving_.emplace_back(memories_.size(), arg.slot);
    memories_.emplace_back(arg.desc, engine(), fixed ? storage.at(arg.slot) : DNNL_MEMORY_NONE);
    executed_.push_back({arg.role, memories_.back().get()});
  }
}

Status DnnlKernel::run(Storage& storage) {
  for (const auto& [index, slot] : moving_) memories_[index].set_data_handle(storage.at(slot));
  // The C call, since the C++ one builds a list of arguments from a map in every run.
  dnnl::error::wrap_c_api(dnnl_primitive_execute(primitive_.get(), storage.stream().get(), static_cast<int>(executed_.size()), executed_.data()),
                          "could not execute a primitive");
  return {};
}

}  // namespace ew::cpu
