// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/tensor/tensor.h"

namespace ew::cpu {

/// What was computed from constants, and how much memory it takes.
struct MadeConstant {
  std::shared_ptr<const void> object;
  std::size_t bytes = 0;
};

/// Remembers what kernels made of constants (packed weights), so that compiling a graph again after one layer changed
/// makes only that layer's. Found by the storage of the constants while somebody uses what was made of them, and by their
/// content else: the same file opened twice, or weights computed anew. What nobody uses any more stays, up to a limit,
/// without the constants that it came from. Thread-safe.
class ConstantCache {
 public:
  static ConstantCache& ofProcess();

  /// What `make` gave for this key and these constants before, else what it gives now. `key` says everything else that the
  /// result depends on. The result must never be changed. Exceptions of `make` pass through.
  std::shared_ptr<const void> get(const std::string& key, std::span<const Tensor> sources, const std::function<MadeConstant()>& make);

  struct Counters { std::uint64_t made = 0, found = 0; };
  Counters counters() const;
  /// Bytes kept that nobody uses.
  std::size_t idleBytes() const;
  /// Lets go of what nobody uses.
  void clear();

  static constexpr std::size_t mostIdleBytes = std::size_t{256} << 20;

 private:
  struct Entry;
  struct State;
  ConstantCache();
  std::shared_ptr<State> state_;
};

/// A 128-bit fingerprint of bytes, as text; fast rather than safe against somebody who wants two to be equal.
std::string fingerprint(std::span<const std::byte> bytes);

}  // namespace ew::cpu
