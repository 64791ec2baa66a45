// SPDX-License-Identifier: Apache-2.0
#include "core/base/text.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace ew {
namespace {

TEST(Text, ControlCharactersAndDirectionOverridesAreEscaped) {
  EXPECT_EQ(escapeControl("a\nb\x1b[2J"), "a\\x0ab\\x1b[2J");
  EXPECT_EQ(escapeControl("\xe2\x80\xae" "evil"), "\\xe2\\x80\\xaeevil");
  EXPECT_EQ(escapeControl("\xff\xc0\x80"), "\\xff\\xc0\\x80");
}

TEST(Text, OrdinaryUtf8StaysAsItIs) { EXPECT_EQ(escapeControl("Größe 模型"), "Größe 模型"); }

TEST(Text, PatternsMatchWholeNames) {
  EXPECT_TRUE(matchesPattern("stage3.*", "stage3.conv1"));
  EXPECT_FALSE(matchesPattern("stage3", "stage3.conv1"));
  EXPECT_TRUE(matchesPattern("*conv?", "a.conv1"));
  EXPECT_TRUE(matchesPattern("*", ""));
  EXPECT_FALSE(matchesPattern("a*b", "ac"));
}

TEST(Text, NumbersParseOnlyWhenWhole) {
  long long number = 0;
  EXPECT_TRUE(parseInt("-12", number));
  EXPECT_EQ(number, -12);
  EXPECT_FALSE(parseInt("12x", number));
  double real = 0;
  EXPECT_TRUE(parseDouble("0.5", real));
  EXPECT_FALSE(parseDouble("0,5", real));
}

TEST(Text, BytesAreShownInBinaryMultiples) {
  EXPECT_EQ(byteText(512), "512 B");
  EXPECT_EQ(byteText(1536), "1.50 KB");
  EXPECT_EQ(byteText(913.0 * 1024), "913 KB");
}

TEST(Text, NearestFindsTyposOnly) {
  EXPECT_EQ(nearest("sparsty", {"scope", "sparsity"}), "sparsity");
  EXPECT_EQ(nearest("zzz", {"scope", "sparsity"}), "");
}

TEST(ErrorTrail, NamesPlacesFromTheOutsideIn) {
  const Error error = invalid("bad pads").at("node 'conv1'").at("m.onnx");
  EXPECT_EQ(error.text(), "m.onnx: node 'conv1': bad pads");
  EXPECT_EQ(exitCode(error.code), 65);
}

}  // namespace
}  // namespace ew
