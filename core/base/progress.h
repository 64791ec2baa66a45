// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace ew {

/// Where a call that can last over 100 ms says how far it is and learns that it should stop.
/// Implementations are called from the worker's thread.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void step(std::int64_t done, std::int64_t total, std::string_view what) = 0;
  virtual bool cancelled() const = 0;
};

/// Says nothing and never cancels.
class NoProgress final : public Progress {
 public:
  void step(std::int64_t, std::int64_t, std::string_view) override {}
  bool cancelled() const override { return false; }
};

}  // namespace ew
