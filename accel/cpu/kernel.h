// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "accel/cpu/dnnl_support.h"
#include "accel/cpu/storage.h"

namespace ew::cpu {

/// Work of one step, made ready: shapes, layouts, weights and slots are fixed, only bytes change between runs.
class Kernel {
 public:
  virtual ~Kernel() = default;
  /// Once, when addresses in the arena are known.
  virtual void bind(Storage&) {}
  virtual Status run(Storage& storage) = 0;
  virtual std::string name() const = 0;
};

/// A loop of our own: any callable on the storage.
class LoopKernel final : public Kernel {
 public:
  LoopKernel(std::string name, std::function<void(Storage&)> body) : name_(std::move(name)), body_(std::move(body)) {}
  Status run(Storage& storage) override {
    body_(storage);
    return {};
  }
  std::string name() const override { return name_; }

 private:
  std::string name_;
  std::function<void(Storage&)> body_;
};

/// One argument of a oneDNN primitive: its role (DNNL_ARG_...), layout and where it lies.
struct DnnlArg {
  int role = 0;
  Desc desc;
  SlotId slot = kNoSlot;
};

/// A oneDNN primitive with its arguments.
class DnnlKernel final : public Kernel {
 public:
  DnnlKernel(dnnl::primitive primitive, std::string name, std::vector<DnnlArg> args)
      : primitive_(std::move(primitive)), name_(std::move(name)), args_(std::move(args)) {}
  void bind(Storage& storage) override;
  Status run(Storage& storage) override;
  std::string name() const override { return name_; }

 private:
  dnnl::primitive primitive_;
  std::string name_;
  std::vector<DnnlArg> args_;
  std::vector<dnnl::memory> memories_;          ///< one for each argument
  std::vector<dnnl_exec_arg_t> executed_;
  std::vector<std::pair<std::size_t, SlotId>> moving_;  ///< arguments whose address changes between runs
};

/// "dnnl:brgconv:avx512_core"
template <class PrimitiveDesc>
std::string dnnlName(const PrimitiveDesc& desc) {
  return std::string("dnnl:") + desc.impl_info_str();
}

}  // namespace ew::cpu
