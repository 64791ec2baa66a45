// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/base/zip.h"
#include "core/bundle/bundle.h"
#include "tests/support/temporary_folder.h"

namespace ew::test {

/// A small judged model, ready to become a bundle.
class BundleTest : public testing::Test {
 protected:
  BundleTest();

  bundle::BundleContent content() const;
  /// The bytes of a bundle of it; empty, with a failure, when it cannot be written.
  std::string written(const std::string& name = "out.ewb") const;
  /// What verifying a bundle of these bytes says; "" when it passes.
  std::string verdict(const std::string& bytes) const;
  std::string verdict(const ZipFiles& files) const { return verdict(*packZip(files)); }

  TemporaryFolder folder;
  Graph graph;
  recipe::Recipe recipe;
  recipe::Judgement judgement;
  std::vector<transform::NodeVerdict> verdicts;
  std::string recipeText = "edgewright: 1\nmodel: m.onnx\n";
};

}  // namespace ew::test
