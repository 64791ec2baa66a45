// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ew::test {

/// The folder of real models and data in EDGEWRIGHT_POOL; nothing when it is not set or does not exist.
std::optional<std::filesystem::path> poolFolder();

/// A model's name with what GoogleTest does not take in names of parameters as underscores.
std::string testNameOf(std::string model);

}  // namespace ew::test

/// Skips a test, saying so, when there is no pool.
#define EW_REQUIRE_POOL(name)                                                            \
  const auto ewPool_ = ::ew::test::poolFolder();                                         \
  if (!ewPool_) GTEST_SKIP() << "EDGEWRIGHT_POOL is not set: real models are not tested"; \
  const std::filesystem::path& name = *ewPool_
