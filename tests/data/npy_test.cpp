// SPDX-License-Identifier: Apache-2.0
#include "core/data/npy.h"

#include <gtest/gtest.h>

#include "core/base/zip.h"

namespace ew::data {
namespace {

std::string bytesOf(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

/// A version 1 file with this dictionary, padded as NumPy pads it.
std::string npy(std::string dictionary, const std::string& content) {
  dictionary.append(117 - dictionary.size(), ' ');
  return std::string("\x93NUMPY\x01\x00v\x00", 10) + dictionary + "\n" + content;
}

TEST(Npy, WritesTheBytesThatNumpyWrites) {
  EXPECT_EQ(writeNpy(Tensor::of<std::int16_t>({2, 2}, {1, -2, 3, 4})),
            npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 2), }",
                std::string("\x01\x00\xfe\xff\x03\x00\x04\x00", 8)));
  EXPECT_EQ(writeNpy(Tensor::vector<std::uint8_t>({7})),
            npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", "\x07"));
  EXPECT_EQ(writeNpy(Tensor::scalar<float>(0)),
            npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", std::string(4, '\0')));
}

TEST(Npy, ReadsWhatItWrites) {
  for (const Tensor& tensor : {Tensor::of<float>({1, 3}, {1.5F, -2, 0}), Tensor::vector<std::int64_t>({-1, 1LL << 40}),
                               Tensor::vector<bool>({true, false}), Tensor::zeros(DType::f64, {0, 2})}) {
    const Result<Tensor> again = readNpy(writeNpy(tensor));
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_TRUE(again->equals(tensor));
  }
}

TEST(Npy, TypesThatNumpyLacksAreWidened) {
  EXPECT_EQ(readNpy(writeNpy(Tensor::of<BFloat16>({1}, {BFloat16(1.5F)})))->data<float>()[0], 1.5F);
  Tensor packed = Tensor::zeros(DType::i4, {3});
  setSubByte(packed.mutableBytes(), DType::i4, 2, -3);
  EXPECT_EQ(*toInts(*readNpy(writeNpy(packed))), (std::vector<std::int64_t>{0, 0, -3}));
}

TEST(Npy, FortranOrderIsTransposed) {
  const Result<Tensor> tensor =
      readNpy(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", bytesOf({0, 3, 1, 4, 2, 5})));
  ASSERT_TRUE(tensor.ok()) << tensor.error().text();
  EXPECT_EQ(*toDoubles(*tensor), (std::vector<double>{0, 1, 2, 3, 4, 5}));
}

TEST(Npy, DamageIsNamed) {
  const auto textOf = [](const std::string& bytes) { return readNpy(bytes).error().text(); };
  EXPECT_EQ(textOf("hello"), "is not an npy file");
  EXPECT_EQ(textOf(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", "abc")),
            "npy shape 2x3 of float32 does not match 3 bytes of data");
  EXPECT_EQ(textOf(npy("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "abcd")),
            "npy element type '>f4': big-endian is not supported");
  EXPECT_EQ(textOf(npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "abcd")),
            "npy element type '|O' is not supported");
  EXPECT_EQ(
      textOf(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 4000000000, 4000000000), }", "")),
      "npy shape 4000000000x4000000000x4000000000 of float32 does not match 0 bytes of data");
  EXPECT_EQ(textOf(npy("{'descr': '<f4', 'shape': (1,), }", "abcd")), "npy header without 'fortran_order'");
}

TEST(Npy, EveryTruncationIsRefused) {
  const std::string bytes = writeNpy(Tensor::of<float>({2, 2}, {1, 2, 3, 4}));
  for (std::size_t keep = 0; keep < bytes.size(); ++keep) EXPECT_FALSE(readNpy(bytes.substr(0, keep)).ok()) << keep;
}

TEST(Npz, ArraysHaveTheirNamesWithoutTheSuffix) {
  const std::string bytes = *packZip(
      {{"x.npy", writeNpy(Tensor::vector<float>({1, 2}))}, {"y.npy", writeNpy(Tensor::scalar<std::int64_t>(7))}});
  const auto arrays = readNpz(bytes);
  ASSERT_TRUE(arrays.ok()) << arrays.error().text();
  EXPECT_EQ(arrays->at("x").size(), 2);
  EXPECT_EQ(arrays->at("y").data<std::int64_t>()[0], 7);
}

TEST(Npz, AnEntryThatIsNoArrayIsNamed) {
  EXPECT_EQ(readNpz(*packZip({{"a.npy", "text"}})).error().text(), "array 'a.npy': is not an npy file");
}

}  // namespace
}  // namespace ew::data
